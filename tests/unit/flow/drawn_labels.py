"""Labels, changes and networks by chance."""

from dataclasses import dataclass

from hypothesis import strategies as st

from plimsoll.compiler.flow.changes import Change, Lowering
from plimsoll.compiler.flow.labels import Label, Lower
from plimsoll.compiler.flow.network import Hop, Node

WORDS = st.frozensets(st.sampled_from("abc"))
LABELS = st.builds(
    Label,
    classification=st.integers(0, 3),
    kinds=st.frozensets(st.integers(1, 3)),
    categories=WORDS,
    jurisdictions=WORDS,
    purposes=st.none() | WORDS,
    retention=st.none() | st.integers(1, 4),
    licences=WORDS,
)
LOWERS = st.builds(
    Lower,
    classification=st.integers(0, 3),
    personal=st.integers(0, 3),
    categories=st.none() | WORDS,
    purposes=WORDS,
    retention=st.integers(0, 4),
)
CHANGES = st.builds(
    lambda lowers, personal, purposes: Change(
        tuple(Lowering(index, one) for index, one in enumerate(lowers)), personal, purposes
    ),
    st.lists(LOWERS, max_size=2),
    st.integers(0, 3),
    WORDS,
)


@dataclass
class Drawn:
    """A network that was drawn: where data begins, and what leads to each node."""

    origins: dict[Node, Label]
    hops: dict[Node, tuple[Hop, ...]]

    def origin(self, node: Node) -> Label | None:
        return self.origins.get(node)

    def into(self, node: Node) -> tuple[Hop, ...]:
        return self.hops.get(node, ())


@st.composite
def networks(draw: st.DrawFn) -> Drawn:
    """A few sources, and nodes that read sources and nodes before them, by as many steps as may be."""
    sources = [Node("DataSource", f"s{number}") for number in range(draw(st.integers(1, 3)))]
    drawn = Drawn({source: draw(LABELS) for source in sources}, {})
    nodes = list(sources)
    for number in range(draw(st.integers(1, 6))):
        node = Node("FeatureSet", f"f{number}")
        steps = draw(st.lists(st.tuples(st.sampled_from(nodes), st.none() | CHANGES), max_size=4))
        drawn.hops[node] = tuple(Hop(start, (index,), change) for index, (start, change) in enumerate(steps))
        nodes.append(node)
    return drawn
