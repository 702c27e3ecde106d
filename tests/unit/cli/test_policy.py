"""``policy``: the rules in force, the page of one, and the cases of a folder of rules."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from own_rules import BINDING, WAIVER

from plimsoll.compiler.resources import data_root

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]

OWN = """\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own-01, owner: compliance@example.org}
spec:
  id: OWN-01
  title: A model is described in words
  severity: medium
  evidence: declared
  judges: Model
  rules:
    - expression: size(object.metadata.description) >= 20
      message: "{object.metadata.name} is described in {size(object.metadata.description)} characters"
      blame: {route: metadata.description}
  rationale: Who reviews a model must know what it is for.
  remedy: say in a sentence what the model answers, and when it is asked
  controls: [{framework: House rules, article: "7", effectiveFrom: 2999-01-01}]
"""
GOVERNED = f"{OWN}---\n{BINDING}{WAIVER.replace('2999', '2020')}"
PASS = """\
cases:
- case: a sentence
  patch: {Model/readmission: {metadata.description: Who will come back within thirty days}}
"""
FAIL = """\
cases:
- case: no word
  expect: [{object: Model/readmission, at: metadata.description, message: readmission is described in 0 characters}]
- case: one word
  patch: {Model/readmission: {metadata.description: beds}}
  expect: [{object: Model/readmission, at: metadata.description, message: readmission is described in 4 characters}]
"""


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A company's folder of rules, beside which one stands."""
    monkeypatch.chdir(tmp_path)
    rule = tmp_path / "company" / "own" / "OWN-01"
    rule.mkdir(parents=True)
    for name, text in (("policy", OWN), ("pass", PASS), ("fail", FAIL)):
        (rule / f"{name}.yaml").write_text(text)
    return tmp_path / "company"


def listed(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    shown = run("policy", "list", "--json", *arguments)
    assert shown.code == 0, shown.err
    return {rule["id"]: rule for rule in shown.document["result"]["rules"]}


def test_the_list_has_every_rule_with_its_mode_in_each_environment(run: Run, project: Path) -> None:
    (project / "specs" / "own.yaml").write_text(GOVERNED)
    rules = listed(run)
    assert set(rules) == {"OWN-01", *(path.parent.name for path in data_root("policies").glob("*/*/policy.yaml"))}
    own = rules["OWN-01"]
    assert own["origin"] == {"from": "project", "path": "specs/own.yaml", "line": 5, "overrides": False}
    assert (own["default"], own["modes"], own["waivers"]) == ("warn", {"local": "audit"}, ["short"])
    assert (rules["RES-01"]["severity"], rules["RES-01"]["modes"]) == ("critical", {"local": "deny"})
    assert rules["RES-01"]["origin"]["path"] == "policies/residency/RES-01/policy.yaml"
    assert rules["SEC-05"]["objects"]
    assert "GDPR" in rules["RES-01"]["frameworks"]


def test_the_list_for_people(run: Run, project: Path) -> None:
    (project / "specs" / "own.yaml").write_text(OWN.replace("OWN-01", "SEC-07"))
    lines = run("policy", "list").out.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("SEC-07 "))
    assert lines[at].split()[:5] == ["SEC-07", "medium", "Model", "declared", "warn"]
    assert lines[at + 1].strip() == "specs/own.yaml:5, takes the place of the catalogue's"
    assert lines[-1].endswith(" rules")


def test_filters(run: Run, project: Path) -> None:
    assert {id_.partition("-")[0] for id_ in listed(run, "--group", "res")} == {"RES"}
    assert all("GDPR" in rule["frameworks"] for rule in listed(run, "--framework", "gdpr").values())
    assert {rule["judges"] for rule in listed(run, "--judges", "deployment").values()} >= {"Deployment"}
    assert all("Rollout" in rule["objects"] for rule in listed(run, "--judges", "rollout").values())
    both = listed(run, "--group", "RES", "--judges", "Deployment")
    assert "RES-10" in both
    assert all("Deployment" in (rule["judges"], *rule["objects"]) for rule in both.values())


@pytest.mark.parametrize(
    ("option", "word", "hint"),
    [("--group", "RESI", "did you mean 'RES'?"), ("--framework", "GPDR", "GDPR"), ("--judges", "Modle", "'Model'")],
)
def test_a_filter_that_nothing_has_is_refused(run: Run, project: Path, option: str, word: str, hint: str) -> None:
    shown = run("policy", "list", option, word)
    assert shown.code == 1
    assert hint in shown.err


def test_a_project_at_fault_is_shown_and_not_listed(run: Run, project: Path) -> None:
    (project / "specs" / "own.yaml").write_text(
        OWN.replace("object.metadata.description)", "object.metadata.descripton)")
    )
    shown = run("policy", "list")
    assert shown.code == 1
    assert "Metadata has no field 'descripton'" in shown.out
    assert "RES-01" not in shown.out


