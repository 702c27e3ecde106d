"""Parse YAML 1.2 with libyaml, once, into plain values; and tell the place of any of them when it is asked for."""

from dataclasses import dataclass
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Route, Severity, Span
from plimsoll.compiler.loading.composing import compose, composed_again, find, span_of
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.values import MAX_NODES, Builder, TooLarge

MAX_NESTING = 200
"""The deepest nesting that is parsed; libyaml's composer recurses on the C stack."""


@dataclass(frozen=True)
class Document:
    """One YAML document: its values, and where each of them stands.

    Places are found by composing the text again, by the same composer that gave the values: most documents of an estate
    have no finding, and ten thousand of them with all their marks would take a gigabyte.

    Law: ``document.span(route)`` exists for every route; a missing one gives its nearest existing parent.
    """

    source: SourceFile
    value: dict[str, Any]
    position: int
    """Which of the documents of its file that are not empty, from 0."""

    @property
    def node(self) -> Node:
        """The root node."""
        return composed_again(self.source.text)[self.position]

    def _find(self, route: Route) -> tuple[Node, Node | None, bool]:
        return find(self.node, route)

    def span(self, route: Route) -> Span:
        """Where the value at a route stands: a scalar itself, else the key of a block, else its first line."""
        node, key, found = self._find(route)
        scalar = isinstance(node, ScalarNode) and (node.start_mark.line == node.end_mark.line)
        return span_of(self.source.path, node if found and scalar and node.value else key or node)

    def key_span(self, route: Route) -> Span:
        """Where the key of the value at a route stands."""
        node, key, _ = self._find(route)
        return span_of(self.source.path, key or node)

    def has(self, route: Route) -> bool:
        """Whether there is a value at the route."""
        return self._find(route)[2]


def parse(source: SourceFile) -> Outcome[tuple[Document, ...]]:
    """Every document of a file. A syntax error leaves no document; anything milder leaves those that can be read."""
    if _nests_too_deep(source.text):
        message = f"nests too deep to be read safely; at most {MAX_NESTING} levels are"
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, message, Span(source.path, 1, 1, 1)),))
    builder = Builder(source.path)
    try:
        documents = _documents(source, builder)
    except YAMLError as error:
        return Outcome(None, (_syntax_error(source, error),))
    except (TooLarge, RecursionError):
        message = f"holds more than {MAX_NODES:,} values once its aliases are expanded, or one that contains itself"
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, message, Span(source.path, 1, 1, 1)),))
    return Outcome(documents, tuple(builder.found))


def _documents(source: SourceFile, builder: Builder) -> tuple[Document, ...]:
    found = []
    for position, node in enumerate(compose(source.text)):
        value = builder.value(node)
        if isinstance(value, dict):
            found.append(Document(source, value, position))
        else:
            builder.say("PLM-YML-004", node, "a spec is a mapping with apiVersion, kind, metadata and spec")
    return tuple(found)


def _nests_too_deep(text: str) -> bool:
    """Whether a text may nest deeper than can be composed, by a bound that needs no parsing."""
    limit = MAX_NESTING * 10
    if len(text) <= limit:
        return False
    deepest = 0
    for line in text.splitlines():
        stripped = line.lstrip(" ")
        deepest = max(deepest, len(line) - len(stripped) + stripped.count("- ") + stripped.count("? "))
    return deepest + text.count("[") + text.count("{") > limit


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
