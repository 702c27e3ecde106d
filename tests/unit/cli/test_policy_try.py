"""``policy try``: an expression or a rule on one spec, part by part."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
Edit = Callable[[Path, str, str], None]


def tried(run: Run, code: int, *arguments: str) -> list[dict[str, Any]]:
    shown = run("policy", "try", *arguments, "--json")
    assert shown.code == code, shown.err
    assert shown.document["exit"] == code
    return list(shown.document["result"]["tried"])


def test_an_expression_is_shown_part_by_part(run: Run, project: Path) -> None:
    shown = run("policy", "try", "size(object.metadata.name) > 100 && object.spec.nope", "--on", "model/parcels")
    assert shown.code == 1
    assert "ModelSpec has no field 'nope'" in shown.out
    shown = run("policy", "try", "size(object.metadata.name) > 100 && has(object.spec.window)", "--on", "model/parcels")
    assert shown.code == 1
    assert shown.out.splitlines() == [
        "Model/parcels: false",
        "size(object.metadata.name) > 100 && has(object.spec.window) = false",
        "├ size(object.metadata.name) > 100 = false",
        "│ └ size(object.metadata.name) = 7",
        '│   └ object.metadata.name = "parcels"',
        "└ has(object.spec.window)  (not asked: false was decided before)",
        "",
    ]


def test_a_value_that_is_no_verdict_is_shown(run: Run, project: Path) -> None:
    (one,) = tried(run, 0, "object.metadata.name + '!'", "--on", "Model/parcels")
    (said,) = one["conditions"]
    assert (said["value"], said["state"], one["environment"]) == ("parcels!", "value", None)


def test_a_deployment_is_tried_wherever_it_is_judged(run: Run, project: Path) -> None:
    (one,) = tried(run, 0, "context.environment.metadata.name == 'local'", "--on", "deployment/parcels-online")
    assert one["environment"] == "local"
    shown = run("policy", "try", "true", "--on", "deployment/parcels-online", "-e", "nowhere")
    assert shown.code == 1
    assert "the specs have no Environment" in shown.err


def test_a_rule_is_tried_with_what_it_would_say(run: Run, project: Path, edit: Edit) -> None:
    (held,) = tried(run, 0, "sec-07", "--on", "environment/local")
    assert held["verdict"] in ("holds", "does not apply")
    (project / "specs" / "own.yaml").write_text("""\
apiVersion: plimsoll.dev/v1
kind: Policy
metadata: {name: own-01, owner: compliance@example.org}
spec:
  id: OWN-01
  title: A model has a long name
  severity: medium
  evidence: declared
  judges: Model
  when: has(object.metadata.owner)
  rules:
    - expression: size(object.metadata.name) > 20
      message: "{object.metadata.name} is short"
      blame: {route: metadata.name}
    - expression: size(object.metadata.name) > 2
      message: never
      blame: {route: metadata.name}
  rationale: Long names say more than short ones.
  remedy: think of a longer name
""")
    (broken,) = tried(run, 1, "OWN-01", "--on", "model/parcels")
    assert (broken["verdict"], broken["when"]["value"]) == ("broken", True)
    assert [(one["value"], one["message"]) for one in broken["conditions"]] == [
        (False, "parcels is short"),
        (True, None),
    ]
    shown = run("policy", "try", "OWN-01", "--on", "model/parcels")
    assert "  at metadata.name: parcels is short" in shown.out.splitlines()
    wrong = run("policy", "try", "OWN-01", "--on", "deployment/parcels-online")
    assert (wrong.code, "it judges every Model" in wrong.err) == (1, True)


def test_what_is_rendered_is_tried(run: Run, project: Path) -> None:
    expression = "object.spec.templates.exists(t, has(t.container))"
    arguments = ("--on", "model/parcels", "--rendered", "WorkflowTemplate")
    (one,) = tried(run, 0, expression, *arguments)
    assert (one["environment"], one["rendered"].partition("/")[0]) == ("local", "WorkflowTemplate")
    assert {one["rendered"].partition("/")[0] for one in tried(run, 0, "SEC-06", "--on", "model/parcels")}
    shown = run("policy", "try", "true", "--on", "model/parcels", "--rendered", "Rollout")
    assert (shown.code, "of Rollout none is rendered for it" in shown.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("true", "--on", "model/parcel"), "did you mean"),
        (("OWN-99", "--on", "model/parcels"), "there is none of that name"),
        (("RES-01", "--on", "waiver/x"), "the specs have no"),
    ],
)
def test_what_is_not_there_is_refused(run: Run, project: Path, arguments: tuple[str, ...], said: str) -> None:
    shown = run("policy", "try", *arguments)
    assert (shown.code, said in shown.err) == (1, True)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(" * 40 + "true" + ")" * 40, "is nested too deep: 32 levels are the most"),
        ("size('a'" + ".replace('a', 'aaaaaaaaaa')" * 9 + ") > 0", "too large a value"),
        ("object.metadata.name.matches('((a{1,999}){1,999}){1,999}')", "invalid repetition size"),
        (f"{[1] * 200}.all(a, {[1] * 200}.all(b, a == b))", "Iteration budget exceeded"),
        ("object.metadata.name == 1", "no matching overload"),
        ("true &&", "Syntax error"),
        ("'\udcff' == ''", "half a character"),
        ("", "Syntax error"),
    ],
)
def test_a_hostile_expression_is_refused_or_bounded(run: Run, project: Path, expression: str, said: str) -> None:
    shown = run("policy", "try", expression, "--on", "model/parcels")
    assert (shown.code, said in shown.out) == (1, True), shown.out + shown.err
