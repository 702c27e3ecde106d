"""Laws of replacing stretches of a text, and of choosing which fixes are applied together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from plimsoll.compiler.editing.apply import apply_edits, chosen_fixes
from plimsoll.compiler.editing.diff import unified
from plimsoll.compiler.editing.lines import Lines
from plimsoll.compiler.editing.names import FIXES, fix_names
from plimsoll.contract.refusal import Refused

TEXTS = st.text("ab é😀\n\r", max_size=40)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """A text, and stretches of it that do not overlap, with what takes their place."""
    text = draw(TEXTS)
    places = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True)))
    pairs = zip(places[::2], places[1::2], strict=False)
    return text, [(start, end, draw(st.text("xy\n", max_size=3))) for start, end in pairs]


def edit(text: str, start: int, end: int, new: str) -> Edit:
    lines = Lines(text)
    return Edit("a.yaml", *lines.place(start), *lines.place(end), new)


@given(edited(), st.randoms())
def test_what_no_edit_names_stays_in_whatever_order_they_come(case: tuple[str, list[tuple[int, int, str]]], r) -> None:
    text, stretches = case
    expected, done = "", 0
    for start, end, new in stretches:
        expected, done = expected + text[done:start] + new, end
    edits = [edit(text, *one) for one in stretches]
    r.shuffle(edits)
    assert apply_edits(text, edits) == expected + text[done:]


def test_edits_that_overlap_or_lead_nowhere_are_a_bug() -> None:
    first, second = edit("abcdef", 0, 3, "x"), edit("abcdef", 2, 4, "y")
    with pytest.raises(ValueError, match="overlap"):
        apply_edits("abcdef", [first, second])
    with pytest.raises(ValueError, match="there is no line 3"):
        apply_edits("ab\n", [Edit("a.yaml", 3, 1, 3, 2, "x")])
    with pytest.raises(ValueError, match="has no column 9"):
        apply_edits("ab\n", [Edit("a.yaml", 1, 9, 1, 9, "x")])


def finding(fix: Fix | None, **more: str) -> Diagnostic:
    return Diagnostic("PLM-YML-006", Severity.WARNING, "found", Span("a.yaml", 1, 1, 2), fix=fix, **more)


def fix(name: str, start: int, end: int, *, safe: bool) -> Fix:
    return Fix(name, name, (edit("abcdefgh", start, end, "x"),), safe)


def test_safe_fixes_and_named_ones_are_chosen_and_the_first_of_two_that_meet() -> None:
    safe, named, unnamed = fix("quote", 0, 2, safe=True), fix("spell", 4, 5, safe=False), fix("other", 7, 8, safe=False)
    meets = fix("quote", 2, 3, safe=True)
    found = [finding(one) for one in (safe, meets, named, unnamed, None)]
    assert chosen_fixes(found, {"spell"}) == (safe, named)
    assert chosen_fixes(found, ()) == (safe,)


def test_what_is_let_be_is_not_fixed() -> None:
    safe = fix("quote", 0, 2, safe=True)
    assert chosen_fixes([finding(safe, ignored="ours"), finding(safe, waived="until May")], ()) == ()


def test_names_of_fixes() -> None:
    assert fix_names("") == frozenset()
    assert fix_names("spell, remove-tag,") == {"spell", "remove-tag"}
    with pytest.raises(Refused, match="did you mean 'spell'"):
        fix_names("quote,spel")
    assert {name for name, one in FIXES.items() if one.safe} == {"quote", "remove-repeat", "indent"}


def test_a_diff_is_one_that_patch_reads() -> None:
    assert list(unified("a.yaml", "a\nb\r\nc", "a\nB\r\nc\n")) == [
        "--- a/a.yaml",
        "+++ b/a.yaml",
        "@@ -1,3 +1,3 @@",
        " a",
        "-b\r",
        "-c",
        "\\ No newline at end of file",
        "+B\r",
        "+c",
    ]
    assert list(unified("a.yaml", "a\n", "a\n")) == []
