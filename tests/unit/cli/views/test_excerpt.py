"""How text is underlined and made safe."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.cli.views.excerpt import excerpt
from plimsoll.cli.views.paint import Painter, Style, Styled, safe, width
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity, Span


def shown(one: Diagnostic, **files: str) -> str:
    stream = io.StringIO()
    findings = Findings(
        (one,), {path: ShownFile(f"specs/{path}", tuple(text.split("\n"))) for path, text in files.items()}
    )
    for pieces in excerpt(one, findings, Style.ERROR):
        Painter(stream, colour=False).line(*pieces)
    return stream.getvalue()


def finding(span: Span, *labels: Label, caption: str = "") -> Diagnostic:
    return Diagnostic("PLM-TYP-003", Severity.ERROR, "a message", span, caption, labels)


def test_labels_of_the_same_and_of_other_files() -> None:
    one = finding(
        Span("a", 4, 7, 10),
        Label(Span("a", 1, 1, 5), "declared here"),
        Label(Span("b", 12, 3, 4), "and here"),
        caption="unknown",
    )
    text = shown(one, a="name: x\n\n\nspec: abc", b="\n" * 11 + "- q")
    assert text == (
        "  --> specs/a:4:7\n"
        "   |\n"
        " 1 | name: x\n"
        "   | ---- declared here\n"
        "...\n"
        " 4 | spec: abc\n"
        "   |       ^^^ unknown\n"
        "   |\n"
        "  ::: specs/b:12:3\n"
        "   |\n"
        "12 | - q\n"
        "   |   - and here\n"
        "   |\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "underline"),
    [
        ("owner: 航空部門", 8, 12, "       ^^^^^^^^"),
        ("航空: abc", 5, 8, "      ^^^"),
        ("e\u0301: abc", 5, 8, "   ^^^"),
        ("\tname: x", 2, 6, "    ^^^^"),
        ("name:", 6, 6, "     ^"),
    ],
)
def test_the_underline_stands_below_what_is_shown(line: str, column: int, end: int, underline: str) -> None:
    rows = shown(finding(Span("a", 1, column, end)), a=line).splitlines()
    assert rows[3] == f"  | {underline}"


def test_a_long_line_is_cut_around_the_place() -> None:
    line = f"{'x' * 5_000}HERE{'y' * 5_000}"
    rows = shown(finding(Span("a", 1, 5_001, 5_005)), a=line).splitlines()
    assert max(map(len, rows)) < 160
    start = rows[3].index("^")
    assert rows[2][start : start + 4] == "HERE"


def test_a_file_that_could_not_be_read_has_a_place_and_no_lines() -> None:
    assert shown(finding(Span("gone", 1, 1, 1))) == " --> gone:1:1\n"


@given(st.text())
def test_safe_text_is_one_line_without_controls(text: str) -> None:
    result = safe(text)
    assert len(result.splitlines()) <= 1
    assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in result)


@given(st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "Zs"])))
def test_plain_text_is_left_alone_and_as_wide_as_it_is_long(text: str) -> None:
    assert safe(text) == text
    assert width(text) == len(text)


def test_styles_end_where_they_began() -> None:
    stream = io.StringIO()
    Painter(stream, colour=True).line("a ", Styled("b\x1b[2J", Style.ERROR), " c")
    assert stream.getvalue() == "a \x1b[1;31mb␛[2J\x1b[0m c\n"
