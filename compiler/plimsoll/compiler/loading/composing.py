"""Text → nodes: libyaml's composer, told to resolve nothing, and how to find a route's node again."""

import operator
from functools import lru_cache
from itertools import repeat
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.tag import Tag

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.loading.characters import span_at
from plimsoll.compiler.loading.limits import (
    MAX_DOCUMENTS,
    MAX_NODES,
    MAX_SCALAR,
    Exceeded,
    hold_nesting,
    hold_sizes,
    too_many,
)
from plimsoll.compiler.loading.sources import SourceFile

PLAIN, QUOTED = Tag(suffix="plain"), Tag(suffix="quoted")
"""How a scalar was written; every collection counts as quoted. Compared by identity, a node's own tag is neither."""


class _Composer(CParser):  # type: ignore[misc]
    """libyaml's composer. It calls back for every node, so what needs no answer is answered by built-in functions.

    The call after a node takes one from a store of ``MAX_NODES`` and ends the composing when that is empty.
    """

    descend_resolver = staticmethod(operator.is_)

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        self._parser = self._composer = self
        self.ascend_resolver = repeat(None, MAX_NODES).__next__

    def let_go(self) -> None:
        """Break the circle in which it stands, so that libyaml's buffers are freed at once."""
        del self._parser, self._composer

    def resolve(self, kind: type[Node], _value: object, implicit: Any) -> Tag:
        """Say how a scalar was written."""
        return PLAIN if kind is ScalarNode and implicit[0] else QUOTED


def compose(text: str) -> list[Node]:
    """The root node of every document that is not empty.

    Raises:
        Exceeded: when the text is deeper or larger than is read.
        YAMLError: when the text is not YAML.
    """
    hold_nesting(text)
    composer = _Composer(text)
    nodes: list[Node] = []
    try:
        while composer.check_node():
            node = composer.get_node()
            if not (isinstance(node, ScalarNode) and node.value == ""):
                nodes.append(node)
            if len(nodes) > MAX_DOCUMENTS:
                raise Exceeded(f"has more than {MAX_DOCUMENTS:,} documents", node.start_mark, "split it")
    except StopIteration:
        raise too_many(None) from None
    finally:
        composer.let_go()
    if len(text) > MAX_SCALAR:
        hold_sizes(nodes)
    return nodes


@lru_cache(maxsize=32)
def composed_again(text: str) -> tuple[Node, ...]:
    """The nodes of a text that was read before: kept for a few files only, since nodes weigh fifty times as much."""
    return tuple(compose(text))


def is_key(node: Node) -> bool:
    """Whether a key has a value in what is read: text without a tag, and not a merge key."""
    return (node.ctag is QUOTED and type(node) is ScalarNode) or (node.ctag is PLAIN and node.value != "<<")


def find(root: Node, route: Route) -> tuple[Node, Node | None, bool]:
    """The node at a route and the key that leads to it; for a missing one its nearest parent's, and False."""
    node, key = root, None
    for part in route:
        if isinstance(node, MappingNode):
            pair = next((p for p in node.value if p[0].value == str(part) and is_key(p[0])), None)
            if pair is None:
                return node, key, False
            key, node = pair
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            key, node = None, node.value[part]
        else:
            return node, key, False
    return node, key, True


def span_of(source: SourceFile, node: Node) -> Span:
    """Where a node stands; of one that goes over several lines, where it begins."""
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return span_at(source, start.line, start.column, width)
