"""What becomes of a label between a feature set's sources and its features."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plimsoll.compiler.flow.labels import CLASSIFICATIONS, NOTHING, PERSONAL, Label, Lower


@dataclass(frozen=True)
class Lowering:
    """A declassification of a feature set: which of the set's it is, and what it makes of labels."""

    index: int
    lower: Lower


@dataclass(frozen=True)
class Change:
    """What a feature set makes of the labels that come to it, for some of its features."""

    lowerings: tuple[Lowering, ...] = ()
    """Its declassifications that are about these features, in their order."""
    personal: int = 0
    """How much these features are said to be about people."""
    purposes: frozenset[str] = NOTHING
    """What the set is for; empty where it does not say."""
    _known: dict[Label, Label] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, label: Label) -> Label:
        """The label of the features, where data of a label went in."""
        known = self._known.get(label)
        if known is None:
            known = self._known[label] = self.lowered(label).raised(self.personal).narrowed(self.purposes)
        return known

    def lowered(self, label: Label) -> Label:
        """The label after the declassifications, whatever is written at the features."""
        for one in self.lowerings:
            label = label.lowered(one.lower)
        return label

    @property
    def is_nothing(self) -> bool:
        """Whether no label is changed."""
        return not (self.lowerings or self.personal or self.purposes)

    def at_work(self, label: Label) -> tuple[int, ...]:
        """Which declassifications change a label that goes in, by their places in the spec."""
        found = []
        for one in self.lowerings:
            lowered = label.lowered(one.lower)
            found += [one.index] if lowered != label else []
            label = lowered
        return tuple(found)


class Parts(NamedTuple):
    """The features of a set that labels are the same for, part by part."""

    changes: tuple[Change, ...]
    of: dict[str, int]
    """The part of each feature."""


def label_of(spec: dict[str, Any]) -> Label:
    """The label of a data source.

    One that is about people and names no purpose may be used for none; one that is not, for any: the purpose of data is
    bound by law only where it is about people.
    """
    personal = PERSONAL.index(spec["personalData"])
    purposes = spec["purposes"]
    return Label(
        CLASSIFICATIONS.index(spec["classification"]),
        frozenset((personal,)) if personal else frozenset(),
        frozenset(spec.get("categories") or ()),
        frozenset((spec["jurisdiction"],)),
        frozenset(purposes) if purposes or personal else None,
        spec.get("retention"),
        frozenset((spec["licence"],)) if "licence" in spec else NOTHING,
    )


def lower_of(to: dict[str, Any]) -> Lower:
    """What a declassification's ``to`` makes of labels. What is about nobody reveals nothing about anybody."""
    personal = PERSONAL.index(to.get("personalData", PERSONAL[-1]))
    categories = to.get("categories", () if personal == 0 else None)
    return Lower(
        CLASSIFICATIONS.index(to.get("classification", CLASSIFICATIONS[-1])),
        personal,
        None if categories is None else frozenset(categories),
        frozenset(to.get("purposes") or ()),
        to.get("retention") or 0,
    )


def parts_of(spec: dict[str, Any]) -> Parts:
    """The parts of a feature set: features that the same declassifications are about, and that say the same."""
    purposes = frozenset(spec["purposes"])
    declared = [(one.get("features"), lower_of(one["to"])) for one in spec.get("declassify") or ()]
    found: dict[tuple[tuple[int, ...], int], int] = {}
    of: dict[str, int] = {}
    for name, feature in spec["features"].items():
        about = tuple(index for index, (names, _) in enumerate(declared) if names is None or name in names)
        of[name] = found.setdefault((about, PERSONAL.index(feature["personalData"])), len(found))
    changes = (
        Change(tuple(Lowering(index, declared[index][1]) for index in about), personal, purposes)
        for about, personal in found
    )
    return Parts(tuple(changes), of)
