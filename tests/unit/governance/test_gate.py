"""Rules that judge what is rendered: shapes tell apart what rules do, bindings and waivers weigh as they always do."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.diagnostics import Outcome, Severity
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.engine import variables
from plimsoll.compiler.governance.gate import Gate, breaches_of
from plimsoll.compiler.governance.judge import rules_of
from plimsoll.compiler.governance.rules import Condition
from plimsoll.compiler.governance.shape import Shapes
from plimsoll.compiler.governance.typecheck import faults
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.patching.dump import dump
from plimsoll.compiler.rendering.release import render

GOLDEN = Path(__file__).parents[2] / "golden"
Judged = Callable[..., Outcome[CheckedProject]]
CONTEXT = {
    "today": "2027-01-01",
    "environment": {"spec": {"region": "me-central-1", "registries": ["registry.example.org"]}},
}

_OBJECTS = [
    read_object(path.read_bytes())
    for kind in ("deployment", "workflowtemplate", "role-")
    for path in sorted(GOLDEN.glob(f"*/expected/{kind}*.yaml"))
]


def _told(rules: tuple[Any, ...], text: str) -> list[tuple[str, str]]:
    shared = variables(read_object(text.encode()), CONTEXT)
    return [(breach.condition, breach.message) for rule in rules for breach in breaches_of(rule, shared)]


def _routes(value: Any, route: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in ((*route, key), *_routes(item, (*route, key)))]


_PUT = st.sampled_from(
    [None, True, False, 0, 8737, "default", "ALL", "eu-west-1", "registry.example.org/x:1", [], {}, ["*"]]
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_rules_say_of_a_shape_what_they_say_of_the_object(catalogue: Catalogue, data: st.DataObject) -> None:
    value = read_object(dump(data.draw(st.sampled_from(_OBJECTS))).encode())
    for _ in range(data.draw(st.integers(0, 3))):
        inner = value["spec" if "spec" in value else "rules"]
        if not (routes := _routes(inner)):
            break
        *parents, last = data.draw(st.sampled_from(routes))
        for part in parents:
            inner = inner[part]
        if (new := data.draw(_PUT)) is None:
            del inner[last]
        else:
            inner[last] = copy.deepcopy(new)
    rules = tuple(rule for rule in catalogue.rules.values() if value["kind"] in rule.objects)
    shapes = Shapes(rules)
    assert shapes.plain
    text = dump(value)
    parts = shapes.of(text)
    shape = "\n".join(parts)
    assert _told(rules, shape) == _told(rules, text)
    assert "\n".join(shapes.of(shape)) == shape
    assert shapes.again(parts) == parts
    assert shapes._part(text, -1, False)[0] == shape  # Where it is cut makes no difference.
    for rule in rules:
        alone = Shapes([rule])
        assert "\n".join(alone.again(parts)) == "\n".join(alone.of(text))


def test_objects_that_differ_in_what_no_rule_reads_have_one_shape(catalogue: Catalogue) -> None:
    rules = tuple(rule for rule in catalogue.rules.values() if "Deployment" in rule.objects)
    text = dump(_OBJECTS[0])
    name = _OBJECTS[0]["metadata"]["name"]
    assert Shapes(rules).of(text) == Shapes(rules).of(text.replace(name, "another"))
    assert Shapes(rules).of(text) != Shapes(rules).of(text.replace("me-central-1", "eu-west-1"))


def test_a_text_of_nothing_is_told_from_none() -> None:
    rule = SimpleNamespace(values={"rules": [{"expression": "object.spec.audience != ''", "message": "m"}]})
    shapes = Shapes([rule])  # type: ignore[list-item]
    assert shapes.of('spec:\n  audience: ""\n') != shapes.of('spec:\n  audience: "vault"\n')
    assert shapes.of('spec:\n  audience: "x"\n') == shapes.of('spec:\n  audience: "y"\n')


_SCRIPT = "set -e\nimage: x\n\n    - y\npassword: %s\n"
_HELD = "object.spec.args.all(a, !a.contains('hunter'))"


@pytest.mark.parametrize("word", ["hunter", "hunter\u2028"])
@pytest.mark.parametrize(
    ("expression", "spec"),
    [
        (_HELD, {"args": ["x", _SCRIPT, "y"], "image": "z"}),
        ("object.spec.args.all(a, a.all(b, !b.contains('hunter')))", {"args": [["x", _SCRIPT], ["y"]]}),
        ("object.spec.script != 'set -e\\nimage: x\\n\\n    - y\\npassword: hunter\\n'", {"script": _SCRIPT}),
    ],
)
def test_a_text_of_several_lines_is_told_whole_wherever_it_stands(expression: str, spec: Any, word: str) -> None:
    values = {"rules": [{"expression": expression, "message": "m", "blame": {"route": "metadata.name"}}]}
    rule = SimpleNamespace(id="X", when=None, values=values, conditions=[Condition(expression, "m", "metadata.name")])
    shapes = Shapes([rule])  # type: ignore[list-item]
    texts = [dump(json.loads(json.dumps({"kind": "Job", "spec": spec}).replace("%s", one))) for one in (word, "w")]
    for text in texts:
        parts = shapes.of(text)
        assert _told((rule,), "\n".join(parts)) == _told((rule,), text)
        assert shapes.again(parts) == parts
    assert shapes.of(texts[0]) != shapes.of(texts[1])


@pytest.mark.parametrize("expression", ["object.metadata.labels[object.kind] == 'x'", "object.a.all(k, k == object.b)"])
def test_a_rule_that_cannot_be_followed_is_shown_everything(expression: str, catalogue: Catalogue) -> None:
    rule = SimpleNamespace(values={"rules": [{"expression": expression, "message": "m"}]})
    assert not Shapes([rule]).plain  # type: ignore[list-item]


def test_the_context_of_a_rendered_object_is_typed() -> None:
    assert faults("Rendered", "object.spec.anything == context.environment.spec.region", condition=True) == ()
    (fault,) = faults("Rendered", "context.environment.spec.regoin == 'x'", condition=True)
    assert "regoin" in fault.message
    (fault,) = faults("Rendered", "context.models.size() == 0", condition=True)
    assert "models" in fault.message


_PATCHED = """---
apiVersion: plimsoll.dev/v1
kind: Deployment
metadata: {name: open, owner: ml-platform@example.org}
spec:
  model: readmission
  pin: {version: 3, digest: "sha256:7777777777777777777777777777777777777777777777777777777777777777"}
  online: {scaling: {min: 1, max: 1}}
  monitoring: {schedule: {cron: "0 5 * * *"}}
  alerting: {contact: on-call@example.org}
  timeout: 30m
  environments: {staging: {}}
  patches: [{target: {kind: Deployment}, json: [{op: remove, path: /spec/template/spec/affinity}]}]
