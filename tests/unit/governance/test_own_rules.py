"""Rules of a project: they are checked like the catalogue's, and what has no value is never a pass."""

import json
from collections.abc import Callable
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.governance.checked import CheckedProject

Judged = Callable[..., Outcome[CheckedProject]]


_LENIENT = """---
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: b}
spec: {policies: ["*"], mode: audit}
---
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: w}
spec:
  policy: XX-01
  object: DataSource/wards
  reason: we would rather not know
  ticket: XX-1
  approver: somebody@example.org
  expires: 2027-12-31
"""
"""The mildest binding, and a waiver: neither may excuse a rule that has no verdict."""


def _of(outcome: Outcome[Any], code: str) -> list[Diagnostic]:
    return [d for d in outcome.diagnostics if d.code == code]


def _policy(
    judges: str, expression: str, *, id_: str = "XX-01", blame: str = "metadata.name", when: str = "true"
) -> str:
    return f"""---
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {{name: own}}
spec:
  id: {id_}
  title: A rule of our own
  severity: low
  evidence: declared
  judges: {judges}
  when: {json.dumps(when)}
  rules:
    - expression: {json.dumps(expression)}
      message: it is not so
      blame: {{route: {blame}}}
  rationale: Because we say so.
  remedy: mend it
"""


def test_an_expression_without_a_value_is_a_finding_that_blocks(judged: Judged) -> None:
    own = _policy("DataSource", "object.spec.retention > 30") + _LENIENT
    outcome = judged(more=own)
    (found,) = _of(outcome, "PLM-GOV-010")
    assert found.blocks
    assert found.subject == "DataSource/wards"
    assert found.message == 'XX-01 could not be evaluated: Key not found in map : "retention"'


def test_text_that_looks_like_a_field_is_text(judged: Judged) -> None:
    outcome = judged(more=_policy("Model", "object.spec.intendedUse != 'context.nothing of the kind'"))
    assert outcome.diagnostics == ()


def test_a_condition_of_applying_without_a_value_is_no_pass(judged: Judged) -> None:
    outcome = judged(more=_policy("DataSource", "true", when="object.spec.retention > 30"))
    assert [d.subject for d in _of(outcome, "PLM-GOV-010")] == ["DataSource/wards"]


def test_an_endless_comprehension_is_ended_and_no_pass(judged: Judged) -> None:
    numbers = "[1,2,3,4,5,6,7,8,9,10]"
    bomb = "true"
    for name in "abcdefgh":
        bomb = f"{numbers}.all({name}, {bomb})"
    outcome = judged(more=_policy("Model", bomb))
    found = _of(outcome, "PLM-GOV-010")
    assert {one.subject for one in found} == {"Model/bed-count", "Model/readmission"}
    assert all("budget" in one.message for one in found)


def test_a_project_may_replace_a_rule_and_it_is_said(judged: Judged) -> None:
    outcome = judged("no key", more=_policy("Environment", "object.spec.stage != ''", id_="SEC-07"))
    (found,) = outcome.diagnostics
    assert (found.code, found.severity) == ("PLM-GOV-009", Severity.NOTE)
    assert outcome.value is not None


def test_a_misspelt_rule_of_a_project_blocks(judged: Judged) -> None:
    outcome = judged(more=_policy("Environment", "object.spec.stag == ''"))
    (found,) = outcome.diagnostics
    assert (found.code, found.span.path, found.help) == ("PLM-GOV-001", "more.yaml", "did you mean 'stage'?")
    assert outcome.value is None
