"""Markdown: whatever specs say is shown as text, and a comment is never longer than it may be."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from plimsoll.cli.views.inert import block, code, inert
from plimsoll.cli.views.markdown import COMMENT
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity, Span
from plimsoll.contract.refusal import Refused

Shown = Callable[..., str]
OURS = {"<!-- plimsoll: check -->", "<details>", "</details>"}
SPOKEN = {"text", "code_inline", "softbreak", "hardbreak", "strong_open", "strong_close"}
CODE = re.compile(r"PLM-[A-Z]+-[0-9]+")
MARKS = re.compile(r"[@#~$&%!](?=\w)|://|www\.|<|\]\(|\b[A-Za-z]+-[0-9]|:\w+:", re.IGNORECASE)
"""What GitHub or GitLab would make something of, where it stands in text and not in code."""

PIECES = (
    *(
        "`",
        "``",
        "```",
        "~~~",
        "\\",
        "|",
        "<b>",
        "<!--",
        "-->",
        "@org/team",
        "#12",
        "[a](b)",
        "![a](b)",
        "http://a.example",
    ),
    *("www.a.example", "*", "_", "> ", "- ", "1. ", "\n", "\n\n", "\t", " ", "    ", "---", "===", "</details>", "$x$"),
    *(
        "GH-1",
        ":+1:",
        ":tada:",
        "/close",
        "a@b.example",
        "\x0b",
        "\u2028",
        "\ufeff",
        "[x]: http://a",
        "mailto:a",
        "&amp;",
    ),
)
TEXT = st.lists(st.sampled_from(PIECES) | st.text(max_size=6)).map("".join)


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or ()


def assert_inert(text: str) -> None:
    for token in tokens(text):
        if token.type == "html_block":
            lines = [line for line in token.content.splitlines() if not line.startswith("<summary>")]
            assert set(lines) <= OURS, token
        elif token.type == "text":
            assert not MARKS.search(CODE.sub("", token.content)), token
        else:
            assert token.type not in {"html_inline", "link_open", "image", "table_open", "em_open", "s_open", "hr"}, (
                token
            )
            assert token.type != "heading_open" or token.tag in {"h2", "h3"}


@settings(max_examples=400, deadline=None)
@given(TEXT)
def test_inert_text_is_one_paragraph_of_text_and_code(text: str) -> None:
    assert_inert(f"x {inert(text)} y")
    assert [token.type for token in MarkdownIt().parse(f"x {inert(text)} y")] == [
        "paragraph_open",
        "inline",
        "paragraph_close",
    ]
    assert {token.type for token in tokens(f"x {inert(text)} y")} <= SPOKEN | {
        "paragraph_open",
        "inline",
        "paragraph_close",
    }


@given(TEXT)
def test_code_is_one_span(text: str) -> None:
    shown = code(f"a {text}")
    (inline,) = (token for token in MarkdownIt().parse(f"x {shown} y") if token.type == "inline")
    assert [child.type for child in inline.children or ()] == ["text", "code_inline", "text"]


@given(st.lists(TEXT))
def test_a_block_is_ended_by_nothing_inside(lines: list[str]) -> None:
    found = MarkdownIt().parse(block(lines))
    assert [(token.type, token.info) for token in found] == [("fence", "text")]
    indented = MarkdownIt().parse(f"- x\n\n{block(lines, indent='  ')}")
    assert [token.type for token in indented].count("fence") == 1
    assert indented[-1].type == "bullet_list_close"


def test_plain_words_stay_plain() -> None:
    text = "the key 'colour' is not known (see specs/a.yaml: 3.5, and 20%); did you mean \"color\"?"
    assert inert(text) == text


def test_a_word_with_any_effect_becomes_code() -> None:
    assert inert("ask @org/team about risk_tier of #12 now") == "ask `@org/team` about `risk_tier` of `#12` now"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT)
def test_no_text_of_a_spec_has_any_effect(shown: Shown, text: str) -> None:
    span = Span("a", 1, 1, 2)
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, f"m{text}", span, text, (Label(span, text),), text, text, text)
    excused = Diagnostic("PLM-TYP-003", Severity.NOTE, f"m{text}", span, ignored=f"i{text}")
    findings = Findings((one, excused), {"a": ShownFile(f"b{text}", (text,))}, specs=1)
    refused = Refused(text, text, text, text)
    shows = shown("markdown", findings, lambda view: view.result({}, [text]), lambda view: view.refused(refused))
    assert_inert(shows)
    assert shows.startswith("<!-- plimsoll: check -->\n")
    assert [token.type for token in tokens(shows)].count("fence") == 4


def test_every_kind_of_finding(shown: Shown, hostile_findings: Findings) -> None:
    text = shown("markdown", hostile_findings)
    assert_inert(text)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "## Plimsoll check: 4 errors, 1 warning, 1 note, 1 waived, 1 ignored",
        "### Errors",
        "### Warnings",
        "### Notes",
    ]


def test_what_is_too_long_takes_the_concise_form(shown: Shown, hostile_findings: Findings) -> None:
    found = tuple(
        replace(one, message=f"{number} {one.message}") for number in range(500) for one in hostile_findings.diagnostics
    )
    text = shown("markdown", replace(hostile_findings, diagnostics=found))
    assert COMMENT - 2_000 < len(text.encode()) <= COMMENT
    assert_inert(text)
    assert "- 1,500 × `PLM-TYP-003`" in text
    told = sum(line.startswith("- **") for line in text.splitlines())
    assert text.endswith(f"\n{len(found) - told:,} more are left out.\n")
    assert "```" not in text.replace("````", "")


@pytest.mark.parametrize("size", [1, 60, 2_000])
def test_nothing_makes_a_comment_too_long(shown: Shown, size: int) -> None:
    text = "😀`@" * size
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, text, Span("a", 1, 1, 2), text, (), text, text, text)
    findings = Findings((one,) * 300, {"a": ShownFile(text, (text,))})
    refused = Refused(text, text, text, text)
    shows = shown(
        "markdown", findings, lambda view: view.result({}, [text] * 5_000), lambda view: view.refused(refused)
    )
    assert len(shows.encode()) <= COMMENT


def test_results_of_other_verbs_are_shown(shown: Shown) -> None:
    text = shown("markdown", lambda view: view.result({}, ["one", "``` two"]), verb="plan", code=0)
    assert text == "<!-- plimsoll: plan -->\n\n## Plimsoll plan\n\n````text\none\n``` two\n````\n"


def test_a_run_that_did_not_get_to_its_end_says_so(shown: Shown) -> None:
    refused = shown("markdown", lambda view: view.refused(Refused("a", "b", "c", "d")))
    assert (
        refused == "<!-- plimsoll: check -->\n\n## Plimsoll check: not done\n\n```text\na: c\nwhere: b\nhelp: d\n```\n"
    )
    assert "## Plimsoll check: not done" in shown("markdown", code=70)
