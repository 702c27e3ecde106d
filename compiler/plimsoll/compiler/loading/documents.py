"""Parse YAML 1.2 with libyaml, once, into plain values and the place of every one of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tag import Tag

from plimsoll.compiler.diagnostics import Diagnostic, Label, Outcome, Route, Severity, Span
from plimsoll.compiler.loading.sources import SourceFile

MAX_NESTING = 200
"""The deepest nesting that is parsed; libyaml's composer recurses on the C stack."""

MAX_NODES = 50_000
"""The most values one file may hold after its aliases are expanded."""

_PLAIN, _QUOTED = Tag(suffix="plain"), Tag(suffix="quoted")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_OLD_YAML = re.compile(r"(?i:y|yes|n|no|on|off)\Z|[-+]?[0-9]+(:[0-5]?[0-9])+\Z")


class _Composer(CParser):  # type: ignore[misc]
    """libyaml's composer, told to keep apart plain scalars and quoted ones and to resolve nothing."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        self._parser = self._composer = self

    def descend_resolver(self, parent: object, index: object) -> None:
        """Called by the composer; nothing depends on the path here."""

    def ascend_resolver(self) -> None:
        """Called by the composer; nothing depends on the path here."""

    def resolve(self, kind: type[Node], _value: object, implicit: Any) -> Tag:
        """Say how a scalar was written."""
        return _PLAIN if kind is ScalarNode and implicit[0] else _QUOTED


@dataclass(frozen=True)
class Document:
    """One YAML document: its values, and the nodes that know their places.

    Law: ``document.span(route)`` exists for every route; a missing one gives its nearest existing parent.
    """

    source: SourceFile
    value: dict[str, Any]
    node: Node

    def _find(self, route: Route) -> tuple[Node, Node | None, bool]:
        node, key = self.node, None
        for part in route:
            if isinstance(node, MappingNode):
                pair = next((p for p in node.value if p[0].value == str(part)), None)
                if pair is None:
                    return node, key, False
                key, node = pair
            elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
                key, node = None, node.value[part]
            else:
                return node, key, False
        return node, key, True

    def span(self, route: Route) -> Span:
        """Where the value at a route stands: a scalar itself, else the key of a block, else its first line."""
        node, key, found = self._find(route)
        scalar = isinstance(node, ScalarNode) and (node.start_mark.line == node.end_mark.line)
        return self._of(node if found and scalar and node.value else key or node)

    def key_span(self, route: Route) -> Span:
        """Where the key of the value at a route stands."""
        node, key, _ = self._find(route)
        return self._of(key or node)

    def has(self, route: Route) -> bool:
        """Whether there is a value at the route."""
        return self._find(route)[2]

    def _of(self, node: Node) -> Span:
        return _span(self.source.path, node)


def _span(path: str, node: Node) -> Span:
    start, end = node.start_mark, node.end_mark
    width = end.column if end.line == start.line else start.column + 1
    return Span(path, start.line + 1, start.column + 1, max(width, start.column) + 1)


class _Builder:
    """Turns nodes into values, and collects what is wrong with them."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.count = 0
        self.found: list[Diagnostic] = []

    def say(self, code: str, node: Node, message: str, severity: Severity = Severity.ERROR, **more: Any) -> None:
        self.found.append(Diagnostic(code, severity, message, _span(self.path, node), **more))

    def value(self, node: Node) -> Any:
        self.count += 1
        if self.count > MAX_NODES:
            raise _TooLarge
        if node.tag not in ("plain", "quoted"):
            self.say("PLM-YML-005", node, f"tags such as {node.tag} are not read", help="remove the tag")
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node)
        if isinstance(node, SequenceNode):
            return [self.value(item) for item in node.value]
        assert isinstance(node, MappingNode)
        return self._mapping(node)

    def _scalar(self, node: ScalarNode) -> Any:
        text: str = node.value
        if node.tag == "quoted":
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INT.match(text):
            return int(text) if len(text) < 20 else text
        if _BASED.match(text):
            return int(text, 0)
        if _FLOAT.match(text):
            return float(text)
        if _OLD_YAML.match(text):
            message = f"{text} is text here, but a boolean or a number to readers of YAML 1.1"
            self.say("PLM-YML-006", node, message, Severity.WARNING, help=f'write "{text}", true or false')
        return text

    def _mapping(self, node: MappingNode) -> dict[str, Any]:
        result: dict[str, Any] = {}
        keys: dict[str, Node] = {}
        for key, item in node.value:
            if not isinstance(key, ScalarNode):
                self.say("PLM-YML-004", key, "a key must be text")
                continue
            if key.value == "<<" and key.tag == "plain":
                self.say("PLM-YML-007", key, "merge keys are not read", help="write the values out, or use an overlay")
                continue
            if key.value in keys:
                first = Label(_span(self.path, keys[key.value]), "first written here")
                self.say("PLM-YML-003", key, f"the key {key.value!r} stands twice", labels=(first,))
                continue
            keys[key.value] = key
            result[key.value] = self.value(item)
        return result


class _TooLarge(Exception):
    """More values than ``MAX_NODES``."""


def _nesting_bound(text: str) -> int:
    """An upper bound of how deep a text nests, without parsing it."""
    deepest = 0
    for line in text.splitlines():
        stripped = line.lstrip(" ")
        deepest = max(deepest, len(line) - len(stripped) + stripped.count("- ") + stripped.count("? "))
    return deepest + text.count("[") + text.count("{")


def _syntax_error(source: SourceFile, error: YAMLError) -> Diagnostic:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        line, column = error.problem_mark.line + 1, error.problem_mark.column + 1
        message = ", ".join(part for part in (error.context, error.problem) if part)
    else:
        position = int(getattr(error, "position", 0))
        line = source.text.count("\n", 0, position) + 1
        column = position - source.text.rfind("\n", 0, position)
        message = str(error).splitlines()[0]
    hint = "indent with spaces; YAML knows no tabs" if "\t" in source.line(line)[:column] else ""
    span = Span(source.path, line, column, column + 1)
    return Diagnostic("PLM-YML-001", Severity.ERROR, f"not YAML: {message}", span, help=hint)


def parse(source: SourceFile) -> Outcome[tuple[Document, ...]]:
    """Every document of a file. A syntax error leaves no document; anything milder leaves those that can be read."""
    bound = _nesting_bound(source.text)
    if bound > MAX_NESTING * 10:
        message = f"nests too deep to be read safely; at most {MAX_NESTING} levels are"
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, message, Span(source.path, 1, 1, 1)),))
    builder = _Builder(source.path)
    try:
        documents = tuple(_documents(source, builder))
    except YAMLError as error:
        return Outcome(None, (_syntax_error(source, error),))
    except (_TooLarge, RecursionError):
        message = f"holds more than {MAX_NODES:,} values once its aliases are expanded, or one that contains itself"
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, message, Span(source.path, 1, 1, 1)),))
    return Outcome(documents, tuple(builder.found))


def _documents(source: SourceFile, builder: _Builder) -> Iterator[Document]:
    composer = _Composer(source.text)
    while composer.check_node():
        node = composer.get_node()
        if isinstance(node, ScalarNode) and node.value == "":
            continue
        value = builder.value(node)
        if isinstance(value, dict):
            yield Document(source, value, node)
        else:
            builder.say("PLM-YML-004", node, "a spec is a mapping with apiVersion, kind, metadata and spec")
