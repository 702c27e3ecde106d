"""What arrives at a node, against every path one by one; and that more never means less."""

import itertools
from collections.abc import Iterator

from drawn_labels import CHANGES, LABELS, Drawn, networks
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.flow.changes import Change
from plimsoll.compiler.flow.labels import Label, join
from plimsoll.compiler.flow.network import Hop, Node
from plimsoll.compiler.flow.spread import Spread, shortest, together, ways


def _paths(drawn: Drawn, node: Node) -> Iterator[tuple[str, int, Label]]:
    """Every path to a node: its source, how many steps it has, and the label that it makes."""
    origin = drawn.origin(node)
    if origin is not None:
        yield node.name, 0, origin
    for hop in drawn.into(node):
        for source, length, label in _paths(drawn, hop.start):
            yield source, length + 1, label if hop.change is None else hop.change(label)


def _by_hand(drawn: Drawn, node: Node) -> dict[str, list[tuple[int, Label]]]:
    found: dict[str, list[tuple[int, Label]]] = {}
    for source, length, label in _paths(drawn, node):
        found.setdefault(source, []).append((length, label))
    return found


@settings(max_examples=80, deadline=None)
@given(networks())
def test_what_arrives_is_the_join_over_all_paths(drawn: Drawn) -> None:
    spread = Spread(drawn)
    for node in (*drawn.origins, *drawn.hops):
        expected = {source: join(label for _, label in paths) for source, paths in _by_hand(drawn, node).items()}
        assert spread.of(node) == expected


@settings(max_examples=80, deadline=None)
@given(networks(), st.integers(0, 3), st.booleans())
def test_a_way_is_a_shortest_path_for_each_label_that_a_path_makes(drawn: Drawn, rank: int, both: bool) -> None:
    spread, nodes = Spread(drawn), list(drawn.hops)
    ends = nodes[-2:] if both else nodes[-1:]
    by_hand = [_by_hand(drawn, node) for node in ends]
    for source in together(spread, ends):
        paths = [one for found in by_hand for one in found.get(source, [])]
        found = ways(spread, source, ends)
        least = {label: min(length for length, other in paths if other == label) for _, label in paths}
        assert {way[-1].label: len(way) - 1 for way in found} == least
        assert [len(way) for way in found] == sorted(len(way) for way in found)
        for way in found:
            assert way[0].node == Node("DataSource", source)
            for before, stop in itertools.pairwise(way):
                assert stop.hop in drawn.into(stop.node)
                assert stop.hop.start == before.node
                assert stop.label == (stop.hop.change(before.label) if stop.hop.change else before.label)
        chosen = shortest(found, lambda label: label.personal >= rank)
        broken = [length for length, label in paths if label.personal >= rank]
        assert len(chosen) - 1 == min(broken or [length for length, _ in paths])


@settings(max_examples=80, deadline=None)
@given(networks(), st.data())
def test_one_more_step_or_source_takes_nothing_away(drawn: Drawn, data: st.DataObject) -> None:
    before = Spread(drawn)
    nodes = [*drawn.origins, *drawn.hops]
    reader = data.draw(st.sampled_from(list(drawn.hops)))
    earlier = nodes[: nodes.index(reader)]
    new = Node("DataSource", "new")
    change = data.draw(st.none() | CHANGES)
    start = data.draw(st.sampled_from([*earlier, new]))
    more = Drawn(
        {**drawn.origins, new: data.draw(LABELS)},
        {**drawn.hops, reader: (*drawn.hops[reader], Hop(start, ("more",), change))},
    )
    after = Spread(more)
    for node in nodes:
        for source, label in before.of(node).items():
            assert label <= after.of(node)[source]


def test_chains_may_be_longer_than_the_stack() -> None:
    source = Node("DataSource", "s")
    chain = [Node("FeatureSet", f"f{number}") for number in range(3000)]
    hops = {node: (Hop(before, ("x",)),) for before, node in zip([source, *chain], chain, strict=False)}
    drawn = Drawn({source: Label(kinds=frozenset({2}))}, hops)
    assert Spread(drawn).of(chain[-1]) == {"s": Label(kinds=frozenset({2}))}
    assert len(ways(Spread(drawn), "s", chain[-1:])[0]) == 3001


def test_diamonds_are_walked_once() -> None:
    """Two to the sixtieth paths: whoever walked each would never come to an end."""
    drawn = Drawn({Node("DataSource", "s"): Label(kinds=frozenset({1}))}, {})
    before = Node("DataSource", "s")
    for number in range(60):
        node = Node("FeatureSet", f"f{number}")
        drawn.hops[node] = (Hop(before, (0,)), Hop(before, (1,), Change(personal=1)))
        before = node
    assert Spread(drawn).of(before) == {"s": Label(kinds=frozenset({1}))}
    assert len(ways(Spread(drawn), "s", (before,))) == 1
