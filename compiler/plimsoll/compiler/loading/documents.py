"""Parse YAML 1.2, once, into plain values; and tell the place of any of them when it is asked for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Outcome, Route, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.usual import usual_value

if TYPE_CHECKING:  # libyaml's binding is loaded where there is something unusual, or a place is asked for.
    from ruamel.yaml.nodes import Node


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
    def node(self) -> "Node":
        """The root node."""
        from plimsoll.compiler.loading.composing import composed_again

        return composed_again(self.source.text)[self.position]

    def _find(self, route: Route) -> "tuple[Node, Node | None, bool]":
        from plimsoll.compiler.loading.composing import find

        return find(self.node, route)

    def span(self, route: Route) -> Span:
        """Where the value at a route stands: a scalar itself, else the key of a block, else its first line."""
        from ruamel.yaml.nodes import ScalarNode

        from plimsoll.compiler.loading.composing import span_of

        node, key, found = self._find(route)
        scalar = isinstance(node, ScalarNode) and (node.start_mark.line == node.end_mark.line)
        return span_of(self.source, node if found and scalar and node.value else key or node)

    def key_span(self, route: Route) -> Span:
        """Where the key of the value at a route stands."""
        from plimsoll.compiler.loading.composing import span_of

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
    if (usual := usual_value(source.text)) is not None:
        return Outcome((Document(source, usual, 0),))
    from plimsoll.compiler.loading.whole import parse_whole

    return parse_whole(source)
