"""Places go to the editor and come back, whatever units it counts in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position, PositionEncodingKind

from plimsoll.cli.lsp.text import Text, without_mark

KINDS = st.sampled_from(list(PositionEncodingKind))
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
UNITS = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
LINES = st.lists(
    st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]) | st.sampled_from("😀ش"), max_size=12)
)


@given(LINES, KINDS, st.sampled_from(("\n", "\r\n", "\r")))
def test_every_place_comes_back(lines: list[str], kind: PositionEncodingKind, end: str) -> None:
    text = Text(end.join(lines), kind)
    for number, line in enumerate(lines, 1):
        for column in range(1, len(line) + 2):
            assert text.place(text.position(number, column)) == (number, column)


@given(LINES.filter(bool), KINDS)
def test_characters_are_counted_as_their_encoding_counts_them(lines: list[str], kind: PositionEncodingKind) -> None:
    text = Text("\n".join(lines), kind)
    for number, line in enumerate(lines, 1):
        units = len(line.encode(CODECS[kind.value])) // UNITS[kind.value]
        assert text.position(number, len(line) + 1) == Position(number - 1, units)


@pytest.mark.parametrize(
    ("kind", "character"),
    [(PositionEncodingKind.Utf8, 8), (PositionEncodingKind.Utf16, 4), (PositionEncodingKind.Utf32, 3)],
)
def test_an_emoji_and_an_arabic_letter_take_what_they_take(kind: PositionEncodingKind, character: int) -> None:
    assert Text("😀شé", kind).position(1, 4) == Position(0, character)


def test_places_beyond_the_end_are_the_end() -> None:
    text = Text("ab\nc", PositionEncodingKind.Utf16)
    assert text.position(9, 9) == Position(1, 1)
    assert text.place(Position(9, 9)) == (2, 2)
    assert text.place(Position(0, 99)) == (1, 3)


def test_a_position_inside_of_a_character_is_before_it() -> None:
    assert Text("😀", PositionEncodingKind.Utf16).place(Position(0, 1)) == (1, 1)


def test_a_byte_order_mark_is_the_editors_and_not_the_compilers() -> None:
    text = Text("\ufeffkind: A", PositionEncodingKind.Utf16)
    assert text.position(1, 1) == Position(0, 1)
    assert text.place(Position(0, 1)) == (1, 1)
    assert without_mark("\ufeffkind: A") == "kind: A"


def test_halves_of_characters_are_replaced_one_by_one() -> None:
    assert without_mark("a\ud800b") == "a\ufffdb"
