"""What a rule reads of a context and of an object is enough to tell whether it is kept."""

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance.alone import Alone
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.engine import variables
from plimsoll.compiler.governance.gate import breaches_of
from plimsoll.compiler.governance.reads import Reads
from plimsoll.compiler.governance.shape import Shapes
from plimsoll.compiler.loading.objects import read_object

VALUES = st.sampled_from(["x", "y", "", 1, 1.0, True, None, ["x"], [], {}, {"mesh": "x"}, {"exists": "x"}])
SPECS = st.dictionaries(st.sampled_from(["stage", "platform", "registries", "exists"]), VALUES, max_size=4)
CONTEXTS = st.fixed_dictionaries({"environment": st.fixed_dictionaries({"spec": SPECS, "other": VALUES})})
EXPRESSIONS = [
    "context.environment.spec.stage == 'x'",
    "has(context.environment.spec.platform) && context.environment.spec.platform.mesh == 'x'",
    "context.environment.spec.registries.exists(r, r == 'x')",
    "context.environment.spec.platform.size() == 1",
    "context.environment.spec['stage'] == 'x'",
    "context . environment . spec == object",
    "context['environment']['other'] == 'x'",
    "[context].all(c, c.environment.other == 'x')",
]


def _rule(*expressions: str) -> Any:
    rules = [{"expression": one, "message": "of {context.environment.other}"} for one in expressions]
    conditions = [SimpleNamespace(expression=one, message="m", blame="metadata.name") for one in expressions]
    return SimpleNamespace(id="X", values={"rules": rules}, when=None, conditions=conditions)


@given(st.sampled_from(EXPRESSIONS), CONTEXTS, CONTEXTS)
def test_contexts_that_are_read_alike_keep_and_break_alike(expression: str, one: Any, other: Any) -> None:
    rule = _rule(expression)
    reads = Reads([rule])
    if reads.of(one) == reads.of(other):
        found = [bool(list(breaches_of(rule, variables({}, context)))) for context in (one, other)]
        assert found[0] == found[1]


def test_what_is_named_in_a_message_alone_is_not_read() -> None:
    reads = Reads([_rule("context.environment.spec.stage == 'x'")])
    assert reads.of({"environment": {"spec": {"stage": "x"}, "other": 1}}) == reads.of(
        {"environment": {"spec": {"stage": "x", "more": 2}}}
    )
    assert reads.of({"environment": {"spec": {"stage": "y"}}}) != reads.of({"environment": {"spec": {}}})


def test_rules_of_the_catalogue_take_environments_for_one_that_differ_in_their_names(catalogue: Catalogue) -> None:
    rules = [rule for rule in catalogue.rules.values() if "WorkflowTemplate" in rule.objects]
    contexts = [{"environment": {"metadata": {"name": name}, "spec": {"region": "r"}}} for name in ("a", "b")]
    assert Reads(rules).of(contexts[0]) == Reads(rules).of(contexts[1])
    contexts[1]["environment"]["spec"]["region"] = "s"
    assert Reads(rules).of(contexts[0]) != Reads(rules).of(contexts[1])


def _same(value: Any) -> Any:
    return value


def test_a_rule_alone_is_broken_by_what_it_has_something_against(catalogue: Catalogue) -> None:
    places = {
        name: {"metadata": {"name": name}, "spec": {"region": name, "registries": registries, "stage": "production"}}
        for name, registries in (("me-central-1", ["registry.example.org"]), ("eu-west-1", []))
    }
    rules = [rule for rule in catalogue.rules.values() if {"WorkflowTemplate", "Deployment"} <= set(rule.objects)]
    shapes, alone = Shapes(rules), [Alone(rule) for rule in rules]
    golden = Path(__file__).parents[2] / "golden"
    files = [file for kind in ("deployment", "workflowtemplate") for file in golden.glob(f"*/expected/{kind}-*.yaml")]
    told = set()
    for file in sorted(files):
        for name, place in places.items():
            context = {"environment": place, "today": "2027-01-01"}
            broken = file.read_text().replace("runAsNonRoot: true", "runAsNonRoot: false", file.stat().st_size % 2)
            shared = variables(read_object(broken.encode()), context)
            for one in alone:
                found = one.may_break(one.alike(shapes.of(broken), name, context), partial(_same, shared))
                assert found == bool(list(breaches_of(one.rule, shared))), (file, one.rule.id)
                told.add((one.rule.id, found))
    assert len({found for _, found in told}) == 2
