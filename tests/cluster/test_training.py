"""The training workflow on Argo's controller, its steps run on this machine.

The small project trains once on the embedded runner and once on Argo, from the same release, data and trust; a golden
release's workflow is driven by a stand-in for its programs, to see what Argo does with each way a step can end.
"""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from api import Object
from cluster import Cluster
from executor import ARGO, Executor, Work, until_ended
from manifests import golden
from projects import parcels, plimsoll
from server import Server
from trained import AS_OF, SECONDS, Trained, applied

from plimsoll.runtime.runner import Mounts, load_workflow, plan_order
from plimsoll.runtime.runner.paths import in_sandbox
from plimsoll.runtime.runner.process import Exit
from plimsoll.runtime.runner.program import Program
from plimsoll.runtime.runner.record import RunRecord, read_record
from plimsoll.runtime.runner.workflow import LoadedWorkflow

PINNED = golden()["pinned"]
EXIT = "onExit"


def train(running: Cluster, folder: Path, executor: Executor, **parameters: str) -> Trained:
    """Apply a release in a namespace that admits only restricted pods, submit its training, and see it end."""
    objects = applied(running, folder, executor.namespace)
    (template,) = (
        o
        for o in objects
        if o["kind"] == "WorkflowTemplate" and o["metadata"]["labels"]["plimsoll.dev/workflow"].endswith("-train")
    )
    name = template["metadata"]["name"]
    given = [{"name": key.replace("_", "-"), "value": value} for key, value in parameters.items()]
    spec = {"workflowTemplateRef": {"name": name}, "arguments": {"parameters": given}}
    metadata = {"generateName": f"{name}-", "namespace": executor.namespace}
    with executor.at_work():
        workflow = running.admin.create({"apiVersion": ARGO, "kind": "Workflow", "metadata": metadata, "spec": spec})
        return Trained(until_ended(running.admin, workflow, SECONDS, executor), executor)


def tasks(workflow: LoadedWorkflow) -> set[str]:
    return {task.name for wave in plan_order(workflow) for task in wave}


def _time(node: Object, which: str) -> datetime:
    return datetime.fromisoformat(node[which])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return parcels(tmp_path_factory.mktemp("parcels"))


@pytest.fixture(scope="module")
def argo(running: Cluster, workflows: Server, project: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The small project's training on Argo, in a copy that the embedded runner has not touched."""
    copy = Path(shutil.copytree(project, tmp_path_factory.mktemp("argo") / "parcels", symlinks=True))
    workspace = copy / ".plimsoll"
    (workspace / "state/local").mkdir(parents=True, exist_ok=True)
    mounts = Mounts(workspace / "state/local", workspace / "data", workspace / "trust")
    executor = Executor(running, "training", mounts, copy / "argo")
    return train(running, copy / "release/local", executor, as_of=AS_OF)


@pytest.fixture(scope="module")
def embedded(project: Path, argo: Trained) -> RunRecord:
    """The same training on the embedded runner."""
    plimsoll(project, "run", "parcels-train", "--release", "release/local", "-p", f"as-of={AS_OF}", "--json")
    (record,) = (project / ".plimsoll/runner/runs").iterdir()
    return read_record(record)


def test_training_succeeds(argo: Trained) -> None:
    assert argo.phase == "Succeeded"
    assert {name: node["phase"] for name, node in argo.nodes.items()} == dict.fromkeys(argo.nodes, "Succeeded")


def test_argo_runs_the_planned_tasks_in_their_order(argo: Trained, project: Path) -> None:
    workflow = load_workflow(project / "release/local", "parcels-train")
    assert argo.nodes.keys() == {*tasks(workflow), EXIT}
    for wave in plan_order(workflow):
        for task in wave:
            began = _time(argo.nodes[task.name], "startedAt")
            assert all(_time(argo.nodes[need], "finishedAt") <= began for need in task.dependencies), task
    ends = [_time(argo.nodes[task], "finishedAt") for task in tasks(workflow)]
    assert max(ends) <= _time(argo.nodes[EXIT], "startedAt")


def test_both_engines_come_to_the_same_scores(argo: Trained, embedded: RunRecord, project: Path) -> None:
    """Byte for byte, the score of every example among them. A model's file tells times and addresses of its making."""
    assert embedded.status == "Succeeded"
    assert {node.replace("workflow.onExit", EXIT) for node in embedded.nodes} == argo.nodes.keys()
    runs = project / ".plimsoll/runner/runs" / embedded.name
    for task, artifact in (("retrieve", "dataset"), ("evaluate", "evaluation")):
        there, here = argo.output(task, artifact), runs / embedded.nodes[task].artifacts[artifact].path
        files = sorted(path.relative_to(here) for path in here.rglob("*") if path.is_file())
        assert files == sorted(path.relative_to(there) for path in there.rglob("*") if path.is_file())
        assert [f for f in files if (here / f).read_bytes() != (there / f).read_bytes()] == [], task


@dataclass
class Ending:
    """Stands in for a golden release's programs: leaves each output, and ends as it is told to."""

    step: str
    codes: list[int]
    """How the step's attempts end, one after the other; every other step ends well."""

    def __call__(self, work: Work, program: Program) -> Exit:
        outputs = work.declared["outputs"]
        paths = [p["valueFrom"]["path"] for p in outputs.get("parameters", ())]
        for path in (*paths, *(artifact["path"] for artifact in outputs.get("artifacts", ()))):
            in_sandbox(path, work.root).write_text("left")
        work.log.write_text(" ".join(program.arguments))
        return Exit(self.codes.pop(0) if self.step in program.arguments and self.codes else 0)


def end(running: Cluster, tmp_path: Path, step: str, *codes: int) -> Trained:
    folders = [tmp_path / name for name in ("state", "data", "trust")]
    for folder in folders:
        folder.mkdir()
    (tmp_path / "trust" / "trusted_root.json").write_text("{}")
    executor = Executor(running, tmp_path.name.replace("_", "-"), Mounts(*folders), tmp_path / "argo")
    executor.start = Ending(step, list(codes))
    return train(running, PINNED, executor)


def test_refused_input_is_not_tried_again(running: Cluster, workflows: Server, tmp_path: Path) -> None:
    argo = end(running, tmp_path, "validate", 10, 0)
    assert argo.phase == "Failed"
    assert [node["phase"] for node in argo.attempts("validate")] == ["Failed"]
    assert argo.nodes["validate"]["phase"] == "Failed"
    ran = {name for name, node in argo.nodes.items() if node["phase"] == "Succeeded"}
    assert ran == {"build-recency", "retrieve", EXIT}


def test_what_may_pass_is_tried_again_after_a_pause(running: Cluster, workflows: Server, tmp_path: Path) -> None:
    argo = end(running, tmp_path, "retrieve", 75, 0)
    assert argo.phase == "Succeeded"
    first, second = argo.attempts("retrieve")
    assert (first["phase"], second["phase"]) == ("Failed", "Succeeded")
    assert (_time(second, "startedAt") - _time(first, "finishedAt")).total_seconds() >= 30
    assert argo.nodes.keys() == {*tasks(load_workflow(PINNED, "churn-train")), EXIT}
