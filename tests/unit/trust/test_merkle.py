import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.runtime.trust.merkle import Edge, leaf_hash, node_hash

leaves = st.lists(st.binary(max_size=4), max_size=70)


def tree_hash(data: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, taken literally."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    split = 1 << ((len(data) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + tree_hash(data[:split]) + tree_hash(data[split:])).digest()


def grown(data: list[bytes]) -> Edge:
    edge = Edge()
    for leaf in data:
        edge = edge.append(leaf_hash(leaf))
    return edge


@given(leaves)
def test_the_root_is_that_of_the_definition(data: list[bytes]) -> None:
    assert grown(data).root() == tree_hash(data)
    assert grown(data).size == len(data)


@given(leaves, st.binary(max_size=4))
def test_the_proof_leads_from_the_next_leaf_to_the_next_root(data: list[bytes], leaf: bytes) -> None:
    root = leaf_hash(leaf)
    for sibling in grown(data).proof():
        root = node_hash(sibling, root)
    assert root == tree_hash([*data, leaf])


def test_an_edge_that_no_tree_has_is_refused() -> None:
    with pytest.raises(ValueError, match="3 leaves"):
        Edge(3, (b"one",))
