"""How hard a rule is enforced where, and how findings in several environments are told."""

from collections.abc import Callable
from typing import Any

import pytest

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.governance.checked import CheckedProject

Judged = Callable[..., Outcome[CheckedProject]]


def _of(outcome: Outcome[Any], code: str) -> list[Diagnostic]:
    return [d for d in outcome.diagnostics if d.code == code]


def _binding(policies: str, mode: str, environments: str = "[]", name: str = "b") -> str:
    return f"""---
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {{name: {name}}}
spec: {{policies: {policies}, environments: {environments}, mode: {mode}}}
"""


@pytest.mark.parametrize(
    ("change", "code", "severity"),
    [("no key", "PLM-SEC-07", Severity.ERROR), ("no alerting", "PLM-OPS-04", Severity.WARNING)],
)
def test_without_a_binding_severity_decides(judged: Judged, change: str, code: str, severity: Severity) -> None:
    (found,) = _of(judged(change), code)
    assert found.severity is severity


@pytest.mark.parametrize(
    ("bindings", "severity"),
    [
        (_binding('["*"]', "audit"), Severity.NOTE),
        (_binding('["SEC-*"]', "warn"), Severity.WARNING),
        (_binding("[SEC-07]", "audit", "[staging]"), Severity.NOTE),
        (_binding("[SEC-07]", "audit", "[production]"), Severity.ERROR),
        (_binding("[SEC-01]", "audit"), Severity.ERROR),
        (_binding("[SEC-07]", "audit") + _binding('["*"]', "warn", name="c"), Severity.WARNING),
        (_binding("[SEC-07]", "deny") + _binding('["*"]', "audit", name="c"), Severity.ERROR),
    ],
)
def test_the_strictest_binding_that_matches_decides(judged: Judged, bindings: str, severity: Severity) -> None:
    outcome = judged("no key", more=bindings)
    (found,) = _of(outcome, "PLM-SEC-07")
    assert found.severity is severity
    assert (outcome.value is None) == (severity is Severity.ERROR)
    assert ("severity", "critical") in found.properties


@pytest.mark.parametrize(
    ("policies", "hint"), [("[SCE-07]", "SEC-07"), ('["SCE-*"]', "SEC-*")]
)  # fmt: skip
def test_a_binding_of_an_unknown_rule_is_an_error(judged: Judged, policies: str, hint: str) -> None:
    (found,) = _of(judged(more=_binding(policies, "warn")), "PLM-GOV-003")
    assert found.blocks
    assert found.help == f"did you mean {hint!r}?"


def test_findings_that_read_the_same_are_told_once(judged: Judged) -> None:
    (found,) = _of(judged("no erasure"), "PLM-PRV-08")
    assert ("environments", "production, staging") in found.properties


def test_a_merged_finding_takes_the_strictest_mode(judged: Judged) -> None:
    outcome = judged("no erasure", more=_binding('["*"]', "audit", "[staging]"))
    (found,) = _of(outcome, "PLM-PRV-08")
    assert found.severity is Severity.ERROR
    assert ("modes", "production: deny, staging: audit") in found.properties


def test_an_object_that_no_environment_reaches_is_judged_once(judged: Judged) -> None:
    idle = """---
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: idle}
spec:
  location: {type: file, path: idle.parquet}
  region: eu-west-1
  jurisdiction: AE
  classification: restricted
  personalData: special
  legalBasis: consent
  retention: 30d
  erasure: delete
  evidence:
    consent: {address: "https://records.example.org/idle/consent"}
    processingRecord: {address: "https://records.example.org/idle/processing"}
  timestamp: at
  columns: {at: timestamp}
"""
    (found,) = judged(more=idle).diagnostics
    assert found.code == "PLM-RES-02"
    assert dict(found.properties)["environments"] == ""
    (bound,) = judged(more=idle + _binding('["*"]', "audit", "[production]")).diagnostics
    assert bound.severity is Severity.ERROR
