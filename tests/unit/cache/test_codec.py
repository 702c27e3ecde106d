"""What is remembered is plain: tuples, text and numbers, from which the same values come back."""

import marshal
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.cache.codec import back, back_verdict, plain, plain_verdict
from plimsoll.compiler.cache.snapshot import Kept, Snapshot
from plimsoll.compiler.cache.store import Damaged
from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span
from plimsoll.compiler.governance.verdict import Finding, Verdict
from plimsoll.compiler.project.unit import Unit

TEXT = st.text(st.characters(exclude_categories=[]), max_size=12) | st.sampled_from(["data", "Severity", "Span", ""])
NUMBER = st.integers(1, 10**9)
SPANS = st.builds(
    lambda path, line, column, more: Span(path, line, column, column + more), TEXT, NUMBER, NUMBER, NUMBER
)
LABELS = st.lists(st.builds(Label, SPANS, TEXT), max_size=3).map(tuple)
ROUTES = st.lists(TEXT | st.integers(0, 9), max_size=4).map(tuple)
EDITS = st.builds(Edit, TEXT, NUMBER, NUMBER, NUMBER, NUMBER, TEXT)
FIXES = st.builds(Fix, TEXT, TEXT, st.lists(EDITS, max_size=3).map(tuple), st.booleans())
DIAGNOSTICS = st.builds(
    Diagnostic,
    TEXT.map(lambda text: f"PLM-{text}"),
    st.sampled_from(Severity),
    TEXT.map(lambda text: f"{text}."),
    SPANS,
    caption=TEXT,
    labels=LABELS,
    note=TEXT,
    help=TEXT,
    subject=TEXT,
    waived=TEXT,
    ignored=TEXT,
    fix=st.none() | FIXES,
    properties=st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple),
)
FINDINGS = st.builds(
    Finding,
    TEXT,
    TEXT,
    st.lists(TEXT, max_size=3).map(tuple),
    TEXT,
    TEXT,
    ROUTES,
    SPANS,
    st.booleans(),
    LABELS,
    st.booleans(),
)
EDGES = st.lists(st.tuples(st.lists(TEXT, max_size=2).map(tuple), TEXT), max_size=3).map(tuple)
FILES = st.lists(st.tuples(TEXT, st.booleans()), max_size=2).map(tuple)
EVIDENCE = st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple)


def _unit(given: tuple[Any, ...]) -> Unit:
    *all_else, evidence = given
    return Unit(*all_else, evidence=evidence)


UNITS = st.tuples(TEXT, TEXT, TEXT, st.integers(0, 99), EDGES, FILES, EVIDENCE).map(_unit)
KEPT = st.tuples(
    st.tuples(*[st.integers(0, 2**70)] * 4),
    st.binary(max_size=32),
    st.lists(UNITS, max_size=3).map(tuple),
    st.lists(DIAGNOSTICS, max_size=2).map(tuple).map(plain),
    st.booleans(),
).map(lambda given: Kept(*given))


def _through_marshal(value: Any) -> Any:
    return marshal.loads(marshal.dumps(value))


@given(st.lists(DIAGNOSTICS | FINDINGS, max_size=3).map(tuple))
def test_findings_come_back_as_they_were(found: tuple[Diagnostic | Finding, ...]) -> None:
    again = back(_through_marshal(plain(found)))
    assert again == found
    assert list(map(type, again)) == list(map(type, found))
    assert all(type(one.severity) is Severity for one in again if isinstance(one, Diagnostic))


@given(st.builds(Verdict, st.lists(TEXT).map(tuple), st.lists(FINDINGS, max_size=3).map(tuple)))
def test_verdicts_come_back_as_they_were(verdict: Verdict) -> None:
    assert back_verdict(_through_marshal(plain_verdict(verdict))) == verdict


def test_text_of_a_kind_of_its_own_becomes_text() -> None:
    class Name(str):
        __slots__ = ()

    kept = plain((Name("flights"),))
    assert kept == ("flights",)
    assert type(kept[0]) is str


@given(DIAGNOSTICS | FINDINGS)
def test_nothing_is_kept_but_plain_values(found: Diagnostic | Finding) -> None:
    ahead: list[Any] = [plain(found)]
    while ahead:
        value = ahead.pop()
        assert type(value) in (tuple, str, int, float, bool, type(None), type(...))
        ahead += value if isinstance(value, tuple) else ()


@pytest.mark.parametrize("value", [["a list"], {"a": 1}, date(2027, 3, 1), b"bytes", object(), print, ...])
def test_what_is_not_part_of_a_finding_is_not_kept(value: object) -> None:
    with pytest.raises(TypeError, match="is not part of a finding"):
        plain((value,))


@given(st.dictionaries(TEXT, KEPT, max_size=3), st.booleans(), st.integers(0))
def test_snapshots_come_back_as_they_were(files: dict[str, Kept], checked: bool, taken: int) -> None:
    snapshot = Snapshot(
        taken, checked, files, {"Model/a": plain(())}, {"Model/a": (True,)}, b"rules", {"Model/a": ((), ())}
    )
    again = Snapshot.load(snapshot.dump())
    assert again == snapshot
    assert all(type(one) is Kept for one in again.files.values())
    assert all(type(unit) is Unit for unit in again.units)


@settings(deadline=None)  # A few bytes may announce a list of a hundred million, which takes its time to be given up.
@given(st.binary(max_size=40) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(marshal.dumps))
def test_what_is_no_snapshot_is_damaged(data: bytes) -> None:
    with pytest.raises(Damaged):
        Snapshot.load(data)
