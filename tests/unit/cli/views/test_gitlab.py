"""GitLab's Code Quality report."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plimsoll.cli.views.gitlab import severity
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.contract.refusal import Refused, Unavailable

Shown = Callable[..., str]
Schema = Callable[[str], dict[str, Any]]


def entries(text: str, schema: Schema) -> list[dict[str, Any]]:
    """The entries of a report that the schema accepts, each with a fingerprint of its own."""
    report = json.loads(text)
    Draft202012Validator(schema("gitlab-code-quality.schema.json")).validate(report)
    assert len({one["fingerprint"] for one in report}) == len(report)
    return list(report)


def test_every_kind_of_finding(shown: Shown, schema: Schema, hostile_findings: Findings) -> None:
    report = entries(shown("gitlab", hostile_findings), schema)
    weights = [one["severity"] for one in report]
    assert weights == ["blocker", "critical", "critical", "critical", "minor", "info"]
    assert {one["location"]["path"] for one in report} == {"ml/specs/models/a.yaml", "ml/specs/models/b|<b>@org.yaml"}
    assert not any(character in one["description"] for one in report for character in "\n\r\x00\x1b\u202e")


def test_equal_findings_of_one_file_are_told_apart_and_stay_the_same(shown: Shown, schema: Schema) -> None:
    def marks(*lines: int) -> list[str]:
        found = tuple(Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a", n, 1, 2)) for n in lines)
        return [one["fingerprint"] for one in entries(shown("gitlab", Findings(found)), schema)]

    assert marks(1, 2) == marks(5, 90)


@pytest.mark.parametrize(
    ("level", "rule", "weight"),
    [
        (Severity.ERROR, "critical", "blocker"),
        (Severity.ERROR, "high", "critical"),
        (Severity.ERROR, "", "critical"),
        (Severity.ERROR, "medium", "major"),
        (Severity.ERROR, "low", "major"),
        (Severity.WARNING, "critical", "major"),
        (Severity.WARNING, "low", "minor"),
        (Severity.WARNING, "", "minor"),
        (Severity.NOTE, "critical", "info"),
    ],
)
def test_weights(level: Severity, rule: str, weight: str) -> None:
    assert severity(Diagnostic("PLM-A-1", level, "m", Span("a", 1, 1, 1), properties=(("severity", rule),))) == weight


def test_a_run_that_did_not_get_to_its_end_is_not_an_empty_list(shown: Shown, schema: Schema) -> None:
    for told in (
        lambda view: view.refused(Refused("a", "b", "c", "d")),
        lambda view: view.unavailable(Unavailable("a\nb", "c", "d")),
        lambda view: None,
    ):
        (entry,) = entries(shown("gitlab", told, code=3), schema)
        assert entry["severity"] == "blocker"
    assert entries(shown("gitlab", Findings(()), code=0), schema) == []
