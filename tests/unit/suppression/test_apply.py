"""What a comment beside a finding can and cannot do."""

import time

import pytest

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.suppression.apply import apply_suppressions

RULES = ("PLM-RES-01", "PLM-SEC-07")


def at(line: int, code: str = "PLM-YML-006", severity: Severity = Severity.WARNING) -> Diagnostic:
    return Diagnostic(code, severity, "found", Span("a.yaml", line, 1, 2))


def applied(text: str, *found: Diagnostic, rules: tuple[str, ...] | None = RULES) -> list[tuple[int, str, str]]:
    """The line and code of every finding, and why it is ignored."""
    result = apply_suppressions(found, [SourceFile("a.yaml", text)], rules=rules)
    return [(one.span.line, one.code, one.ignored) for one in result]


def test_at_the_end_of_the_line() -> None:
    text = "a: NO  # plimsoll: ignore[PLM-YML-006] every reader is ours\nb: NO\n"
    assert applied(text, at(1), at(2)) == [(1, "PLM-YML-006", "every reader is ours"), (2, "PLM-YML-006", "")]


def test_alone_on_the_line_before() -> None:
    text = "# plimsoll: ignore[PLM-YML-006] ours\na: NO\nb: NO\n"
    assert applied(text, at(2), at(3)) == [(2, "PLM-YML-006", "ours"), (3, "PLM-YML-006", "")]


def test_several_lines_of_comments_speak_of_the_next_line_of_yaml() -> None:
    text = "# plimsoll: ignore[PLM-YML-006] one\n# plimsoll: ignore[PLM-RES-01] two\n# a word\na: NO\n"
    assert applied(text, at(4), at(4, "PLM-RES-01")) == [(4, "PLM-YML-006", "one"), (4, "PLM-RES-01", "two")]


def test_an_empty_line_ends_what_a_comment_speaks_of() -> None:
    text = "# plimsoll: ignore[PLM-YML-006] one\n\na: NO\n"
    assert applied(text, at(3)) == [(3, "PLM-YML-006", ""), (1, "PLM-IGN-004", "")]


def test_several_codes_in_one_comment() -> None:
    text = "a: NO  # plimsoll: ignore[PLM-YML-006, PLM-RES-01] ours\n"
    assert applied(text, at(1), at(1, "PLM-RES-01")) == [(1, "PLM-YML-006", "ours"), (1, "PLM-RES-01", "ours")]


def test_all_lines_of_a_text_are_spoken_of_at_its_head_and_at_its_end() -> None:
    block = "a: |  # plimsoll: ignore[PLM-YML-006] ours\n  one\n  two\nb: 1\n"
    assert applied(block, at(3), at(4)) == [(3, "PLM-YML-006", "ours"), (4, "PLM-YML-006", "")]
    quoted = 'a: "one\n  two\n  three"  # plimsoll: ignore[PLM-YML-006] ours\n'
    assert applied(quoted, at(2)) == [(2, "PLM-YML-006", "ours")]


def test_what_a_scalar_says_is_no_comment() -> None:
    text = "a: '# plimsoll: ignore[PLM-YML-006] ours'\nb: |\n  # plimsoll: ignore[PLM-YML-006] ours\n"
    assert applied(text, at(1), at(3)) == [(1, "PLM-YML-006", ""), (3, "PLM-YML-006", "")]


def test_documents_of_one_file_have_lines_of_their_own() -> None:
    text = "a: NO\n---\n# plimsoll: ignore[PLM-YML-006] ours\na: NO\n"
    assert applied(text, at(1), at(4)) == [(1, "PLM-YML-006", ""), (4, "PLM-YML-006", "ours")]


def test_another_file_is_another_matter() -> None:
    sources = [SourceFile("b.yaml", "a: NO  # plimsoll: ignore[PLM-YML-006] ours\n")]
    result = apply_suppressions([at(1)], sources, rules=RULES)
    assert [(one.span.path, one.code, one.ignored) for one in result] == [
        ("a.yaml", "PLM-YML-006", ""),
        ("b.yaml", "PLM-IGN-004", ""),
    ]


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.NOTE])
def test_warnings_and_notes_can_be_ignored(severity: Severity) -> None:
    text = "a: 1  # plimsoll: ignore[PLM-RES-01] tried out\n"
    assert applied(text, at(1, "PLM-RES-01", severity)) == [(1, "PLM-RES-01", "tried out")]


