"""Parse YAML 1.2, once, into plain values; and tell the place of any of them when it is asked for."""

import re
from dataclasses import dataclass
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import Node, ScalarNode

from plimsoll.compiler.diagnostics import Diagnostic, Fix, Outcome, Route, Severity, Span
from plimsoll.compiler.editing.offers import indent, quote_in_braces
from plimsoll.compiler.loading.characters import hidden_characters, span_at, unreadable_character
from plimsoll.compiler.loading.composing import compose, composed_again, find, span_of
from plimsoll.compiler.loading.limits import Exceeded, hold_expansion
from plimsoll.compiler.loading.scalars import shortened
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.usual import usual_value
from plimsoll.compiler.loading.values import Builder

_ANCHOR = re.compile(r"&[-0-9A-Za-z_]")


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
        return span_of(self.source, node if found and scalar and node.value else key or node)

    def key_span(self, route: Route) -> Span:
        """Where the key of the value at a route stands."""
        node, key, _ = self._find(route)
        return span_of(self.source, key or node)

    def has(self, route: Route) -> bool:
        """Whether there is a value at the route."""
        return self._find(route)[2]


def parse(source: SourceFile) -> Outcome[tuple[Document, ...]]:
    """Every document of a file, within the limits of ``limits.py``.

    A syntax error or an exceeded limit leaves no document; anything milder leaves those that can be read.

    Law: no text raises, and every span lies inside the file.
    """
    usual = usual_value(source.text)
    return parse_whole(source) if usual is None else Outcome((Document(source, usual, 0),))


def parse_whole(source: SourceFile) -> Outcome[tuple[Document, ...]]:
    """What ``parse`` gives, by the parser of all YAML: it leads ``usual_value``, and tells what is wrong."""
    if hidden := hidden_characters(source):
        return Outcome(None, hidden)
    builder = Builder(source)
    try:
        documents = _documents(source, builder)
    except YAMLError as error:
        return Outcome(None, (_syntax_error(source, error),))
    except Exceeded as limit:
        span = span_at(source, limit.line, limit.column)
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, str(limit), span, help=limit.help),))
    return Outcome(documents, builder.found.all())


def _documents(source: SourceFile, builder: Builder) -> tuple[Document, ...]:
    found = []
    aliases = "*" in source.text and _ANCHOR.search(source.text) is not None
    for position, node in enumerate(compose(source.text)):
        value = builder.value(node)
        if aliases:
            hold_expansion(node)
        if isinstance(value, dict):
            found.append(Document(source, value, position))
        else:
            builder.say("PLM-YML-004", node, "a spec is a mapping with apiVersion, kind, metadata and spec")
    return tuple(found)


def _syntax_error(source: SourceFile, error: YAMLError) -> Diagnostic:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return unreadable_character(source)
    mark = error.problem_mark
    message = ", ".join(shortened(part) for part in (error.context, error.problem) if part)
    span = span_at(source, mark.line, mark.column)
    hint, fix = _way_out(source, mark.line + 1, mark.column + 1, str(error.problem))
    return Diagnostic("PLM-YML-001", Severity.ERROR, f"not YAML: {message}", span, help=hint, fix=fix)


def _way_out(source: SourceFile, line: int, column: int, problem: str) -> tuple[str, Fix | None]:
    """How a syntax error can be mended, where its usual cause can be seen."""
    if "\t" in source.line(line)[:column]:
        return "indent with spaces; YAML knows no tabs", indent(source)
    if problem == "found unexpected ':'":
        return "quote text that has a colon, where it stands in brackets", quote_in_braces(source, line, column)
    return "", None
