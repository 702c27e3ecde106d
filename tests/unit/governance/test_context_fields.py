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
    schema, maps, dynamic = Schema([*(KINDS[name] for name in JUDGED), Context]), set[str](), set[str]()
    for message in schema.fields:
        for field in schema.pool.FindMessageTypeByName(message).fields:
            value = field
            if field.message_type is not None and field.message_type.GetOptions().map_entry:
                maps.add(field.name)
                value = field.message_type.fields_by_name["value"]
            if value.message_type is not None and value.message_type.full_name == "google.protobuf.Value":
                dynamic.add(field.name)
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
    monkeypatch.setattr("plimsoll.compiler.governance.findings.fields_named", lambda rules, root: None)
    assert narrow == verdicts()


def test_every_name_that_is_selected_is_kept(catalogue: Catalogue) -> None:
    rules = [rule for rule in catalogue.rules.values() if not rule.objects]
    for root in ("object", *CONTEXT):
        named = fields_named(rules, root)
        assert named is not None
        starts = re.compile(r"\bobject\." if root == "object" else rf"\bcontext\.{root}\b")
        for rule in rules:
            for condition in rule.conditions:
                if starts.search(condition.expression):
                    assert set(re.findall(r"\.(\w+)", condition.expression)) - named <= {"9", "0"}


@pytest.mark.parametrize(
    "expression", ["size(string(object.spec)) > 0", "object == object", "[object.spec].size() == 1"]
)
def test_a_rule_that_takes_a_spec_whole_is_given_it_whole(catalogue: Catalogue, expression: str) -> None:
    assert fields_named([_saying(expression, catalogue)], "object") is None


def test_what_is_named_of_one_root_is_not_given_of_another(catalogue: Catalogue) -> None:
    apart = _saying("object.spec.riskTier == 'high' && context.models.all(m, m.spec.owner != '')", catalogue)
    other = _saying("context.dataSources.all(s, s.spec.retention < 9)", catalogue)
    assert fields_named([apart, other], "dataSources") == {"dataSources", "all", "spec", "retention"}
    assert fields_named([other], "object") == frozenset()
    assert "riskTier" in (fields_named([apart, other], "models") or ())


def test_whoever_takes_the_context_otherwise_may_read_any_of_it(catalogue: Catalogue) -> None:
    rule = _saying("[context].all(c, c.models.all(m, m.spec.owner != ''))", catalogue)
    assert "owner" in (fields_named([rule], "models") or ())


def _saying(expression: str, catalogue: Catalogue) -> Rule:
    rule = next(iter(catalogue.rules.values()))
    message = {**rule.values["rules"][0], "expression": expression, "message": "it is so"}
    said = Rule(rule.policy)
    said.__dict__["values"] = {**rule.values, "when": None, "rules": [message]}
    return said
