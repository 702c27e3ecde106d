"""The catalogue itself: every rule documented, every fixture true, every mistake in a rule found when it is loaded."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.governance.cases import WHICH
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.fixtures import try_cases
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.governance.pages import policies_page, policy_page
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

POLICIES = data_root("policies")
PAGES = POLICIES.parent / "docs" / "reference" / "policies"
FOLDERS = sorted(path.parent for path in POLICIES.glob("*/*/policy.yaml"))


def test_every_folder_is_a_rule_of_its_name(catalogue: Catalogue) -> None:
    assert [folder.name for folder in sorted(FOLDERS, key=lambda f: f.name)] == list(catalogue.rules)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_rule_is_documented(folder: Path, catalogue: Catalogue) -> None:
    rule = catalogue.rules[folder.name]
    assert rule.spec.rationale
    assert rule.spec.remedy
    assert rule.spec.controls
    assert (PAGES / f"{rule.id}.md").read_text() == policy_page(rule)
    assert {path.name for path in folder.iterdir()} == {"policy.yaml", "pass.yaml", "fail.yaml"}
    assert rule.policy.spec.metadata.name == rule.id.lower()


UNVERIFIED = {("AI-01", "EU AI Act", "6"), ("PRV-04", "PDPL", "4"), ("PRV-11", "PDPL", "7")}
"""Mappings of the catalogue's own source whose paragraph nobody has read."""

OF_OUR_OWN = {"AI-14", "OPS-04", "OPS-05", "OPS-06", "RES-10", *(f"SEC-{n:02}" for n in range(9, 13))}
OF_OUR_OWN |= {"SUP-08", "SUP-09", "SUP-10", *(f"COST-{n:02}" for n in range(5, 8))}
"""Rules that stand in no source but here, so that nobody has verified what they are mapped to."""


def test_nothing_claims_to_be_verified_that_nobody_verified(catalogue: Catalogue) -> None:
    claimed = {
        (rule.id, control.framework, control.article)
        for rule in catalogue.rules.values()
        for control in rule.spec.controls
        if control.status == "verified"
    }
    assert claimed.isdisjoint(UNVERIFIED)
    assert {id_ for id_, _, _ in claimed}.isdisjoint(OF_OUR_OWN)
    assert catalogue.rules.keys() > OF_OUR_OWN


def test_a_law_binds_somewhere_from_some_day(catalogue: Catalogue) -> None:
    for rule in catalogue.rules.values():
        for control in rule.spec.controls:
            if control.framework in ("PDPL", "GDPR", "EU AI Act"):
                assert control.jurisdiction == ("AE" if control.framework == "PDPL" else "EU"), rule.id
                assert control.effective_from is not None, rule.id


def test_a_rule_that_leaves_something_leaves_it_to_one_that_judges_specs(catalogue: Catalogue) -> None:
    left = {rule.id: rule.leaves_to for rule in catalogue.rules.values() if rule.leaves_to}
    assert left == {"COST-05": "COST-02", "COST-07": "COST-03", "OPS-06": "OPS-01"}
    assert not any(catalogue.rules[other].objects for other in left.values())


def test_every_fixture_holds(catalogue: Catalogue) -> None:
    tried = list(try_cases(catalogue))
    assert [(one.rule, one.case, one.problems) for one in tried if one.problems] == []
    assert tried[0].which == "estate"
    assert {(one.rule, one.which) for one in tried[1:]} == {(id_, which) for id_ in catalogue.rules for which in WHICH}


def test_the_reference_project_passes_with_its_one_waiver(catalogue: Catalogue) -> None:
    sources = find_sources(POLICIES.parent / "specs").value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    outcome = judge(project, catalogue=catalogue, today=date(2027, 1, 1))
    assert outcome.value is not None
    assert [(d.code, d.subject) for d in outcome.value.waived] == [("PLM-SEC-07", "Environment/staging")]
    assert [d for d in outcome.diagnostics if not d.waived] == []
    assert outcome.value.judgements >= len(project.placed)


def _copied(tmp_path: Path, rule: str, file: str, old: str, new: str) -> Path:
    """The folder of one rule, with one of its files changed, as a catalogue of its own."""
    folder = next(f for f in FOLDERS if f.name == rule)
    shutil.copytree(folder, tmp_path / "group" / rule)
    shutil.copytree(POLICIES / "fixtures", tmp_path / "fixtures")
    path = tmp_path / "group" / rule / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    return tmp_path


def _load(root: Path) -> tuple[Diagnostic, ...]:
    loaded = load_catalogue(root)
    assert loaded.value is None
    return loaded.diagnostics


def _underlined(root: Path, diagnostic: Diagnostic) -> str:
    line = (root / diagnostic.span.path.removeprefix("policies/")).read_text().splitlines()[diagnostic.span.line - 1]
    return line[diagnostic.span.column - 1 : diagnostic.span.end - 1]


