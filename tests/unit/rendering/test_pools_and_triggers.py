"""How many trainings fit, what starts one, and what of it stays away where it has no meaning."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.pools import pool_sizes
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.rendering.triggers import _exactly

GOLDEN = Path(__file__).parents[2] / "golden"
Checking = Callable[[Path], CheckedProject]


def changed(specs: Path, name: str, *changes: tuple[str, str]) -> None:
    text = (specs / name).read_text()
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (specs / name).write_text(text)


def objects(release: Release, kind: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(data) for name, data in release.files.items() if name.startswith(f"{kind}-")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], 2),  # eight in the quota, four for the training
        ([("count: 4, type", "count: 3, type")], 2),
        ([("count: 4, type", "count: 8, type")], 1),
        ([("timeout: 12h", "distributed: {nodes: 2}\n    timeout: 12h")], 1),
        ([("  online: {}", "  online: {}\n  resources: {gpu: {count: 2, type: h100}}")], 1),  # a server holds two
        ([("count: 8}", "count: 2}")], 1),  # never none: a queue must not hide what does not fit
    ],
)
def test_as_many_fit_as_the_quota_has_room_for(
    gpu_specs: Path, checking: Checking, changes: list[tuple[str, str]], expected: int
) -> None:
    changed(gpu_specs, "specs.yaml", *changes)
    assert pool_sizes(checking(gpu_specs).project, "lab") == {"h100": expected}


def test_the_steps_that_hold_a_gpu_wait_for_its_pool_and_no_others(gpu_specs: Path, checking: Checking) -> None:
    release = render(checking(gpu_specs), "lab").value
    assert release is not None
    (pool,) = (one for one in objects(release, "configmap") if one["metadata"]["name"] == "plimsoll-gpu-pools")
    for workflow in objects(release, "workflowtemplate"):
        for template in workflow["spec"]["templates"]:
            container = template.get("container", {})
            has_gpu = "nvidia.com/gpu" in container.get("resources", {}).get("limits", {})
            locks = template.get("synchronization", {}).get("semaphores", [])
            assert [lock["configMapKeyRef"]["key"] for lock in locks] == (["h100"] if has_gpu else [])
            assert all(lock["configMapKeyRef"]["key"] in pool["data"] for lock in locks)


@pytest.mark.parametrize("argo", ["4.0", "4.1"])
def test_a_pending_timeout_is_rendered_for_a_controller_that_knows_it(
    gpu_specs: Path, checking: Checking, argo: str
) -> None:
    changed(gpu_specs, "specs.yaml", ("  quota:", f'  platform: {{argo: "{argo}"}}\n  quota:'))
    release = render(checking(gpu_specs), "lab").value
    assert release is not None
    (workflow,) = (one for one in objects(release, "workflowtemplate") if "pump-wear-train" in one["metadata"]["name"])
    waits = {t["name"]: t["pendingTimeout"] for t in workflow["spec"]["templates"] if "pendingTimeout" in t}
    assert waits == ({"train": "43200s"} if argo == "4.1" else {})


def test_a_watcher_that_is_lost_finds_the_job_that_it_had_begun() -> None:
    """What is tried again is the watching: the job goes on, and two of them would write to one folder."""
    folder = GOLDEN / "enterprise" / "expected"
    spec = yaml.safe_load((folder / "workflowtemplate-repayment-train.yaml").read_bytes())["spec"]
    (step,) = (one for one in spec["templates"] if "TrainJob" in one.get("resource", {}).get("manifest", ""))
    assert step["retryStrategy"]["expression"] == "lastRetry.status == 'Error'"
    assert step["resource"]["action"] == "apply"
    metadata = yaml.safe_load(step["resource"]["manifest"])["metadata"]
    assert metadata["name"] == "t-{{workflow.uid}}"
    assert "generateName" not in metadata
    (rule,) = (
        one
        for one in yaml.safe_load((folder / "role-repayment-train.yaml").read_bytes())["rules"]
        if one["resources"] == ["trainjobs"]
    )
    assert set(rule["verbs"]) == {"create", "get", "patch"}


def test_an_alarm_of_a_deployment_that_is_elsewhere_starts_nothing(tmp_path: Path, checking: Checking) -> None:
    specs = tmp_path / "specs"
    specs.mkdir()
    for file in (GOLDEN / "enterprise" / "specs").glob("*.yaml"):
        (specs / file.name).write_text(file.read_text())
    (specs / "code").mkdir()
    (specs / "code" / "train.sh").write_text("true\n")
    elsewhere = (specs / "environment.yaml").read_text().replace("name: group,", "name: branch,")
    (specs / "branch.yaml").write_text(elsewhere.replace("namespace: credit", "namespace: branch"))
    nightly = """apiVersion: plimsoll.dev/v1
kind: Deployment
metadata: {name: repayment-nightly}
spec:
  model: repayment
  batch: {schedule: {cron: "0 3 * * *"}}
  environments: {branch: {}}
"""
    (specs / "nightly.yaml").write_text(nightly)
    release = render(checking(specs), "branch").value
    assert release is not None
    (sensor,) = objects(release, "sensor")
    events = [one["eventName"] for one in sensor["spec"]["dependencies"]]
    assert events == ["data-loans", "registry", "timer-repayment-3"]
    (source,) = objects(release, "eventsource")
    assert sorted(source["spec"]["webhook"]) == ["data-loans", "registry"]


@pytest.mark.parametrize("text", ["a.b", "x^y$", "m[0]", "a|b", "(a)", "a\\b", "plain-name", "a+b*c?{d}"])
def test_a_filter_takes_a_text_for_itself_alone(text: str) -> None:
    pattern = re.compile(_exactly(text))
    assert pattern.search(text)
    assert not pattern.search(f"{text}x")
    assert not pattern.search(text.replace(".", "-") if "." in text else f"x{text}")
