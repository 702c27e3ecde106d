"""The objects that a workflow creates as a step: text within its manifest, and judged as if they were rendered."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.loading.sources import SourceFile

if TYPE_CHECKING:
    from plimsoll.compiler.governance.gate import Rendition

TEMPLATE = "WorkflowTemplate"
"""The kind whose steps may create objects."""

UNREADABLE = "TrainJob"
"""What a step is taken to create whose manifest can't be read: what starts pods, and is nothing that is rendered."""

_OURS, _KIND = b"manifest: |\n", b"kind: "
_ASKS = ("get", "delete")
"""The actions of a step that make or change nothing."""

Step = tuple[str, int]
"""The name of a template, and how many of that name came before it."""


def created_by(one: "Rendition", kinds: Collection[str]) -> Iterator["Rendition"]:
    """The objects of some kinds that the steps of a rendered workflow create.

    One whose manifest can't be read has no data, so that whoever would judge it can say that nobody can.
    """
    if one.kind != TEMPLATE or not (one.patches or _names_any(one.data, kinds)):
        return
    before = [_created(data) for data in one.before]
    for step, (kind, data) in _created(one.data).items():
        if kind in kinds:
            yield one._replace(kind=kind, data=data, before=tuple(known.get(step, ("", b""))[1] for known in before))


def _names_any(data: bytes, kinds: Collection[str]) -> bool:
    """Whether a manifest in a workflow may be of one of some kinds: as our templates write one, its text says so.

    There are thousands of workflows. To read one takes milliseconds, and this a hundredth of one.
    """
    at = data.find(b"manifest")
    if at >= 0 and data.count(b"manifest", at) != data.count(_OURS, at):
        return True
    while at >= 0 and (at := data.find(_KIND, at)) >= 0:
        at += len(_KIND)
        if data[at : data.find(b"\n", at)].strip(b' "').decode() in kinds:
            return True
    return False


def _created(data: bytes) -> dict[Step, tuple[str, bytes]]:
    """What each step of a workflow creates: its kind, and its file as if it were rendered."""
    found, seen = dict[Step, tuple[str, bytes]](), Counter[str]()
    for template in _templates(read_object(data).get("spec")):
        name = str(template.get("name"))
        if template["resource"].get("action") not in _ASKS:
            found[name, seen[name]] = _object(template["resource"])
            seen[name] += 1
    return found


def _templates(value: Any) -> Iterator[dict[str, Any]]:
    """Every template that asks the API server for something, those within tasks among them."""
    if isinstance(value, dict) and isinstance(value.get("resource"), dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _templates(item)


def _object(resource: dict[str, Any]) -> tuple[str, bytes]:
    from plimsoll.compiler.rendering.patching.dump import dump

    text = resource.get("manifest")
    parsed = parse(SourceFile("manifest", text)) if isinstance(text, str) and "manifestFrom" not in resource else None
    documents = (parsed.value or ()) if parsed is not None and not parsed.diagnostics else ()
    value = documents[0].value if len(documents) == 1 else {}
    kind = value.get("kind") if isinstance(value, dict) else None
    return (kind, dump(value).encode()) if isinstance(kind, str) and kind.isalnum() else (UNREADABLE, b"")
