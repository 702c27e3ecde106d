"""The laws of labels."""

from dataclasses import replace
from typing import get_args

from drawn_labels import CHANGES, LABELS, LOWERS
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.flow.changes import Change, label_of, lower_of, parts_of
from plimsoll.compiler.flow.labels import BOTTOM, CLASSIFICATIONS, PERSONAL, Label, Lower, join
from plimsoll.compiler.kinds.common import Classification, PersonalData
from plimsoll.contract.areas import area_of


def test_the_chains_are_those_of_the_kinds() -> None:
    assert get_args(Classification) == CLASSIFICATIONS
    assert get_args(PersonalData) == PERSONAL


@given(LABELS, LABELS, LABELS)
def test_joining_is_associative_commutative_and_idempotent(a: Label, b: Label, c: Label) -> None:
    assert (a | b) | c == a | (b | c)
    assert a | b == b | a
    assert a | a == a
    assert BOTTOM | a == a


@given(LABELS, LABELS, LABELS)
def test_the_order_is_one_and_the_join_its_least_upper_bound(a: Label, b: Label, c: Label) -> None:
    assert BOTTOM <= a <= a | b
    assert (a <= b and b <= a) == (a == b)
    if a <= c and b <= c:
        assert a | b <= c
    if a <= b <= c:
        assert a <= c


@given(LABELS, LABELS, CHANGES)
def test_a_change_goes_through_joins_and_keeps_the_order(a: Label, b: Label, change: Change) -> None:
    assert change(a | b) == change(a) | change(b)
    assert change(a) <= change(a | b)


@given(LABELS, LABELS, LOWERS, st.integers(0, 3), st.frozensets(st.sampled_from("abc")))
def test_so_does_each_part_of_a_change(a: Label, b: Label, to: Lower, personal: int, purposes: frozenset[str]) -> None:
    assert (a | b).lowered(to) == a.lowered(to) | b.lowered(to)
    assert (a | b).raised(personal) == a.raised(personal) | b.raised(personal)
    assert (a | b).narrowed(purposes) == a.narrowed(purposes) | b.narrowed(purposes)
    assert _by_rank(a.lowered(to)) <= _by_rank(a) <= _by_rank(a.raised(personal))
    assert a <= a.narrowed(purposes)


def _by_rank(label: Label) -> Label:
    """The label, about people in every way up to its most."""
    return replace(label, kinds=frozenset(range(1, label.personal + 1)))


@given(LABELS)
def test_what_changes_nothing_changes_nothing(label: Label) -> None:
    assert label.lowered(Lower()) == label.raised(0) == label.narrowed(()) == Change()(label) == label


def test_a_source_about_people_without_purposes_may_be_used_for_none_and_another_for_any() -> None:
    said = {"classification": "internal", "jurisdiction": "AE", "purposes": []}
    assert label_of({**said, "personalData": "personal"}).purposes == frozenset()
    assert label_of({**said, "personalData": "none"}).purposes is None
    assert label_of({**said, "personalData": "none", "purposes": ["care"]}).purposes == {"care"}


def test_what_is_about_nobody_reveals_nothing() -> None:
    label = Label(kinds=frozenset({3}), categories=frozenset({"health"}))
    assert label.lowered(lower_of({"personalData": "none"})) == BOTTOM
    assert label.lowered(lower_of({"personalData": "pseudonymous"})).categories == {"health"}
    assert label.lowered(lower_of({"categories": []})) == Label(kinds=frozenset({3}))


def test_features_are_in_one_part_where_labels_treat_them_alike() -> None:
    features = {name: {"personalData": "none"} for name in "abc"} | {"d": {"personalData": "special"}}
    lowering = {"features": ["c"], "to": {"personalData": "none"}}
    parts = parts_of({"purposes": [], "features": features, "declassify": [lowering]})
    assert parts.of == {"a": 0, "b": 0, "c": 1, "d": 2}
    assert [len(change.lowerings) for change in parts.changes] == [0, 1, 0]
    assert [change.personal for change in parts.changes] == [0, 0, 3]


def test_the_strictest_of_several_counts() -> None:
    labels = [
        Label(1, frozenset({2}), retention=30, purposes=frozenset({"care", "planning"})),
        Label(3, frozenset({1}), retention=10, purposes=frozenset({"care"}), licences=frozenset({"MIT"})),
    ]
    assert join(labels) == Label(
        3, frozenset({1, 2}), retention=10, purposes=frozenset({"care"}), licences=frozenset({"MIT"})
    )


def test_areas() -> None:
    assert [area_of(law) for law in ("DE", "EU", "AE-DIFC", "US-CA", "CH")] == ["EEA", "EEA", "AE", "US", "CH"]