"""


def _policy(kind: str, name: str, spec: str) -> str:
    head = f"---\napiVersion: plimsoll.dev/v1\nkind: {kind}\nmetadata: {{name: {name}, owner: a@example.org}}\n"
    return f"{head}spec: {spec}\n"


def _found(judged: Judged, *more: str) -> tuple[Outcome[Any], list[Any]]:
    checked = judged(more="".join((_PATCHED, *more))).value
    assert checked is not None
    outcome = render(checked, "staging")
    return outcome, [one for one in outcome.diagnostics if one.code == "PLM-RES-10"]


def test_a_release_that_a_rule_denies_is_not_made(judged: Judged) -> None:
    outcome, (finding,) = _found(judged)
    assert outcome.value is None
    assert finding.severity is Severity.ERROR
    assert finding.subject == "Deployment/open"


def test_a_binding_says_how_hard_it_is_enforced(judged: Judged) -> None:
    lax = _policy("PolicyBinding", "lax", "{policies: [RES-10], environments: [staging], mode: warn}")
    outcome, (finding,) = _found(judged, lax)
    assert outcome.value is not None
    assert finding.severity is Severity.WARNING


def test_a_waiver_lets_a_finding_stand_and_is_not_called_idle(judged: Judged) -> None:
    waiver = _policy(
        "Waiver",
        "while-moving",
        "{policy: RES-10, object: Deployment/open, environments: [staging], reason: the region is being moved, "
        "ticket: OPS-1, approver: ciso@example.org, expires: 2027-12-31}",
    )
    outcome, (finding,) = _found(judged, waiver)
    assert outcome.value is not None
    assert finding.waived
    idle = judged(more=_PATCHED + waiver).diagnostics
    assert [one for one in idle if one.code == "PLM-GOV-006"] == []


def test_a_policy_says_which_objects_it_judges_where_it_judges_rendered_ones(
    estate: Callable[..., Project], catalogue: Catalogue
) -> None:
    rule = (
        "{id: XX-01, title: Something, severity: low, evidence: rendered, judges: %s, rationale: Because it is so., "
        "remedy: do it, rules: [{expression: 'true', message: m, blame: {route: spec}}]}"
    )
    for judges in ("Rendered", "Model, objects: [Role]"):
        found = rules_of(estate(more=_policy("Policy", "own", rule % judges)), catalogue).diagnostics
        assert [one.code for one in found] == ["PLM-GOV-001"]
    misspelt = _policy("Policy", "own", rule % "Rendered, objects: [Role, Deploymnet]")
    (found,) = rules_of(estate(more=misspelt), catalogue).diagnostics
    assert (found.message, found.help) == ("XX-01: no rule can judge a Deploymnet", "did you mean 'Deployment'?")
    assert Gate({}, lambda found: [], estate(), date(2027, 1, 1)).judge("staging", []) == []


_CEILING = (
    "{id: XX-02, title: The ceiling, severity: high, evidence: rendered, judges: Rendered, "
    "objects: [HorizontalPodAutoscaler], rationale: Because it is so., remedy: do it%s, rules: [{expression: "
    "object.spec.maxReplicas <= 1, message: too many, blame: {route: spec.maxReplicas}}]}"
)


def test_what_a_spec_brings_about_is_left_to_the_rule_that_judges_specs(judged: Judged) -> None:
    def found(rule: str, most: int = 1, patch: int | None = None) -> list[str]:
        spec = _PATCHED.replace("max: 1", f"max: {most}")
        head, _, _ = spec.partition("  patches:")
        raised = (
            f"  patches: [{{target: {{kind: HorizontalPodAutoscaler}}, merge: {{spec: {{maxReplicas: {patch}}}}}}}]\n"
        )
        checked = judged(more=(head + raised if patch else head) + _policy("Policy", "own", rule)).value
        assert checked is not None
        mine = [one for one in render(checked, "staging").diagnostics if one.code == "PLM-XX-02"]
        return [one.message for one in mine if one.subject == "Deployment/open"]

    told = ["HorizontalPodAutoscaler/open: too many"]
    assert found(_CEILING % "", most=2) == told
    assert found(_CEILING % ", leavesTo: COST-03", most=2) == []
    assert found(_CEILING % ", leavesTo: COST-03", patch=2) == told
    assert found(_CEILING % ", leavesTo: COST-03", most=2, patch=3) == []


def test_only_a_rule_about_what_is_rendered_leaves_something_to_another(
    estate: Callable[..., Project], catalogue: Catalogue
) -> None:
    rule = (_CEILING % ", leavesTo: COST-03").replace("Rendered, objects: [HorizontalPodAutoscaler]", "Environment")
    rule = rule.replace("object.spec.maxReplicas <= 1", "'true'")
    (found,) = rules_of(estate(more=_policy("Policy", "own", rule)), catalogue).diagnostics
    assert (found.code, "leaves to another" in found.message) == ("PLM-GOV-001", True)


def test_a_day_is_part_of_what_is_rendered_only_where_a_rule_asks(
    estate: Callable[..., Project], catalogue: Catalogue
) -> None:
    project = estate()
    days = (date(2027, 1, 1), date(2027, 1, 2))
    usual = {Gate(catalogue.rules, lambda found: [], project, day).rules_digest for day in days}
    assert len(usual) == 1
    rule = (_CEILING % "").replace("object.spec.maxReplicas <= 1", "context.today < '2027-01-02'")
    own = rules_of(estate(more=_policy("Policy", "own", rule)), catalogue).value
    assert own is not None
    assert len({Gate(own, lambda found: [], project, day).rules_digest for day in days}) == 2


def test_a_rule_that_leaves_something_to_another_fails_closed(judged: Judged) -> None:
    rule = (_CEILING % ", leavesTo: COST-03").replace("object.spec.maxReplicas", "object.spec.mostReplicas")
    checked = judged(more=_PATCHED.partition("  patches:")[0] + _policy("Policy", "own", rule)).value
    assert checked is not None
    told = [one for one in render(checked, "staging").diagnostics if "XX-02 could not be evaluated" in one.message]
    assert {one.subject for one in told} == {"Deployment/open", "Deployment/readmission-online"}
    assert all(one.blocks for one in told)
