"""Rules that mean harm: refused when they are loaded or bounded when they are asked, and nothing passes by them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.governance.archive import pack, unpack
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.companies import Shared, with_companies
from plimsoll.compiler.governance.fixtures import try_cases
from plimsoll.compiler.governance.growth import MOST, heaviest
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.governance.rules import expressions
from plimsoll.compiler.project.project import Project

Judged = Callable[..., Outcome[CheckedProject]]
MANY = "[" + ", ".join(["1"] * 150) + "]"
GROWN = "size('a'" + ".replace('a', 'aaaaaaaaaa')" * 11 + ")"

HOSTILE = {
    "an endless comprehension": (f"{MANY}.all(a, {MANY}.all(b, {MANY}.all(c, a == b)))", "PLM-GOV-010"),
    "an endless comprehension that would be true": (
        f"{MANY}.exists(a, {MANY}.all(b, {MANY}.all(c, true)))",
        "PLM-GOV-010",
    ),
    "a huge regular expression": ("!object.metadata.name.matches('((a{1,1000}){1,1000}){1,1000}')", "PLM-GOV-010"),
    "no regular expression": ("!object.metadata.name.matches('(')", "PLM-GOV-010"),
    "a text that grows": (f"{GROWN} > 0", "PLM-GOV-001"),
    "a text that grows where it should not be asked": (f"{GROWN} > 0 || true == false", "PLM-GOV-001"),
    "a list that grows": ("['a']" + ".map(x, [x, x, x]).map(x, x + x)" * 3 + " != []", "PLM-GOV-001"),
    "a list in a list in a list in a list": (
        "object.spec.features.map(a, object.spec.features.map(b, object.spec.features.map(c,"
        " object.spec.features.map(d, d)))) != []",
        "PLM-GOV-001",
    ),
    "deep parentheses": ("(" * 1900 + "true" + ")" * 1900, "PLM-GOV-001"),
    "just not too deep by itself": ("(" * 31 + "true" + ")" * 31, None),
    "deep lists": ("[" * 1900 + "]" * 1900 + " == []", "PLM-GOV-001"),
    "a long chain": (" && ".join(["true"] * 400), None),
    "a wrong type": ("object.metadata.name", "PLM-GOV-001"),
    "a wrong type that shows late": ("object.spec.training.parameters.seed", "PLM-GOV-001"),
    "nothing like CEL": ("import os; os.system('true')", "PLM-GOV-001"),
    "a way out of the rule": ("true) ? 1 : 1, (true", "PLM-GOV-001"),
    "a way out of the rule by a comment": ("true // ) ? 1 : 1", None),
    "a division by nothing": ("1 / (size(object.metadata.name) - size(object.metadata.name)) == 1", "PLM-GOV-010"),
}
"""Expressions, and what is found; nothing, of those that are harmless and true."""


def _policy(expression: str, message: str = "never") -> str:
    return f"""---
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {{name: hostile, owner: nobody@example.org}}
spec:
  id: OWN-66
  title: A rule that means harm
  severity: low
  evidence: declared
  judges: Model
  rules:
    - expression: |-
{indent(expression, " " * 8)}
      message: {message!r}
      blame: {{route: metadata.name}}
  rationale: Somebody who may write rules may not mean well.
  remedy: do not load it
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_of_the_project_never_passes_anything(judged: Judged, name: str) -> None:
    expression, code = HOSTILE[name]
    outcome = judged("no key", more=_policy(expression))
    assert _codes(outcome) - {"PLM-SEC-07"} == ({code} if code else set())
    assert "PLM-SEC-07" in _codes(outcome) or code == "PLM-GOV-001"
    assert outcome.value is None, "what other rules find stands"


def _codes(outcome: Outcome[Any]) -> set[str]:
    return {one.code for one in outcome.diagnostics}


@pytest.mark.parametrize("name", [name for name, (_, code) in HOSTILE.items() if code])
def test_a_hostile_rule_can_not_be_let_stand(judged: Judged, name: str) -> None:
    waiver = """---
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {name: w, owner: platform@example.org}
spec: {policy: OWN-66, object: Model/readmission, reason: it never has an answer, ticket: T-1,
  approver: ciso@example.org, expires: 2027-12-31}
---
apiVersion: plimsoll.dev/v1
kind: PolicyBinding
metadata: {name: b, owner: platform@example.org}
spec: {policies: ["OWN-*"], mode: audit}
"""
    outcome = judged(more=_policy(HOSTILE[name][0]) + waiver)
    assert outcome.value is None
    assert not any(one.waived for one in outcome.diagnostics)


def test_a_hostile_message_is_refused(judged: Judged) -> None:
    found = judged(more=_policy("false", f"{{{GROWN}}}")).diagnostics
    assert [(one.code, one.blocks) for one in found] == [("PLM-GOV-001", True)]
    assert "too large a value" in found[0].message


def test_a_message_without_a_value_is_no_answer(judged: Judged) -> None:
    found = judged(more=_policy("false", "{object.spec.training.parameters.nope}")).diagnostics
    assert {(one.code, one.blocks) for one in found} == {("PLM-GOV-010", True)}


def test_the_heaviest_rule_of_the_catalogue_is_far_from_too_heavy(catalogue: Catalogue) -> None:
    weights = [heaviest(text) for rule in catalogue.rules.values() for _, text, _ in expressions(rule.values)]
    assert MOST / 10 > max(weights) > 1


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_of_a_folder_is_found_by_its_cases(tmp_path: Path, name: str) -> None:
    expression, code = HOSTILE[name]
    rule = tmp_path / "own" / "OWN-66"
    rule.mkdir(parents=True)
    (rule / "policy.yaml").write_text(_policy(expression))
    (rule / "pass.yaml").write_text("cases:\n- case: as it is\n")
    (rule / "fail.yaml").write_text(
        "cases:\n- case: as it is\n  expect: [{object: Model/readmission, at: metadata.name, message: never}]\n"
    )
    loaded = load_catalogue(tmp_path)
    if code == "PLM-GOV-001":
        assert loaded.value is None
        return
    assert loaded.value is not None
    assert any(one.problems for one in try_cases(loaded.value, None))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_rule_in_a_bundle_never_passes_anything(
    estate: Callable[..., Project], catalogue: Catalogue, name: str
) -> None:
    expression, code = HOSTILE[name]
    files = {"own/OWN-66/policy.yaml": _policy(expression).encode()}
    shared = Shared("company.policies", unpack(pack(files), "company.policies"))
    whole = with_companies(catalogue, [shared])
    if code == "PLM-GOV-001":
        assert whole.value is None
        assert _codes(whole) == {code}
        return
    assert whole.value is not None
    outcome = judge(estate("no key"), catalogue=whole.value, today=date(2027, 3, 1))
    assert outcome.value is None
    assert _codes(outcome) - {"PLM-SEC-07"} == ({code} if code else set())