def test_without_specs_the_catalogue_is_listed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "deny" in run("policy", "list", "--group", "RES").out
    assert listed(run)["RES-01"]["modes"] == {}


def test_a_rule_is_explained_with_what_the_project_makes_of_it(run: Run, project: Path) -> None:
    (project / "specs" / "own.yaml").write_text(GOVERNED)
    shown = run("policy", "explain", "plm-own-01").out
    for text in (
        "PLM-OWN-01: A model is described in words",
        "enforced: audit",
        "stands in: specs/own.yaml:5",
        "size(object.metadata.description) >= 20",
        "checks support: House rules 7 (from 2999-01-01, mapping not verified)",
        "waived: Model/parcels, expired on 2020-01-31, by ciso@example.org: it is being agreed on",
    ):
        assert text in shown
    data = run("policy", "explain", "OWN-01", "--json").document["result"]
    assert (data["modes"], data["fixtures"]) == ({"local": "audit"}, None)
    assert data["waivers"][0]["expired"] is True


def test_a_rule_of_the_catalogue_names_its_cases(run: Run, project: Path) -> None:
    cases = run("policy", "explain", "RES-01", "--json").document["result"]["fixtures"]
    assert "UAE data in Frankfurt" in cases["fail"]
    assert cases["pass"]
    assert "fail: UAE data in Frankfurt" in run("policy", "explain", "RES-01").out


def test_an_unknown_rule_names_the_nearest(run: Run, project: Path) -> None:
    shown = run("policy", "explain", "RES-001")
    assert shown.code == 1
    assert "did you mean 'RES-01'?" in shown.err


def test_cases_of_a_company_s_rules_hold(run: Run, company: Path) -> None:
    shown = run("policy", "test", "company")
    assert shown.code == 0, shown.out
    assert "ok     OWN-01   1 pass, 2 fail" in shown.err
    assert "3 cases of 1 rule: all hold" in shown.out
    cases = run("policy", "test", "company", "--json").document["result"]["cases"]
    assert [(one["fixture"], one["case"], one["holds"]) for one in cases] == [
        ("pass", "a sentence", True),
        ("fail", "no word", True),
        ("fail", "one word", True),
    ]


def test_a_case_that_lies_fails_where_it_stands(run: Run, company: Path, edit: Edit) -> None:
    edit(company / "own" / "OWN-01" / "fail.yaml", "in 4 characters", "in 5 characters")
    shown = run("policy", "test", "company")
    assert shown.code == 1
    assert "1 failed" in shown.out
    assert "FAILED OWN-01   1 pass, 2 fail; not as they say: one word" in shown.err
    assert "company/own/OWN-01/fail.yaml:4:9" in shown.out


@pytest.mark.parametrize("which", ["pass", "fail"])
def test_a_rule_without_a_fixture_fails(run: Run, company: Path, which: str) -> None:
    (company / "own" / "OWN-01" / f"{which}.yaml").unlink()
    shown = run("policy", "test", "company", "--json")
    assert shown.code == 1
    assert [(one["code"], one["line"]) for one in shown.document["findings"]] == [("PLM-TST-002", 5)]


def test_two_cases_of_one_name_are_told(run: Run, company: Path, edit: Edit) -> None:
    edit(company / "own" / "OWN-01" / "fail.yaml", "case: one word", "case: no word")
    assert "two cases of this file are called so" in run("policy", "test", "company").out


APPLIES = """\
- case: a table more
  applies: {applies}
  also: {{DataSource/beds: DataSource/wards}}
  patch: {{DataSource/beds: {{spec.personalData: {data}}}, DataSource/visits: {{spec.personalData: none}}}}
"""


@pytest.mark.parametrize(
    ("applies", "data", "problem"),
    [
        ("false", "none", None),
        ("true", "none", "the rule applies to nothing, so the case shows nothing"),
        ("true", "personal", None),
        ("false", "personal", "the rule applies to something"),
    ],
)
def test_a_case_says_whether_the_rule_applies(
    run: Run, company: Path, edit: Edit, applies: str, data: str, problem: str | None
) -> None:
    rule = company / "own" / "OWN-01"
    edit(rule / "policy.yaml", "judges: Model\n", "judges: DataSource\n  when: object.spec.personalData != 'none'\n")
    edit(rule / "policy.yaml", "size(object.metadata.description) >= 20", "object.metadata.name != 'visits'")
    (rule / "pass.yaml").write_text("cases:\n" + APPLIES.format(applies=applies, data=data))
    cases = run("policy", "test", "company", "--json").document["result"]["cases"]
    assert cases[0]["problems"] == ([problem] if problem else [])


