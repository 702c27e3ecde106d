"""Edit a spec's text in one place and leave every other byte as its author wrote it."""

from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile


def with_text(document: Document, text: str) -> Document:
    """The one document of an edited file.

    Raises:
        ValueError: when the text holds another number of documents.
    """
    parsed = parse(SourceFile(document.source.path, text)).value or ()
    if len(parsed) != 1:
        raise ValueError("a deployment that is promoted must be the only document of its file")
    return parsed[0]


def set_pin(document: Document, environment: str, version: int, digest: str) -> str:
    """The document's text with ``spec.environments.<environment>.pin`` set to a model version.

    Law: parsing the result gives the document's values with that pin, and nothing else changed.

    Raises:
        ValueError: when the deployment does not run in that environment, or the text is written in a way that cannot
            be edited in place.
    """
    text = document.source.text
    route: Route = ("spec", "environments", environment)
    if not document.has(route):
        raise ValueError(f"the deployment has no environment {environment!r}")
    overlay = _node(document.node, route)
    pin = f'{{version: {version}, digest: "{digest}"}}'
    known = _child(overlay, "pin")
    if known is not None:
        edited = _replace_values(text, known, {"version": str(version), "digest": f'"{digest}"'})
    elif isinstance(overlay, ScalarNode):
        edited = _replace(text, overlay, f" {{pin: {pin}}}" if overlay.value == "" else f"{{pin: {pin}}}")
    elif isinstance(overlay, MappingNode) and overlay.flow_style:
        comma = ", " if overlay.value else ""
        start = _offset(text, overlay.start_mark) + 1
        edited = f"{text[:start]}pin: {pin}{comma}{text[start:]}"
    else:
        start = _offset(text, overlay.start_mark)
        edited = f"{text[:start]}pin: {pin}\n{' ' * overlay.start_mark.column}{text[start:]}"
    _check(document, edited, environment, {"version": version, "digest": digest})
    return edited


def _check(document: Document, edited: str, environment: str, pin: dict[str, Any]) -> None:
    """Hold the edit against its law."""
    after = with_text(document, edited).value
    wanted = with_text(document, document.source.text).value
    wanted["spec"]["environments"][environment] = {**(wanted["spec"]["environments"][environment] or {}), "pin": pin}
    if after != wanted:
        raise ValueError("the environment is written in a way that cannot be edited in place; write it as a block")


def _node(node: Node, route: Route) -> Node:
    for part in route:
        child = _child(node, str(part))
        assert child is not None
        node = child
    return node


def _child(node: Node, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def _offset(text: str, mark: Any) -> int:
    lines = text.splitlines(keepends=True)
    return sum(len(line) for line in lines[: mark.line]) + int(mark.column)


def _replace_values(text: str, mapping: Node, values: dict[str, str]) -> str:
    """Replace scalars of a mapping, the last first, so that the places of the others stay true."""
    found = [(child, new) for key, new in values.items() if (child := _child(mapping, key)) is not None]
    for child, new in sorted(found, key=lambda pair: _offset(text, pair[0].start_mark), reverse=True):
        text = _replace(text, child, new)
    return text


def _replace(text: str, node: Node, new: str) -> str:
    start, end = _offset(text, node.start_mark), _offset(text, node.end_mark)
    old = text[start:end]
    kept = old[len(old.rstrip()) :]
    return f"{text[:start]}{new}{kept}{text[end:]}"
