"""The sketch agrees with the parser wherever there is something to parse, and goes on where there is not."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.cli.lsp.sketch import sketch
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile

ROOT = Path(__file__).parents[3]
FILES = sorted((*ROOT.glob("specs/**/*.yaml"), *ROOT.glob("policies/*/*/policy.yaml")))


def scalars(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in scalars(item, (*route, key))]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in scalars(item, (*route, index))]
    return [(route, value)]


def at(text: str) -> Any:
    """The cursor at the bar of a text, which is taken out."""
    before, _, after = text.partition("|")
    lines = SourceFile("", before + after).lines
    return sketch(lines, before.count("\n"), len(before.rpartition("\n")[2])).cursor


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_value_and_key_is_found_where_the_parser_has_it(path: Path) -> None:
    source = SourceFile(path.name, path.read_text())
    for document in parse(source).value or ():
        for route, value in scalars(document.value):
            key, span = document.key_span(route), document.span(route)
            if isinstance(route[-1], str):
                found = sketch(source.lines, key.line - 1, key.column - 1).cursor
                assert found is not None
                assert (found.role, (*found.route, found.word)) == ("key", route)
            if span != key or not isinstance(route[-1], str):
                found = sketch(source.lines, span.line - 1, span.column - 1).cursor
                assert found is not None
                assert found.role != "key"
                assert found.route == route
                assert found.word == value or not isinstance(value, str)


NAMES = st.text("abcxyz", min_size=1, max_size=4)
VALUES = st.recursive(
    NAMES | st.integers(0, 99),
    lambda inside: st.dictionaries(NAMES, inside, min_size=1, max_size=3) | st.lists(inside, min_size=1, max_size=3),
    max_leaves=8,
)


def in_flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {in_flow(item)}" for key, item in value.items()) + "}"
    return "[" + ", ".join(map(in_flow, value)) + "]" if isinstance(value, list) else str(value)


@given(VALUES)
def test_flow_collections_are_read_as_the_parser_reads_them(value: Any) -> None:
    source = SourceFile("", f"spec: {in_flow(value)}\nnext: 1\n")
    [document] = parse(source).value or ()
    for route, _ in scalars(document.value):
        span = document.span(route)
        found = sketch(source.lines, span.line - 1, span.column - 1).cursor
        assert found is not None
        assert found.route == route


@given(
    st.text(alphabet=st.sampled_from("ab:- \n{}[]|>\"'#&,\t\\é😀"), max_size=80), st.integers(0, 9), st.integers(0, 20)
)
def test_any_text_is_read_to_its_end(text: str, line: int, column: int) -> None:
    source = SourceFile("", text)
    cursor = sketch(source.lines, line, column).cursor
    if cursor is not None:
        assert 0 <= cursor.start <= cursor.end
        assert line < len(source.lines)


@pytest.mark.parametrize(
    ("text", "route", "role", "word"),
    [
        ("spec:\n  |", ("spec",), "open", ""),
        ("spec:\n  a: 1\n  |", ("spec",), "key", ""),
        ("spec:\n  a: 1\n  on|l\n  b: 2", ("spec",), "key", "onl"),
        ("spec:\n  a: |", ("spec", "a"), "value", ""),
        ("spec:\n  a:|", ("spec", "a"), "value", ""),
        ("spec:\n  a: {b: 1, |", ("spec", "a"), "key", ""),
        ("spec:\n  a: {b: |", ("spec", "a", "b"), "value", ""),
        ("spec:\n  a: [x, |", ("spec", "a", 1), "value", ""),
        ("spec:\n  a:\n    - |", ("spec", "a", 0), "open", ""),
        ("spec:\n  a:\n  - x: 1\n    |", ("spec", "a", 0), "key", ""),
        ("spec:\n  a: {b: [\n  c: 1\n  d|: 2", ("spec",), "key", "d"),
        ('spec:\n  a: "x\n  d|: 2', ("spec",), "key", "d"),
        ("|", (), "key", ""),
        ("kind: A\n---\nkind: |B", ("kind",), "value", "B"),
        ("a: 'q|r'", ("a",), "value", "qr"),
    ],
)
def test_a_text_that_breaks_off_still_has_places(text: str, route: tuple[Any, ...], role: str, word: str) -> None:
    found = at(text)
    assert (found.route, found.role, found.word) == (route, role, word)


@pytest.mark.parametrize("text", ["a: 1 # |comment", "# |", "a: >\n  fold|ed\n", "a: b   |"])
def test_comments_and_literal_texts_are_no_places(text: str) -> None:
    assert at(text) is None
