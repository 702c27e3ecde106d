"""What a reviewer would not see is refused, and places are those that an editor shows."""

import pytest

from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile


def places(text: str) -> list[tuple[str, int, int]]:
    return [(one.code, one.span.line, one.span.column) for one in parse(SourceFile("a.yaml", text)).diagnostics]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029", "\ufeff", "\ud800"])
@pytest.mark.parametrize("form", ["# 😀{}b: 1\na: 1", "a: '{}'", "a: 1{}b: 2", "a: |\n  x{}\n"])
def test_characters_that_break_lines_unseen(character: str, form: str) -> None:
    text = form.format(character)
    before = text[: text.index(character)].split("\n")
    assert places(text) == [("PLM-YML-009", len(before), len(before[-1]) + 1)]


@pytest.mark.parametrize("code", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
def test_marks_that_turn_the_direction_of_text(code: int) -> None:
    assert places(f"# {chr(code)}x\na: 1") == [("PLM-YML-009", 1, 3)]


def test_text_from_right_to_left_and_emoji_are_no_fault() -> None:
    assert places("a: الطقس\nb: 'می\u200cخواهم'\nc: 👩\u200d🔬\n") == []


@pytest.mark.parametrize(
    "character", ["\0", "\x07", "\x0b", "\x0c", "\x1b", "\x1c", "\x7f", "\x80", "\x9f", "\ufffe", "\uffff"]
)
def test_control_characters(character: str) -> None:
    """They are told at their place, though libyaml counts bytes."""
    assert places(f"# ü😀\r\na: é{character}") == [("PLM-YML-001", 2, 5)]


@pytest.mark.parametrize("escape", [r"\0", r"\e[31m", r"\u2028", r"\u202e", r"\U0001f600", r"\x07"])
def test_escapes_are_read(escape: str) -> None:
    assert places(f'a: "{escape}"') == []


@pytest.mark.parametrize("escape", [r"\ud800", r"\udfff", r"\U00110000", r"\q", r"\x"])
def test_escapes_of_what_is_no_character(escape: str) -> None:
    assert [code for code, _, _ in places(f'a: "{escape}"')] == ["PLM-YML-001"]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_are_those_of_editors(ending: str, last: bool) -> None:
    lines = ["a: |", "  one", "", "  two", "b: 'x", "", "  y'", "# 😀", "é😀: {c: NO}"]
    text = ending.join(lines) + (ending if last else "")
    assert places(text) == [("PLM-YML-006", 9, 9)]
    assert SourceFile("a.yaml", text).line(9)[8:10] == "NO"


@pytest.mark.parametrize("text", ["%YAML 1.1\n---\na: 1", "%TAG !a! b:\n---\na: 1", "# x\n\n%YAML 1.1\n---\na: 1"])
def test_directives_are_not_read(text: str) -> None:
    assert places(text) == [("PLM-YML-005", text[: text.index("%")].count("\n") + 1, 1)]


def test_a_directive_of_a_later_document() -> None:
    assert places("a: 1\n...\r%TAG !a! b:\r\n---\na: 1") == [("PLM-YML-005", 3, 1)]


@pytest.mark.parametrize(
    "text", ["%YAML 1.2\n---\na: 1", "%YAML  1.2 # x\r\n---\na: 1", "a: 100\nb: |\n  %TAG x\n", "a: x %YAML 1.1"]
)
def test_what_is_no_directive_or_changes_nothing(text: str) -> None:
    assert places(text) == []


def test_a_tag_that_is_no_tag_is_told_all_the_same() -> None:
    """Percent signs in tags are left as they are: decoding them once more would fail."""
    assert places("a: !<%25zz> b\n!a%25c3 x: 1") == [("PLM-YML-005", 1, 4), ("PLM-YML-005", 2, 1)]


@pytest.mark.parametrize("text", ["a: {{x}}", "a: {{ x }}-y", "? [a]\n: 1", "? {a: 1}\n: 1"])
def test_braces_without_quotes_are_explained(text: str) -> None:
    codes = {code for code, _, _ in places(text)}
    assert codes <= {"PLM-YML-004", "PLM-YML-001"}
    assert codes


def test_jinjas_delimiters_are_plain_yaml() -> None:
    (document,) = parse(SourceFile("a.yaml", 'a: [[ x ]]\nb: "[% raw %]"\nc: "{{ x }}"')).value or ()
    assert document.value == {"a": [["x"]], "b": "[% raw %]", "c": "{{ x }}"}


@pytest.mark.parametrize("aside", ["!!str b: {c: 0}", "<<: {c: 0}"])
def test_a_value_has_its_own_place_beside_a_key_that_is_left_aside(aside: str) -> None:
    name = "'<<'" if "<<" in aside else "b"
    (document,) = parse(SourceFile("a.yaml", f"{aside}\n{name}: {{d: 1}}\n")).value or ()
    assert document.has((name.strip("'"), "d"))
    assert document.span((name.strip("'"), "d")).line == 2
    assert not document.has((name.strip("'"), "c"))
