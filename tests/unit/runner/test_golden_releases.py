"""What the golden releases ask for beyond one machine is named, or refused with its place."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import load_workflow, unsupported
from plimsoll.runtime.runner.manifest import RetryStrategy
from plimsoll.runtime.runner.result import Result
from plimsoll.runtime.runner.retry import Again, LastAttempt, after
from plimsoll.runtime.runner.unsupported import refuse_unsupported

GOLDEN = Path(__file__).parents[2] / "golden"


def test_training_on_several_machines_is_refused_with_its_place() -> None:
    with pytest.raises(Refused, match="Kubeflow Trainer") as refused:
        load_workflow(GOLDEN / "enterprise" / "expected", "repayment-train")
    assert "templates.train-job.resource.manifest" in str(refused.value)
    assert "run the workflow on Argo" in str(refused.value)


@pytest.mark.parametrize(
    ("case", "workflow", "ignored"),
    [
        ("gpu", "pump-wear-train", "spec.templates.train.synchronization"),
        ("gpu", "pump-wear-nightly-score", "spec.templates.score.synchronization"),
        ("enterprise", "repayment-online-monitor", "spec.artifactRepositoryRef"),
        ("enterprise", "repayment-online-monitor", "spec.metrics"),
        ("enterprise", "repayment-online-monitor", "spec.templates.monitor.outputs.artifacts.report.s3"),
    ],
)
def test_what_has_no_effect_on_one_machine_is_named(case: str, workflow: str, ignored: str) -> None:
    loaded = load_workflow(GOLDEN / case / "expected", workflow)
    refuse_unsupported(loaded)
    assert ignored in {part.place for part in unsupported(loaded)}


def test_a_step_that_ran_for_hours_is_tried_again_with_all_its_time() -> None:
    """``maxDuration`` counts from when the first attempt began, and Argo ends the next by it: it bounds the work."""
    seen = 0
    for path in GOLDEN.glob("*/expected/**/workflowtemplate-*.yaml"):
        spec = YAML(typ="safe").load(path)["spec"]
        templates = [one for one in spec["templates"] if "container" in one]
        for given in (spec["templateDefaults"], *templates):
            strategy = RetryStrategy.model_validate(given.get("retryStrategy", {"limit": 0}))
            last = LastAttempt(0, Result("Error"), lasted=36_000, since_first=36_000)
            if strategy.limit:
                assert after(strategy, last, str(path)) == Again(30.0)
                assert strategy.backoff is not None
                assert strategy.backoff.max_duration is None
                seen += 1
    assert seen >= 20


def test_a_pending_timeout_is_named_and_the_program_runs(bench) -> None:  # type: ignore[no-untyped-def]
    workflow = bench.load([{"name": "main", "container": {"command": ["true"]}, "pendingTimeout": "5s"}])
    assert "spec.templates.main.pendingTimeout" in {part.place for part in unsupported(workflow)}
    assert bench.run(workflow).status == "Succeeded"


def test_a_step_that_applies_something_is_refused_with_its_place(bench) -> None:  # type: ignore[no-untyped-def]
    manifest = "kind: Workflow\nmetadata: {name: w}\nspec: {workflowTemplateRef: {name: other}}"
    with pytest.raises(Refused, match="applies nothing") as refused:
        bench.load([{"name": "main", "resource": {"action": "apply", "manifest": manifest}}])
    assert "templates.main.resource.manifest" in str(refused.value)
