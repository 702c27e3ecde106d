"""Names that end in the hash of their object's content, made anew when the content is."""

import re
from collections.abc import Sequence

from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.rendering.objects import RenderedObject, config_map_name, named_by_spec

_FIRST = ("ConfigMap", "TrainingRuntime", "WorkflowTemplate")
"""The kinds whose names end in a hash, each before those that name it."""


def rename(before: Sequence[RenderedObject], after: Sequence[RenderedObject]) -> tuple[RenderedObject, ...]:
    """The objects ``after`` some of them changed, each under the name of its content, and named so by all others.

    ``before`` are the same objects, in the same order, as they were named. Laws: what did not change, and names nothing
    that did, stays byte for byte; renaming again changes nothing.
    """
    result = list(after)
    order = sorted(range(len(result)), key=lambda index: _rank(result[index].kind))
    names: dict[str, str] = {}
    for _ in result:
        moved = False
        for index in order:
            one = _following(result[index], names)
            if one.data != before[index].data and one.name != one.stem:
                one = _renamed(one)
            if one.name != result[index].name:
                names[result[index].name] = one.name
                moved = True
            result[index] = one
        if not moved:
            break
    return tuple(result)


def _rank(kind: str) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)


def _following(one: RenderedObject, names: dict[str, str]) -> RenderedObject:
    if not names:
        return one
    pattern = re.compile(r"(?<![-a-z0-9])(?:" + "|".join(map(re.escape, names)) + r")(?![-a-z0-9])")
    text = pattern.sub(lambda match: names[match[0]], one.data.decode())
    return one._replace(data=text.encode())


def _renamed(one: RenderedObject) -> RenderedObject:
    text = one.data.decode()
    if one.kind == "ConfigMap":
        value = read_object(one.data)
        name = config_map_name(one.stem, value.get("data", {}), value.get("binaryData", {}))
        text = text.replace(f'name: "{one.name}"', f'name: "{name}"', 1)
    else:
        name, text = named_by_spec(one.stem, text, one.name)
    return one._replace(name=name, data=text.encode())