@pytest.mark.parametrize(
    ("rule", "old", "new", "right"),
    [
        ("COST-04", "object.spec.training.retries <=", "retrys", "retries"),
        ("RES-02", "object.spec.region in [", "regoin", "region"),
        ("RES-01", "t.country != 'AE' && t.country", "contry", "country"),
        ("FLW-06", "object.sink.retention <=", "retenton", "retention"),
        ("FLW-08", "object.label.classificationLevel", "classificationlevel", "classificationLevel"),
        ("SEC-07", "{object.metadata.name} name", "nam", "name"),
        ("SUP-02", "context.environment.spec.registries.exists", "contxt", "context"),
        ("COST-01", '"{object.metadata.name} may', "neme", "name"),
        ("RES-04", "object.spec.personalData != 'none'", "personaldata", "personalData"),
    ],
)
def test_a_misspelt_field_is_found_where_it_stands(tmp_path: Path, rule: str, old: str, new: str, right: str) -> None:
    root = _copied(tmp_path, rule, "policy.yaml", old, old.replace(right, new, 1))
    (found,) = _load(root)
    assert found.code == "PLM-GOV-001"
    assert found.blocks
    assert _underlined(root, found) == new
    assert found.help == f"did you mean {right!r}?"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("object.spec.training.retries > 'three'", "no matching overload"),
        ("object.spec.training.retries", "a condition is true or false, but this is int"),
        ("object.spec.training", "a condition is true or false, but this is training"),
        ("object.spec.training.retries >", "Syntax error"),
        ("nonsense(object)", "nothing is called 'nonsense' here"),
    ],
)
def test_a_condition_of_the_wrong_type_is_refused(tmp_path: Path, expression: str, message: str) -> None:
    root = _copied(tmp_path, "COST-04", "policy.yaml", "object.spec.training.retries <= 3", expression)
    (found,) = _load(root)
    assert message in found.message
    assert (found.span.path, found.span.line) == ("policies/group/COST-04/policy.yaml", 14)


def test_a_message_may_not_hold_a_whole_spec(tmp_path: Path) -> None:
    root = _copied(tmp_path, "SEC-07", "policy.yaml", "{object.metadata.name}", "{object.metadata}")
    (found,) = _load(root)
    assert "a message holds text and numbers, but this is metadata" in found.message


def test_an_id_is_taken_once(tmp_path: Path) -> None:
    root = _copied(tmp_path, "COST-04", "policy.yaml", "title:", "title:")
    shutil.copytree(root / "group" / "COST-04", root / "group" / "COST-05")
    (found,) = _load(root)
    assert found.code == "PLM-GOV-002"
    assert found.labels[0].span.path == "policies/group/COST-04/policy.yaml"


def test_a_folder_without_rules_is_no_catalogue(tmp_path: Path) -> None:
    (found,) = _load(tmp_path)
    assert (found.code, found.blocks) == ("PLM-GOV-001", True)


def test_a_policy_file_holds_policies_only(tmp_path: Path) -> None:
    root = _copied(tmp_path, "COST-04", "policy.yaml", "title:", "title:")
    (root / "group" / "COST-04" / "policy.yaml").write_text((POLICIES / "fixtures" / "estate.yaml").read_text())
    assert {found.message for found in _load(root)} >= {"a policy file holds policies, not a DataSource"}


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("fail.yaml", "spec.training.timeout: 2d", "spec.training.timeout: 2h", "didn't find"),
        ("fail.yaml", "at: spec.training.timeout", "at: spec.training.retries", "found Model/readmission"),
        ("pass.yaml", "spec.training.retries: 3", "spec.training.retries: 4", "found Model/readmission"),
        ("pass.yaml", "spec.training.retries: 3", "spec.training.retrys: 3", "isn't a sound project"),
        ("pass.yaml", "Model/readmission", "Model/readmision", "the estate has no Model/readmision"),
        ("pass.yaml", "cases:", "case:", "cases"),
        ("fail.yaml", "{spec.training.retries: 4}", "{spec.training.retries: 4, spec.training.timeout: 2d}", "alone"),
    ],
)
def test_a_fixture_that_lies_is_told(tmp_path: Path, file: str, old: str, new: str, problem: str) -> None:
    loaded = load_catalogue(_copied(tmp_path, "COST-04", file, old, new))
    assert loaded.value is not None
    found = [one for tried in try_cases(loaded.value) for one in tried.diagnostics]
    assert found
    assert any(problem in one.message for one in found)
    assert {(one.code, one.span.path) for one in found} == {("PLM-TST-001", f"policies/group/COST-04/{file}")}


def test_a_missing_fixture_and_a_case_that_shows_nothing_are_told(tmp_path: Path) -> None:
    root = _copied(tmp_path, "PRV-04", "pass.yaml", "spec.personalData: special", "spec.personalData: personal")
    (root / "group" / "PRV-04" / "fail.yaml").unlink()
    loaded = load_catalogue(root)
    assert loaded.value is not None
    found = [one for tried in try_cases(loaded.value) for one in tried.diagnostics]
    assert any("applies to nothing" in one.message for one in found if one.code == "PLM-TST-001")
    (missing,) = (one for one in found if one.code == "PLM-TST-002")
    assert missing.message == "PRV-04 has no failing fixture"
    assert _underlined(root, missing) == "PRV-04"


def test_pages_say_what_rules_say(catalogue: Catalogue) -> None:
    whole = policies_page(catalogue)
    for rule in catalogue.rules.values():
        page = policy_page(rule)
        assert page.startswith(f"# {rule.id}: {rule.spec.title}\n")
        assert all(condition.expression.strip() in page for condition in rule.spec.rules)
        assert all(control.framework in page for control in rule.spec.controls)
        assert f"[{rule.id}]({rule.id}.md)" in whole
    assert "`context.dataSources`" in whole
    assert "`context.demand.monthlyCost`" in whole
