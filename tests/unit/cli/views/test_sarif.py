"""SARIF against the standard's own schema, and against what forges ask beyond it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft4Validator

from plimsoll.cli.views import sarif
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span
from plimsoll.contract.refusal import Refused, Unavailable

Shown = Callable[..., str]
Schema = Callable[[str], dict[str, Any]]


def run_of(text: str, schema: Schema) -> dict[str, Any]:
    """The one run of a log that the schema accepts."""
    log = json.loads(text)
    validator = Draft4Validator(schema("sarif-schema-2.1.0.json"), format_checker=Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    return dict(run)


def test_the_schema_can_refuse(schema: Schema) -> None:
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": "text"}]}]}
    assert not Draft4Validator(schema("sarif-schema-2.1.0.json")).is_valid(log)


def test_every_kind_of_finding(shown: Shown, schema: Schema, hostile_findings: Findings) -> None:
    run = run_of(shown("sarif", hostile_findings), schema)
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == ["PLM-OWN-01", "PLM-SRC-002", "PLM-TYP-003", "PLM-YML-001"]
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert [one["defaultConfiguration"]["level"] for one in rules] == ["error", "error", "error", "warning"]
    assert max(len(one["properties"]["tags"]) for one in rules) == 20
    kinds = {one["ruleId"]: one["suppressions"][0]["kind"] for one in run["results"] if "suppressions" in one}
    assert kinds == {"PLM-SRC-002": "inSource", "PLM-OWN-01": "external"}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]


def test_a_region_is_whole_and_its_file_lies_below_the_root(shown: Shown, schema: Schema) -> None:
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a b.yaml", 2, 3, 7))
    (result,) = run_of(shown("sarif", Findings((one,))), schema)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "ml/a%20b.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 7}


def test_a_file_outside_of_the_repository_has_an_absolute_address(shown: Shown, schema: Schema) -> None:
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a", 1, 1, 2))
    (result,) = run_of(shown("sarif", Findings((one,), {"a": ShownFile("/nowhere/a", ())})), schema)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///nowhere/a"}


def test_fingerprints_stay_when_lines_move_and_are_unique(shown: Shown, schema: Schema) -> None:
    def marks(*lines: int) -> list[str]:
        found = tuple(Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a", n, 1, 2)) for n in lines)
        results = run_of(shown("sarif", Findings(found)), schema)["results"]
        return [one["partialFingerprints"]["plimsoll/v1"] for one in results]

    assert marks(1, 2, 3) == marks(11, 40, 41)
    assert len(set(marks(1, 2, 3))) == 3


def test_fixes_by_file_and_marked_when_they_are_not_safe(shown: Shown, schema: Schema) -> None:
    edits = (Edit("b", 1, 1, 1, 3, ""), Edit("a", 2, 1, 3, 1, "x\n"), Edit("a", 1, 1, 1, 1, "y"))
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, "m", Span("a", 1, 1, 2), fix=Fix("n", "t", edits, safe=False))
    (result,) = run_of(shown("sarif", Findings((one,))), schema)["results"]
    (fix,) = result["fixes"]
    assert fix["properties"] == {"name": "n", "safe": False}
    assert fix["description"]["text"].startswith("t (look")
    assert [(c["artifactLocation"]["uri"], len(c["replacements"])) for c in fix["artifactChanges"]] == [
        ("ml/a", 2),
        ("ml/b", 1),
    ]
    assert fix["artifactChanges"][0]["replacements"][1] == {
        "deletedRegion": {"startLine": 2, "startColumn": 1, "endLine": 3, "endColumn": 1},
        "insertedContent": {"text": "x\n"},
    }


@pytest.mark.parametrize(
    ("text", "told"),
    [("a [b](http://c)", r"a \[b\](http://c)"), ("a [b] (c) \\", "a [b] (c) \\"), (r"\[b](c)", r"\\\[b\](c)")],
)
def test_a_message_holds_no_link(shown: Shown, schema: Schema, text: str, told: str) -> None:
    one = Diagnostic("PLM-TYP-003", Severity.ERROR, text, Span("a", 1, 1, 2))
    (result,) = run_of(shown("sarif", Findings((one,))), schema)["results"]
    assert result["message"]["text"] == told


def test_only_rules_of_security_have_a_security_severity(
    shown: Shown, schema: Schema, hostile_findings: Findings
) -> None:
    (rule,) = hostile_findings.rules.values()
    found = tuple(Diagnostic(code, Severity.WARNING, "m", Span("a", 1, 1, 2)) for code in ("PLM-SEC-01", "PLM-COST-01"))
    run = run_of(shown("sarif", Findings(found, rules={"PLM-SEC-01": rule, "PLM-COST-01": rule}), code=0), schema)
    cost, security = (one["properties"] for one in run["tool"]["driver"]["rules"])
    assert security["security-severity"] == "9.5"
    assert security["tags"][:3] == ["governance", "security", "sec"]
    assert cost["problem.severity"] == "warning"
    assert cost["tags"][:2] == ["governance", "cost"]
    assert len(security["tags"]) == len(cost["tags"]) == 20


def test_what_is_too_much_is_cut_by_weight_and_counted(
    shown: Shown, schema: Schema, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 5)
    found = [Diagnostic("PLM-TYP-003", Severity.WARNING, "m", Span("a", n, 1, 2)) for n in range(1, 8)]
    found.append(Diagnostic("PLM-TYP-001", Severity.ERROR, "m", Span("z", 1, 1, 2)))
    run = run_of(shown("sarif", Findings(tuple(found))), schema)
    assert [one["level"] for one in run["results"]] == ["warning"] * 4 + ["error"]
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert (told["level"], told["message"]["text"][:27]) == ("warning", "3 findings are left out, th")


def test_a_log_that_is_too_large_when_packed_is_cut_further(
    shown: Shown, schema: Schema, monkeypatch: pytest.MonkeyPatch, hostile_findings: Findings
) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 3_000)
    found = tuple(
        replace(one, message=f"{number} {one.message}") for number in range(200) for one in hostile_findings.diagnostics
    )
    run = run_of(shown("sarif", replace(hostile_findings, diagnostics=found)), schema)
    kept = len(run["results"])
    assert 0 < kept < 200
    text = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert text.startswith(f"{len(found) - kept:,} findings")


def test_a_run_that_did_not_get_to_its_end_has_no_results(shown: Shown, schema: Schema) -> None:
    for told in (
        lambda view: view.refused(Refused("a", "b", "c", "d")),
        lambda view: view.unavailable(Unavailable("a", "c", "d")),
        lambda view: None,
    ):
        run = run_of(shown("sarif", told, code=3), schema)
        assert "results" not in run
        assert run["invocations"][0]["executionSuccessful"] is False
        assert run["invocations"][0]["toolExecutionNotifications"][0]["level"] == "error"


def test_findings_stay_when_a_refusal_follows(shown: Shown, schema: Schema, hostile_findings: Findings) -> None:
    run = run_of(shown("sarif", hostile_findings, lambda view: view.refused(Refused("a", "b", "c"))), schema)
    assert len(run["results"]) == len(hostile_findings.diagnostics)
    assert run["invocations"][0]["executionSuccessful"] is False


def test_a_clean_run_has_an_empty_list(shown: Shown, schema: Schema) -> None:
    assert run_of(shown("sarif", Findings(()), code=0), schema)["results"] == []
