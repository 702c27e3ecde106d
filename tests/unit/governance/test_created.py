"""What a workflow creates as a step is judged: read from the text in its manifest, and never let pass unread."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.created import created_by
from plimsoll.compiler.governance.gate import Gate, Rendition
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.loading.objects import read_object
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.patching.dump import dump

GOLDEN = Path(__file__).parents[2] / "golden/enterprise/expected"
TRAINING, MONITOR = (
    (GOLDEN / f"workflowtemplate-{name}.yaml").read_bytes() for name in ("repayment-train", "repayment-online-monitor")
)
HERE = Span("specs.yaml", 1, 1, 2)
JOB = "kind: TrainJob\nspec: {runtimeRef: {kind: TrainingRuntime, name: r}, trainer: {image: 'quay.example.net/x:1'}}\n"


class Owner:
    """A spec that an object is rendered for."""

    spec: Any = type("Spec", (), {"key": "Model/repayment"})()
    span = HERE


def workflow(*templates: dict[str, Any]) -> bytes:
    return dump(
        {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "spec": {"templates": list(templates)}}
    ).encode()


def step(manifest: object = JOB, name: str = "go", **more: object) -> dict[str, Any]:
    return {"name": name, "resource": {"action": "create", "manifest": manifest, **more}}


def rendition(data: bytes, *before: bytes) -> Rendition:
    return Rendition("WorkflowTemplate", "repayment-train", Owner(), data, tuple(HERE for _ in before), before)


def created(data: bytes, *kinds: str) -> list[tuple[str, Any]]:
    found = created_by(rendition(data), kinds or ("TrainJob", "Workflow"))
    return [(one.kind, read_object(one.data)["spec"] if one.data else None) for one in found]


@pytest.fixture
def findings(estate: Callable[..., Project], catalogue: Catalogue) -> Callable[..., list[Finding]]:
    gate = Gate({"SUP-10": catalogue.rules["SUP-10"]}, lambda _: [], estate(), date(2027, 1, 1))
    return lambda *given: list(gate.findings("production", [rendition(*given)]))


def test_what_our_own_workflows_create_is_found() -> None:
    ((kind, spec),) = created(TRAINING)
    assert (kind, spec["trainer"]["numNodes"]) == ("TrainJob", 2)
    ((kind, spec),) = created(MONITOR)
    assert (kind, list(spec)) == ("Workflow", ["workflowTemplateRef", "arguments"])


def test_nothing_is_read_that_no_rule_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are thousands of monitors, and to read one takes milliseconds."""

    def unread(_: bytes) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("plimsoll.compiler.governance.created.read_object", unread)
    assert created(MONITOR, "TrainJob", "WorkflowTemplate") == []


@pytest.mark.parametrize(
    "template",
    [
        step(),
        {"name": "main", "dag": {"tasks": [{"name": "a", "inline": step()}]}},
        {"name": "main", "steps": [[{"name": "a", "inline": step()}]]},
        step('{"kind": "TrainJob", "spec": {"trainer": {"image": "quay.example.net/x:1"}}}'),
        step(action="patch"),
        step(action=["get"]),
    ],
    ids=["a template", "within a task", "within a step", "as JSON", "by a patch", "by what is no action"],
)
def test_it_is_found_wherever_it_stands(template: dict[str, Any], findings: Callable[..., list[Finding]]) -> None:
    (finding,) = findings(workflow(template))
    assert finding.message == "TrainJob/repayment-train: an image comes from another registry than registry.example.org"
    assert (finding.object, finding.failed) == ("Model/repayment", False)


@pytest.mark.parametrize("action", ["get", "delete"])
def test_a_step_that_makes_nothing_is_let_be(action: str, findings: Callable[..., list[Finding]]) -> None:
    assert findings(workflow(step(action=action))) == []


def test_of_two_templates_of_one_name_both_are_judged(findings: Callable[..., list[Finding]]) -> None:
    good = JOB.replace("quay.example.net", "registry.example.org")
    assert len(findings(workflow(step(), step(good)))) == len(findings(workflow(step(good), step()))) == 1


@pytest.mark.parametrize(
    "template",
    [
        step("{{inputs.parameters.job}}"),
        step("kind: {{inputs.parameters.kind}}\nspec: {}\n"),
        step('kind: "{{inputs.parameters.kind}}"\nspec: {}\n'),
        step(JOB + "---\n" + JOB),
        step("kind: [TrainJob"),
        step("a: &a [*a]\n"),
        step(JOB, manifestFrom={"artifact": {"name": "job"}}),
        step(None),
    ],
    ids=["a tag", "a bare kind", "a quoted kind", "two objects", "no YAML", "a circle", "an artifact", "nothing"],
)
def test_what_cannot_be_read_does_not_pass(template: dict[str, Any], findings: Callable[..., list[Finding]]) -> None:
    """A patch brought it; and were it a template's of ours, it would be the same."""
    (finding,) = findings(workflow(template), workflow())
    assert finding.failed
    assert "a step creates it from a manifest that is not one object of one kind" in finding.message


def test_a_finding_stands_at_the_patch_that_brought_it_about(
    estate: Callable[..., Project], catalogue: Catalogue
) -> None:
    gate = Gate({"SUP-10": catalogue.rules["SUP-10"]}, lambda _: [], estate(), date(2027, 1, 1))
    good = JOB.replace("quay.example.net", "registry.example.org")
    states = [workflow(), workflow(step(good)), workflow(step()), workflow(step(), step(good, "more"))]
    spans = tuple(Span("specs.yaml", line, 1, 2) for line in (11, 12, 13))
    one = Rendition("WorkflowTemplate", "repayment-train", Owner(), states[-1], spans, tuple(states[:-1]))
    (finding,) = gate.findings("production", [one])
    assert finding.span.line == 12
