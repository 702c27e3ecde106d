"""The right edge of a Merkle tree (RFC 6962, section 2.1): all that is needed to append a leaf and prove that it is in.

The edge of a tree of n leaves holds the roots of its perfect subtrees, one for each bit set in n, the smallest first.
They are exactly the siblings on the way from the next leaf to the root, so an append costs O(log n).
"""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Edge:
    """The right edge of a tree of ``size`` leaves. Law: ``len(hashes) == size.bit_count()``."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError(f"a tree of {self.size} leaves can't have an edge of {len(self.hashes)} hashes")

    def append(self, leaf: bytes) -> "Edge":
        """The edge after a leaf's hash was appended: equal subtrees merge as a binary counter carries."""
        merged, size, carried = leaf, self.size, 0
        while size & 1:
            merged = node_hash(self.hashes[carried], merged)
            carried += 1
            size >>= 1
        return Edge(self.size + 1, (merged, *self.hashes[carried:]))

    def proof(self) -> tuple[bytes, ...]:
        """The inclusion proof of the leaf that is appended next, at index ``size`` of a tree of ``size + 1``."""
        return self.hashes

    def root(self) -> bytes:
        """The tree's hash. The empty tree's is the hash of nothing."""
        if not self.hashes:
            return hashlib.sha256(b"").digest()
        root, *larger = self.hashes
        for left in larger:
            root = node_hash(left, root)
        return root


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node, 32 bytes."""
    return hashlib.sha256(b"\1" + left + right).digest()
