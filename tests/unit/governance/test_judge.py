"""What comes out of judging: findings with their facts, the seal, and laws."""

import ast
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Diagnostic, Outcome
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import SourceFile, Sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

Judged = Callable[..., Outcome[CheckedProject]]


def _of(outcome: Outcome[Any], code: str) -> list[Diagnostic]:
    return [d for d in outcome.diagnostics if d.code == code]


def test_an_estate_that_keeps_every_rule_is_checked(judged: Judged, catalogue: Catalogue) -> None:
    outcome = judged()
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert set(outcome.value.applied) == {id_ for id_, rule in catalogue.rules.items() if not rule.objects}
    assert outcome.value.judgements == sum(outcome.value.applied.values())
    assert outcome.value.applied["OPS-01"] == 1
    assert outcome.value.applied["RES-01"] == 3
    assert outcome.value.applied["PRV-04"] == 0


def test_a_finding_says_where_why_and_how_to_mend_it(judged: Judged) -> None:
    outcome = judged("no key")
    assert outcome.value is None
    (found,) = outcome.diagnostics
    assert found.code == "PLM-SEC-07"
    assert found.message == "the stores of staging name no key that encrypts them"
    assert found.caption == "expected here"
    assert found.span.path == "estate.yaml"
    assert found.subject == "Environment/staging"
    assert found.help.startswith("declare stores.encryptedWith")
    assert found.note == "checks support PDPL 20; GDPR 32; ISO/IEC 27001:2022 A.8.24"
    assert dict(found.properties) == {"severity": "critical", "mode": "deny", "environments": "staging"}


def test_a_finding_about_data_of_several_sources_names_each_environment_once(judged: Judged) -> None:
    own = """---
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own, owner: compliance@example.org}
spec:
  id: OWN-01
  title: Nothing comes to a server
  severity: low
  evidence: declared
  judges: Flow
  rules: [{expression: object.sink.kind != 'server', message: something comes to a server, blame: {route: sink}}]
  rationale: It has two sources.
  remedy: serve nothing
"""
    found = _of(judged(more=own), "PLM-OWN-01")
    assert [dict(one.properties)["environments"] for one in found] == ["staging", "production"]


def test_a_finding_shows_the_whole_way_of_the_data(judged: Judged) -> None:
    (found,) = _of(judged("staging abroad"), "PLM-RES-01")
    assert [(label.hop, label.text) for label in found.labels] == [
        (1, "DataSource/visits: confidential pseudonymous data of AE"),
        (2, "Model/readmission reads DataSource/visits: confidential pseudonymous data of AE"),
        (3, "Deployment/readmission-online brings Model/readmission to staging"),
        (0, "Environment/staging: region is eu-central-1"),
        (0, "Environment/staging: jurisdiction is DE"),
        (0, "DataSource/visits: jurisdiction is AE"),
    ]
    assert found.caption == "server in eu-central-1, under the law of DE"


def test_an_overlay_is_blamed_where_it_has_the_value(judged: Judged, estate_text: Callable[..., str]) -> None:
    (found,) = _of(judged("one replica"), "PLM-OPS-01")
    line = estate_text("one replica").splitlines()[found.span.line - 1]
    assert line[: found.span.end - 1].endswith("production: {online: {scaling: {min: 1")
    assert found.caption == ""


def test_the_first_element_that_breaks_a_rule_is_blamed_and_the_others_shown(judged: Judged) -> None:
    own = """
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own}
spec:
  id: XX-01
  title: A rule of our own
  severity: low
  evidence: declared
  judges: DataSource
  rules:
    - expression: object.spec.purposes.all(p, p == 'care (of "the sick")' || p.startsWith('c'))
      message: it is not so
      blame: {route: spec.purposes}
  rationale: Because we say so.
  remedy: mend it
---
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {name: many}
spec:
  location: {type: file, path: many.parquet}
  region: me-central-1
  jurisdiction: AE
  classification: internal
  personalData: none
  purposes: [care, planning, care-too, research]
  timestamp: at
  columns: {at: timestamp}
"""
    (found,) = [d for d in judged(more=own).diagnostics if d.subject == "DataSource/many"]
    row = own.splitlines().index("  purposes: [care, planning, care-too, research]") + 1
    assert (found.span.line, found.span.column, found.span.end) == (row, 20, 28)
    assert [(label.span.column, label.text) for label in found.labels] == [(40, "and this")]


def test_nobody_else_makes_a_checked_project(estate: Callable[..., Project]) -> None:
    project = estate()
    gate = Gate({}, lambda found: [], project, date(2027, 1, 1))
    with pytest.raises(TypeError, match=r"only .* makes a CheckedProject"):
        CheckedProject(project, {}, (), gate, object())
    with pytest.raises(TypeError):
        CheckedProject(project, {}, (), gate)  # type: ignore[call-arg]


def test_only_judge_holds_the_seal() -> None:
    root = data_root("policies").parent
    users = {
        path.name
        for folder in ("compiler", "runtime")
        for path in (root / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        and node.module == "plimsoll.compiler.governance.checked"
        and {alias.name for alias in node.names} - {"CheckedProject"}
    }
    assert users == {"judge.py"}


_CHANGES = ("no key", "no alerting", "no erasure", "one replica", "staging abroad", "many retries")


def _unrelated(name: str, data: dict[str, Any]) -> str:
    lines = "".join(f"  {key}: {value}\n" for key, value in data.items())
    return f"""---
apiVersion: plimsoll.dev/v1
kind: DataSource
metadata: {{name: x-{name}}}
spec:
  location: {{type: file, path: x.parquet}}
  timestamp: at
  columns: {{at: timestamp}}
{lines}"""


@settings(max_examples=40, deadline=None)
@given(
    changes=st.sets(st.sampled_from(_CHANGES)),
    data=st.fixed_dictionaries(
        {
            "region": st.sampled_from(["me-central-1", "eu-west-1"]),
            "jurisdiction": st.sampled_from(["AE", "DE", "AE-DIFC"]),
            "classification": st.sampled_from(["public", "internal", "confidential", "restricted"]),
            "personalData": st.sampled_from(["none", "pseudonymous", "personal", "special"]),
        },
        optional={"retention": st.sampled_from(["1d", "400w"]), "erasure": st.just("delete")},
    ),
)
def test_an_unrelated_spec_takes_no_finding_away(
    changes: set[str], data: dict[str, Any], catalogue: Catalogue, estate_text: Callable[..., str]
) -> None:
    def found(*texts: str) -> set[Diagnostic]:
        files = tuple(SourceFile(f"{index}.yaml", text) for index, text in enumerate(texts))
        project = load_project(Sources(data_root("policies") / "fixtures", files)).value
        assert project is not None
        return set(judge(project, catalogue=catalogue, today=date(2027, 3, 1)).diagnostics)

    text = estate_text(*sorted(changes))
    alone = found(text)
    assert len({diagnostic.code for diagnostic in alone}) == len(changes)
    assert alone <= found(text, _unrelated("a", data))
