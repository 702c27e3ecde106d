"""How much a spec file may hold, and how deep it may nest; what holds more is refused and not read.

A limit is named by the message of the finding that it brings about. docs/decisions/0020 says how each was chosen.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # libyaml's binding is loaded by whoever parses.
    from ruamel.yaml.nodes import Node

MAX_NESTING = 200
"""The most levels of mappings and sequences, with aliases expanded."""

MAX_NODES = 50_000
"""The most keys and values of one file as it is written, and the most values after its aliases are expanded."""

MAX_SCALAR = 100_000
"""The most characters of one value."""

MAX_KEY = 500
"""The most characters of one key."""

MAX_EXPANDED = 10_000_000
"""The most characters of all values of a document after aliases are expanded."""

MAX_DOCUMENTS = 1_000
"""The most documents of one file."""

MAX_FINDINGS = 100
"""The most findings that are told of one file."""

COMPOSABLE = 500
"""Levels that are safe to compose: libyaml's composer takes 330 bytes of C stack for each, and has 512 KB in the
smallest thread (macOS); at 8 MB it ends the process between 20,000 and 50,000 levels."""


class Mark(Protocol):
    """A place in a text, as libyaml gives it: its line and its column, from 0."""

    line: int
    column: int


class Exceeded(Exception):
    """A limit is exceeded, at a line and a column that count from 0."""

    def __init__(self, message: str, at: Mark | None, help_: str = "") -> None:
        super().__init__(message)
        self.line, self.column = (at.line, at.column) if at is not None else (0, 0)
        self.help = help_


def too_deep(at: Mark) -> Exceeded:
    """The refusal of a value that lies too deep."""
    return Exceeded(f"nests deeper than {MAX_NESTING} levels", at, "write values out instead of nesting them")


def too_many(at: Mark | None) -> Exceeded:
    """The refusal of the first value too many."""
    message = f"holds more than {MAX_NODES:,} keys and values, or values once its aliases are expanded"
    return Exceeded(message, at, "split it into one object a file, and keep data out of specs")


def too_long(what: str, length: int, most: int, at: Mark) -> Exceeded:
    """The refusal of a text that is too long."""
    message = f"has a {what} of {length:,} characters; at most {most:,} are read"
    return Exceeded(message, at, "keep data in a file beside the spec")


def hold_nesting(text: str) -> None:
    """Refuse a text that the composer must not see.

    Law: a text that passes nests at most ``COMPOSABLE`` levels, before its aliases are expanded.

    Raises:
        Exceeded: when it nests more than ``MAX_NESTING`` levels, or has more than ``MAX_NODES`` keys and values.
        YAMLError: when it is not YAML.
    """
    if len(text) <= COMPOSABLE or nesting_bound(text) <= COMPOSABLE:
        return
    from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
    from ruamel.yaml.events import CollectionEndEvent, CollectionStartEvent, NodeEvent

    depth = count = 0
    parser = CParser(text)
    while parser.check_event():
        event = parser.get_event()
        if isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, NodeEvent):
            count += 1
            depth += isinstance(event, CollectionStartEvent)
        if depth > MAX_NESTING:
            raise too_deep(event.start_mark)
        if count > MAX_NODES:
            raise too_many(event.start_mark)


def nesting_bound(text: str) -> int:
    """At least as many levels as a text nests, without parsing it.

    A flow collection begins with a bracket. Open block collections stand in columns of their own, each further right
    than the one around it, save for a sequence that stands below the key of a mapping: two for a column at most.
    """
    return 2 * max(map(len, text.split("\n"))) + text.count("[") + text.count("{")


def hold_sizes(nodes: "Iterable[Node]") -> None:
    """Refuse values that are too long.

    Raises:
        Exceeded: at one of them.
    """
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    waiting, seen = list(nodes), set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ScalarNode):
            hold_size(node, MAX_SCALAR, "value")
        elif id(node) not in seen:
            seen.add(id(node))
            waiting += [value for _, value in node.value] if isinstance(node, MappingNode) else node.value


def hold_size(node: "Node", most: int, what: str) -> None:
    """Refuse a scalar that is too long.

    Raises:
        Exceeded: when it is.
    """
    if len(node.value) > most:
        raise too_long(what, len(node.value), most, node.start_mark)


def hold_expansion(root: "Node") -> None:
    """Refuse a document whose aliases repeat more text than ``MAX_EXPANDED``.

    Raises:
        Exceeded: when they do.
    """
    if _expanded(root) > MAX_EXPANDED:
        message = f"holds more than {MAX_EXPANDED:,} characters once its aliases are expanded"
        raise Exceeded(message, root.start_mark, "write values out instead of repeating them by aliases")


def _expanded(root: "Node") -> int:
    """How many characters the scalars below a node have; what several aliases lead to is counted once for each.

    Every node is weighed once, after what it holds. One that holds itself counts as empty there.
    """
    from ruamel.yaml.nodes import MappingNode, ScalarNode

    known: dict[int, int] = {}
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, weighed = waiting.pop()
        if isinstance(node, ScalarNode):
            known[id(node)] = len(node.value)
            continue
        parts = [part for pair in node.value for part in pair] if isinstance(node, MappingNode) else node.value
        if weighed:
            known[id(node)] = sum(known[id(part)] for part in parts)
        elif id(node) not in known:
            known[id(node)] = 0
            waiting.append((node, True))
            waiting += [(part, False) for part in parts]
    return known[id(root)]
