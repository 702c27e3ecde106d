"""JSON patches (RFC 6902) over plain values.

Written here and not taken from a package: each failure must name the operation it stands in, and the values must come
out as plain dictionaries in their own order.
"""

import copy
import re
from collections.abc import Iterable
from typing import Any

from plimsoll.compiler.kinds.patches import Operation
from plimsoll.compiler.rendering.patching.fault import Unfit

_POSITION = re.compile(r"0|[1-9][0-9]*")
"""A position in a list (RFC 6901, 4)."""

_NEEDS_VALUE = ("add", "replace", "test")
_NEEDS_SOURCE = ("move", "copy")


def apply_operations(value: dict[str, Any], operations: Iterable[Operation]) -> dict[str, Any]:
    """The value after all operations; ``value`` itself stays as it is.

    Raises:
        Unfit: with the position of the operation that can't be carried out.
    """
    result = copy.deepcopy(value)
    for index, one in enumerate(operations):
        try:
            _apply(result, one)
        except Unfit as unfit:
            raise Unfit(str(unfit), (index, *unfit.route)) from None
    return result


def _apply(root: dict[str, Any], one: Operation) -> None:
    if one.op in _NEEDS_VALUE and one.value is None:
        raise Unfit(f"{one.op} needs a value that is not null", ("op",))
    if one.op in _NEEDS_SOURCE and one.from_ is None:
        raise Unfit(f"{one.op} needs from", ("op",))
    match one.op:
        case "add":
            _add(root, one.path, copy.deepcopy(one.value))
        case "remove":
            _remove(root, one.path, "path")
        case "replace":
            _set(root, one.path, copy.deepcopy(one.value))
        case "test":
            if not _same(_get(root, one.path, "path"), one.value):
                raise Unfit(f"the value at {one.path} is another one", ("value",))
        case "copy":
            _add(root, one.path, copy.deepcopy(_get(root, str(one.from_), "from")))
        case "move":
            if one.path.startswith(f"{one.from_}/"):
                raise Unfit(f"{one.from_} can't be moved into itself", ("path",))
            moved = _get(root, str(one.from_), "from")
            _remove(root, str(one.from_), "from")
            _add(root, one.path, moved)


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal as RFC 6902, 4.6, has it: 1 is 1.0, but true is no number."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(item, other[key]) for key, item in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _get(root: Any, pointer: str, key: str) -> Any:
    value = root
    for part in _parts(pointer):
        value = value[_step(value, part, pointer, key)]
    return value


def _parent(root: Any, pointer: str, key: str) -> tuple[Any, str]:
    value, *parts = root, *_parts(pointer)
    for part in parts[:-1]:
        value = value[_step(value, part, pointer, key)]
    return value, parts[-1]


def _step(value: Any, part: str, pointer: str, key: str) -> Any:
    """A part of a pointer as the key or the position of something that is there."""
    if isinstance(value, dict) and part in value:
        return part
    if isinstance(value, list) and _POSITION.fullmatch(part) and int(part) < len(value):
        return int(part)
    raise Unfit(f"there is no {pointer}: nothing at {part!r}", (key,))


def _add(root: Any, pointer: str, new: Any) -> None:
    parent, last = _parent(root, pointer, "path")
    if isinstance(parent, dict):
        parent[last] = new
    elif isinstance(parent, list) and (last == "-" or (_POSITION.fullmatch(last) and int(last) <= len(parent))):
        parent.insert(len(parent) if last == "-" else int(last), new)
    else:
        raise Unfit(f"nothing can be added at {pointer}", ("path",))


def _remove(root: Any, pointer: str, key: str) -> None:
    parent, last = _parent(root, pointer, key)
    del parent[_step(parent, last, pointer, key)]


def _set(root: Any, pointer: str, new: Any) -> None:
    parent, last = _parent(root, pointer, "path")
    parent[_step(parent, last, pointer, "path")] = new
