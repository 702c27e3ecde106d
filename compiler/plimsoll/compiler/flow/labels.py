"""Labels: what is to be observed about data, as a lattice, so that data made of several has one label.

A label is a product of chains and sets. ``a <= b`` says that b asks for at least as much care as a in every part: it is
classified as highly, is about people in as many ways, reveals as much, is under as many laws and licences, may be used
for no more purposes and kept for no longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

from plimsoll.contract.areas import area_of

CLASSIFICATIONS = ("public", "internal", "confidential", "restricted")
"""The chain of classifications, the least first; ``kinds.common`` has them as types."""

PERSONAL = ("none", "pseudonymous", "personal", "special")
"""The chain of personal data, the least first; ``kinds.common`` has them as types."""

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Label:
    """What is to be observed about some data.

    Laws: ``|`` is associative, commutative and idempotent, ``BOTTOM`` is its unit, ``a <= b`` exactly where
    ``a | b == b``, and every way of lowering and raising below keeps ``<=`` and goes through ``|``: for each of them
    ``f(a | b) == f(a) | f(b)``. So the label that is made by joining at every node is the join over all paths
    (Kildall, "A Unified Approach to Global Program Optimization", 1973).
    """

    classification: int = 0
    """Its rank in ``CLASSIFICATIONS``."""
    kinds: frozenset[int] = frozenset()
    """What it is about people, as ranks in ``PERSONAL`` without none. Data that came on two ways may be of two kinds,
    and a place that admits the one does not thereby admit the other."""
    categories: frozenset[str] = NOTHING
    """What it reveals about people."""
    jurisdictions: frozenset[str] = NOTHING
    """The laws it is under."""
    purposes: frozenset[str] | None = None
    """What it may still be used for; None where nobody restricted that."""
    retention: int | None = None
    """How many days it may be kept; None where nobody restricted that."""
    licences: frozenset[str] = NOTHING
    """The licences it is used under."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((
            self.classification, self.kinds, self.categories, self.jurisdictions, self.purposes, self.retention,
            self.licences,
        ))  # fmt: skip

    @property
    def personal(self) -> int:
        """The highest rank of its kinds; 0 where it is about nobody."""
        return max(self.kinds, default=0)

    def __or__(self, other: "Label") -> "Label":
        """The least label that asks for all that both ask for."""
        return self if self is other else _join(self, other)

    def __le__(self, other: "Label") -> bool:
        return (self | other) == other

    def raised(self, personal: int) -> "Label":
        """As somebody says of a feature who knows better: where it is about people at all, at least that much."""
        return replace(self, kinds=frozenset(max(kind, personal) for kind in self.kinds)) if personal else self

    def narrowed(self, purposes: Iterable[str]) -> "Label":
        """As a feature set that is for some purposes has it; naming none restricts nothing."""
        allowed = frozenset(purposes)
        if not allowed:
            return self
        return replace(self, purposes=allowed if self.purposes is None else self.purposes & allowed)

    def lowered(self, to: "Lower") -> "Label":
        """As a declassification leaves it."""
        return replace(
            self,
            classification=min(self.classification, to.classification),
            kinds=frozenset(min(kind, to.personal) for kind in self.kinds if to.personal),
            categories=self.categories if to.categories is None else self.categories & to.categories,
            purposes=None if self.purposes is None else self.purposes | to.purposes,
            retention=None if self.retention is None else max(self.retention, to.retention),
        )

    @property
    def values(self) -> dict[str, Any]:
        """The label as rules see it: the fields of ``governance.flow.FlowLabel``."""
        found: dict[str, Any] = {
            "classification": CLASSIFICATIONS[self.classification],
            "classificationLevel": self.classification,
            "personalData": PERSONAL[self.personal],
            "personalLevel": self.personal,
            "personalKinds": [PERSONAL[kind] for kind in sorted(self.kinds)],
            "categories": sorted(self.categories),
            "jurisdictions": sorted(self.jurisdictions),
            "areas": sorted({area_of(law) for law in self.jurisdictions}),
            "licences": sorted(self.licences),
        }
        if self.purposes is not None:
            found["purposes"] = sorted(self.purposes)
        if self.retention is not None:
            found["retention"] = self.retention
        return found


@dataclass(frozen=True)
class Lower:
    """What a declassification makes of labels that are higher. Its defaults change nothing."""

    classification: int = len(CLASSIFICATIONS) - 1
    personal: int = len(PERSONAL) - 1
    categories: frozenset[str] | None = None
    """The categories that are left; None leaves all."""
    purposes: frozenset[str] = NOTHING
    """What it may be used for besides."""
    retention: int = 0
    """How many days it may be kept at least."""


BOTTOM = Label()
"""The label of what nothing is to be observed about."""


@lru_cache(maxsize=65_536)
def _join(one: Label, other: Label) -> Label:
    joined = Label(
        max(one.classification, other.classification),
        one.kinds | other.kinds,
        one.categories | other.categories,
        one.jurisdictions | other.jurisdictions,
        _least(one.purposes, other.purposes, frozenset.intersection),
        _least(one.retention, other.retention, min),
        one.licences | other.licences,
    )
    return one if joined == one else other if joined == other else joined


def _least(one: Any, other: Any, of_both: Any) -> Any:
    """What both allow, where None allows everything."""
    if one is None or other is None:
        return other if one is None else one
    return of_both(one, other)


def join(labels: Iterable[Label]) -> Label:
    """The least label that asks for all that any of some asks for."""
    joined = BOTTOM
    for one in labels:
        joined = joined | one
    return joined
