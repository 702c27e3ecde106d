"""What holds for every format: one text for a set of findings, and work that grows as the findings do."""

import random
import re
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from plimsoll.cli.views.choose import FORMATS
from plimsoll.cli.views.order import by_place, worst_first
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Label, Severity, Span, in_order

Shown = Callable[..., str]
MACHINES = sorted(set(FORMATS) - {"human", "github"})


@pytest.mark.parametrize("form", MACHINES)
def test_the_order_in_which_findings_come_does_not_matter(form: str, shown: Shown, hostile_findings: Findings) -> None:
    expected = shown(form, hostile_findings)
    for seed in range(5):
        mixed = list(hostile_findings.diagnostics)
        random.Random(seed).shuffle(mixed)
        files = dict(reversed(hostile_findings.files.items()))
        assert shown(form, replace(hostile_findings, diagnostics=tuple(mixed), files=files)) == expected


def test_findings_that_differ_in_one_word_have_an_order() -> None:
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a", 1, 1, 2))
    others = [
        replace(one, severity=Severity.NOTE),
        replace(one, caption="c"),
        replace(one, labels=(Label(Span("a", 1, 1, 2), "l"),)),
        replace(one, help="h"),
        replace(one, waived="w"),
        replace(one, ignored="i"),
        replace(one, fix=Fix("n", "t", (), safe=True)),
        replace(one, fix=Fix("n", "t", (), safe=False)),
        replace(one, properties=(("a", "b"),)),
    ]
    for order in (by_place, worst_first):
        expected = order([one, *others])
        assert order([*reversed(others), one]) == expected
        assert sorted(map(repr, expected)) == sorted(map(repr, [one, *others]))


def test_the_same_findings_told_in_two_parts_are_the_same(shown: Shown, hostile_findings: Findings) -> None:
    first, *rest = in_order(hostile_findings.diagnostics)
    for form in ("sarif", "gitlab", "junit", "markdown"):
        parts = (replace(hostile_findings, diagnostics=some) for some in ((first,), tuple(rest)))
        assert shown(form, *parts) == shown(form, hostile_findings)


def estate(count: int) -> Findings:
    """Findings of every weight in a tenth as many files, all of them with labels and fixes."""
    files = {f"m{n}": ShownFile(f"specs/m{n}", tuple(f"line: {i}" for i in range(20))) for n in range(count // 10)}
    paths = list(files)
    found = tuple(
        Diagnostic(
            "PLM-TYP-003",
            list(Severity)[n % 3],
            f"the key 'colour{n % 7}' is not known",
            Span(paths[n % len(paths)], n // len(paths) + 1, 1, 5),
            "here",
            (Label(Span(paths[(n + 1) % len(paths)], 3, 1, 4), "declared here"),),
            note="a note",
            fix=Fix("quote", "quote it", (Edit(paths[n % len(paths)], 1, 1, 1, 2, "x"),), safe=True),
        )
        for n in range(count)
    )
    return Findings(found, files, specs=len(files))


@pytest.mark.parametrize("form", FORMATS)
def test_work_grows_as_the_findings_do(form: str, shown: Shown) -> None:
    def calls(count: int) -> int:
        findings, counted = estate(count), 0

        def count_call(_frame: object, _event: str, _argument: object) -> None:
            nonlocal counted
            counted += 1

        sys.setprofile(count_call)
        try:
            shown(form, findings)
        finally:
            sys.setprofile(None)
        return counted

    calls(100)
    assert calls(3_000) < 11 * calls(300)


def test_the_log_of_actions_differs_in_its_token_only(shown: Shown, hostile_findings: Findings) -> None:
    first, second = shown("github", hostile_findings), shown("github", hostile_findings)
    assert first != second
    assert re.sub(r"\b[0-9a-f]{32}\b", "", first) == re.sub(r"\b[0-9a-f]{32}\b", "", second)