@pytest.mark.parametrize("like", ["Model/nothing", "FeatureSet/ward-load"])
def test_an_object_is_there_once_more_only_as_another_of_its_kind(
    run: Run, company: Path, edit: Edit, like: str
) -> None:
    edit(
        company / "own" / "OWN-01" / "fail.yaml",
        "- case: no word\n",
        f"- case: no word\n  also: {{Model/more: {like}}}\n",
    )
    assert f"the estate has no {like} that could be Model/more as well" in run("policy", "test", "company").out


def test_a_rule_that_cannot_be_loaded_fails(run: Run, company: Path, edit: Edit) -> None:
    edit(
        company / "own" / "OWN-01" / "policy.yaml",
        "(object.metadata.description) >= 20",
        "(object.metadata.words) >= 20",
    )
    shown = run("policy", "test", "company")
    assert shown.code == 1
    assert "company/own/OWN-01/policy.yaml:11:" in shown.out


def test_an_estate_of_one_s_own_must_keep_the_rules(run: Run, company: Path) -> None:
    shutil.copytree(data_root("policies") / "fixtures", company / "fixtures")
    shown = run("policy", "test", "company")
    assert shown.code == 1
    assert "OWN-01 finds Model/readmission" in shown.out
    assert run("policy", "test", "company", "--only", "own-*").code == 0


def test_each_case_is_one_of_junit_s(run: Run, company: Path, edit: Edit) -> None:
    edit(company / "own" / "OWN-01" / "fail.yaml", "in 4 characters", "in 5 characters")
    root = ElementTree.fromstring(run("policy", "test", "company", "--format", "junit").out)
    told = {
        (case.get("classname"), case.get("name"), case.find("failure") is not None) for case in root.iter("testcase")
    }
    assert told == {
        ("company/own/OWN-01/pass.yaml", "a sentence", False),
        ("company/own/OWN-01/fail.yaml", "no word", False),
        ("company/own/OWN-01/fail.yaml", "one word", True),
    }


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (("test", "nowhere"), 3, "there is no such folder"),
        (("test", "empty"), 1, "holds no rule"),
        (("test", "company", "--only", "OWN-02"), 1, "did you mean 'OWN-01'?"),
        (("tset",), 2, "invalid choice"),
        ((), 2, "ACTION"),
        (("list", "--grop", "RES"), 2, "did you mean '--group'?"),
    ],
)
def test_bad_input(run: Run, company: Path, arguments: tuple[str, ...], code: int, text: str) -> None:
    (company.parent / "empty").mkdir()
    shown = run("policy", *arguments)
    assert shown.code == code
    assert text in shown.err + shown.out


def test_looks_may_stand_before_the_action(run: Run, project: Path) -> None:
    assert run("policy", "--json", "list").document["verb"] == "policy"


def test_a_change_that_no_case_notices_is_shown_where_it_was_made(run: Run, company: Path) -> None:
    told = run("policy", "test", "company", "--mutate", "--json")
    assert told.code == 1
    (score,) = told.document["result"]["mutation"]["rules"]
    assert (score["rule"], score["changes"]) == ("OWN-01", 6)
    found = [one for one in told.document["findings"] if one["code"] == "PLM-TST-003"]
    assert len(found) == score["changes"] - score["noticed"] == 3
    assert all(one["path"] == "company/own/OWN-01/policy.yaml" for one in found)
    (company / "own" / "OWN-01" / "pass.yaml").write_text(
        "cases: [{case: twenty, patch: {Model/readmission: {metadata.description: Who comes back soon.}}}]"
    )
    (company / "own" / "OWN-01" / "fail.yaml").write_text(
        """\
cases:
- case: too few
  each: {Model/readmission: {metadata.description: [abcdefghijklmnopqrs, ""]}}
  expect: [{object: Model/readmission, at: metadata.description, message: readmission is described in 19 characters}]
"""
    )
    told = run("policy", "test", "company", "--json")
    (problem, other) = told.document["result"]["cases"][-1]["problems"]
    assert problem.startswith("with : didn't find")
    assert other.startswith("with : found")


def test_cases_that_notice_every_change(run: Run, company: Path) -> None:
    rule = company / "own" / "OWN-01"
    (rule / "pass.yaml").write_text(
        "cases: [{case: twenty, patch: {Model/readmission: {metadata.description: Who comes back soon.}}}]"
    )
    (rule / "fail.yaml").write_text(FAIL.replace("beds", "Who comes back soon").replace("in 4 ", "in 19 "))
    told = run("policy", "test", "company", "--mutate", "--at-least", "100", "--json")
    assert told.code == 0, told.out
    assert told.document["result"]["mutation"]["percent"] == 100.0


@pytest.mark.parametrize("percent", ["101", "-1", "most"])
def test_a_percentage_that_is_none_is_refused(run: Run, company: Path, percent: str) -> None:
    assert run("policy", "test", "company", "--mutate", "--at-least", percent).code == 2
