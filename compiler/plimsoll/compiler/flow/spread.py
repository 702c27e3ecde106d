"""What arrives where: the label of each source at each node that its data comes to."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.network import Hop, Node

Arrivals = dict[str, Label]
"""The label of each source's data, by the source's name."""


class Flows(Protocol):
    """What data flows through."""

    def origin(self, node: Node) -> Label | None:
        """The label that data has where it begins; None where it does not begin."""

    def into(self, node: Node) -> tuple[Hop, ...]:
        """The steps that lead to a node."""


class Spread:
    """The labels at every node that is asked for, and at those before it. Each is worked out once.

    Law: the label of a source at a node is the join, over all ways from the source to it, of what the changes on the
    way make of the source's label. Changes go through joins, so that one pass finds it without a way being walked
    twice: the cost is linear in the pairs of a source and a step that its data takes.
    """

    def __init__(self, flows: Flows) -> None:
        self.flows = flows
        self._known: dict[Node, Arrivals] = {}
        self._labels: dict[Label, Label] = {}
        """One object for all labels that are the same: they are compared often."""
        self.last: tuple[tuple[Node, ...], Arrivals] = ((), {})
        """What came to several nodes together, which is asked for once for each sink there."""

    def of(self, node: Node) -> Arrivals:
        """What arrives at a node. Nodes are taken after those before them, without recursion: chains may be long.

        On a cycle, which is a finding elsewhere, what is being worked out counts as bringing nothing.
        """
        known, ahead, begun = self._known, [node], dict[Node, tuple[Hop, ...]]()
        while ahead:
            one = ahead[-1]
            if one in known:
                ahead.pop()
                continue
            if one not in begun:
                begun[one] = self.flows.into(one)
                missing = [hop.start for hop in begun[one] if hop.start not in known and hop.start not in begun]
                if missing:
                    ahead += missing
                    continue
            known[one] = self._arrivals(one, begun[one])
            ahead.pop()
        return known[node]

    def _one(self, label: Label) -> Label:
        return self._labels.setdefault(label, label)

    def _arrivals(self, node: Node, hops: tuple[Hop, ...]) -> Arrivals:
        label = self.flows.origin(node)
        found: Arrivals = {node.name: self._one(label)} if label is not None else {}
        for hop in hops:
            came = self._known.get(hop.start, {})
            if not found and (hop.change is None or hop.change.is_nothing):
                found = came if len(hops) == 1 else dict(came)
                continue
            for source, arrived in came.items():
                changed = arrived if hop.change is None else self._one(hop.change(arrived))
                before = found.get(source)
                found[source] = changed if before is None else before | changed
        return found


def together(spread: Spread, nodes: Iterable[Node]) -> Arrivals:
    """What arrives at any of some nodes."""
    of = tuple(nodes)
    if len(of) == 1:
        return spread.of(of[0])
    if of == spread.last[0]:
        return spread.last[1]
    found: Arrivals = {}
    for node in of:
        for source, label in spread.of(node).items():
            before = found.get(source)
            found[source] = label if before is None else before | label
    spread.last = (of, found)
    return found


class Stop(NamedTuple):
    """A node on a way, with the label that the data has there."""

    node: Node
    hop: Hop | None
    """The step by which it came; None at the source."""
    label: Label


Way = tuple[Stop, ...]
"""From a source to where its data comes to."""

_MOST_STOPS = 20_000
"""How many pairs of a node and a label a search goes through before it is content with what it has."""


def ways(spread: Spread, source: str, nodes: Iterable[Node]) -> tuple[Way, ...]:
    """For each label that a source's data has on some way to one of the nodes, a shortest such way; shorter ones first.

    The label that arrives is the join of these; which of them broke a rule is for the rule to say.
    """
    ends = tuple(dict.fromkeys(node for node in nodes if source in spread.of(node)))
    onward = _onward(spread, source, ends)
    start = Node("DataSource", source)
    label = spread.flows.origin(start)
    if label is None:
        return ()
    first = Stop(start, None, label)
    came: dict[tuple[Node, Label], tuple[Stop, tuple[Node, Label] | None]] = {(start, label): (first, None)}
    ahead, found = [(start, label)], list[tuple[Node, Label]]()
    goal = set(ends)
    for state in ahead:
        if state[0] in goal:
            found.append(state)
        if len(came) > _MOST_STOPS:
            continue
        for node, hop in onward.get(state[0], ()):
            after = state[1] if hop.change is None else hop.change(state[1])
            if (node, after) not in came:
                came[node, after] = (Stop(node, hop, after), state)
                ahead.append((node, after))
    best: dict[Label, Way] = {}
    for end in found:
        best.setdefault(end[1], _back(came, end))
    return tuple(best.values())


def _back(came: dict[tuple[Node, Label], tuple[Stop, tuple[Node, Label] | None]], end: tuple[Node, Label]) -> Way:
    """The way that led to a state."""
    way: list[Stop] = []
    at: tuple[Node, Label] | None = end
    while at is not None:
        stop, at = came[at]
        way.append(stop)
    return tuple(reversed(way))


def _onward(spread: Spread, source: str, ends: tuple[Node, ...]) -> dict[Node, list[tuple[Node, Hop]]]:
    """The steps of a source's data that lead on to some nodes, by where they start."""
    onward: dict[Node, list[tuple[Node, Hop]]] = {}
    ahead, seen = list(ends), set(ends)
    for node in ahead:
        for hop in spread.flows.into(node):
            if source in spread.of(hop.start):
                onward.setdefault(hop.start, []).append((node, hop))
                if hop.start not in seen:
                    seen.add(hop.start)
                    ahead.append(hop.start)
    return onward


def shortest(ways_: tuple[Way, ...], breaks: Callable[[Label], bool]) -> Way:
    """The shortest way whose own label is enough to break a rule; where only all ways together do, the shortest."""
    return next((way for way in ways_ if breaks(way[-1].label)), ways_[0])
