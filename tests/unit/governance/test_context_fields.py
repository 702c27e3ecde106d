"""What light code knows of the names of fields is what their types say, and a rule misses nothing that it names."""

import re
from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.context import Context
from plimsoll.compiler.governance.fields import CONTEXT, DERIVED, DYNAMIC, HOLDS, MAPS, PER_ENVIRONMENT
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.rules import Rule, fields_named
from plimsoll.compiler.governance.schema import Schema
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.typecheck import JUDGED
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project

SPECS = Path(__file__).parents[3] / "specs"


def test_the_context_has_the_fields_that_rules_are_searched_for() -> None:
    assert {field.alias for field in Context.model_fields.values()} == CONTEXT
    assert PER_ENVIRONMENT < CONTEXT
    assert HOLDS.keys() | DERIVED == CONTEXT


def test_maps_and_dynamic_fields_are_those_of_the_types() -> None:
    maps, dynamic = Schema([*(KINDS[name] for name in JUDGED), Context]).maps_and_dynamic()
    assert maps - dynamic == MAPS
    assert dynamic == DYNAMIC


def test_rules_judge_what_is_left_as_they_judge_the_whole(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = find_sources(SPECS).value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None

    def verdicts() -> list[object]:
        judge = Judge(catalogue.rules.values(), Estate(project, date(2027, 1, 1)))
        return [judge.verdict(unit) for unit in judge.objects()]

    narrow = verdicts()
    monkeypatch.setattr("plimsoll.compiler.governance.findings.fields_named", lambda rules: None)
    assert narrow == verdicts()


def test_every_name_that_is_selected_is_kept(catalogue: Catalogue) -> None:
    rules = [rule for rule in catalogue.rules.values() if not rule.objects]
    named = fields_named(rules)
    assert named is not None
    for rule in rules:
        for condition in rule.conditions:
            assert set(re.findall(r"\.(\w+)", condition.expression)) - named <= {"9", "0"}


@pytest.mark.parametrize(
    "expression", ["size(string(object.spec)) > 0", "object == object", "[object.spec].size() == 1"]
)
def test_a_rule_that_takes_a_spec_whole_is_given_it_whole(catalogue: Catalogue, expression: str) -> None:
    rule = next(iter(catalogue.rules.values()))
    values = {**rule.values, "rules": [{**rule.values["rules"][0], "expression": expression}]}
    whole = Rule(rule.policy)
    whole.__dict__["values"] = values
    assert fields_named([whole]) is None