@pytest.mark.parametrize(("code", "hint"), [("PLM-RES-01", "Waiver"), ("PLM-TYP-005", "mend")])
def test_an_error_never(code: str, hint: str) -> None:
    text = f"a: 1  # plimsoll: ignore[{code}] tried out\n"
    first, said = apply_suppressions([at(1, code, Severity.ERROR)], [SourceFile("a.yaml", text)], rules=RULES)
    assert (first.blocks, first.ignored) == (True, "")
    assert (said.code, said.severity, said.blocks) == ("PLM-IGN-005", Severity.ERROR, True)
    assert hint in said.help
    assert (said.span.column, said.span.end) == (text.index("PLM") + 1, text.index("]") + 1)


def test_a_rule_that_is_denied_in_one_environment_and_warned_of_in_another() -> None:
    text = "a: 1  # plimsoll: ignore[PLM-RES-01] tried out\n"
    found = (at(1, "PLM-RES-01", Severity.ERROR), at(1, "PLM-RES-01"))
    assert applied(text, *found) == [
        (1, "PLM-RES-01", ""),
        (1, "PLM-RES-01", "tried out"),
        (1, "PLM-IGN-005", ""),
    ]


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# plimsoll: ignore", "PLM-IGN-001"),
        ("# plimsoll: ignore[] a reason", "PLM-IGN-001"),
        ("# plimsoll: ignore[,] a reason", "PLM-IGN-001"),
        ("# plimsoll: ignore PLM-YML-006", "PLM-IGN-001"),
        ("# plimsoll: ingore[PLM-YML-006] a reason", "PLM-IGN-001"),
        ("#plimsoll:ignore[PLM-YML-006]", "PLM-IGN-002"),
        ("# plimsoll: ignore[PLM-YML-006]   ", "PLM-IGN-002"),
        ("# plimsoll: ignore[PLM-YML-06] a reason", "PLM-IGN-003"),
        ("# plimsoll: ignore[PLM-RES-99] a reason", "PLM-IGN-003"),
        ("# plimsoll: ignore[yml-006] a reason", "PLM-IGN-003"),
        ("# plimsoll: ignore[PLM-YML-001] a reason", "PLM-IGN-004"),
        ("# plimsoll: ignore[PLM-SEC-07] a reason", "PLM-IGN-004"),
        ("# plimsoll: ignore[PLM-REN-005] a reason", "PLM-IGN-005"),
        ("# plimsoll: ignore[PLM-IGN-004] a reason", "PLM-IGN-005"),
    ],
)
def test_what_is_wrong_with_a_comment(comment: str, code: str) -> None:
    assert applied(f"a: NO  {comment}\n", at(1)) == [(1, "PLM-YML-006", ""), (1, code, "")]


def test_a_misspelt_code_has_a_hint() -> None:
    source = SourceFile("a.yaml", "a: NO  # plimsoll: ignore[PLM-RES-1] a reason\n")
    (said,) = apply_suppressions([], [source], rules=RULES)
    assert said.help == "did you mean 'PLM-RES-01'?"


def test_words_about_plimsoll_are_no_directive() -> None:
    assert applied("# how plimsoll: works\n# Plimsoll: ignores\na: NO\n", at(3)) == [(3, "PLM-YML-006", "")]


def test_nothing_is_called_unused_before_everything_was_judged() -> None:
    text = "a: 1  # plimsoll: ignore[PLM-REF-010, PLM-RES-01, PLM-OWN-01] a reason\n"
    assert applied(text, at(9, "PLM-TYP-003", Severity.ERROR), rules=None) == [(9, "PLM-TYP-003", "")]


def test_ten_thousand_files_without_a_comment_cost_next_to_nothing() -> None:
    sources = [SourceFile(f"{n}.yaml", "spec:\n  model: flight-delay\n" * 40) for n in range(10_000)]
    found = [at(n + 1) for n in range(100)]
    started = time.perf_counter()
    assert apply_suppressions(found, sources, rules=RULES) == tuple(found)
    assert time.perf_counter() - started < 0.5
