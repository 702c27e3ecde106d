"""Does what a kubelet and Argo's executor do for a pod, on this machine: runs its program, reports how it ended.

Everything that decides what runs when, with which values, and whether again, is left to Argo's controller. The folder
in which a program finds its inputs is laid out by the embedded runner's own functions, from what the pod says.
"""

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api import Api, Object, reference
from cluster import Cluster

from plimsoll.runtime.runner.artifacts import lay, store
from plimsoll.runtime.runner.manifest import ConfigMap, Container, Spec, Template, Volume
from plimsoll.runtime.runner.paths import in_sandbox
from plimsoll.runtime.runner.process import Exit, run_program
from plimsoll.runtime.runner.program import Program, program_of
from plimsoll.runtime.runner.record import ArtifactRecord
from plimsoll.runtime.runner.sandbox import Mounts, lay_volumes
from plimsoll.runtime.runner.workflow import LoadedWorkflow

POLL_SECONDS = 0.2
PROGRAMS = 2
"""How many run at once."""
ARGO = "argoproj.io/v1alpha1"
_WORKFLOW = "workflows.argoproj.io/workflow"
_REPORTED = "workflows.argoproj.io/report-outputs-completed"
_NODE = "workflows.argoproj.io/node-id"
_OWN_VOLUMES = frozenset({"input-artifacts", "var-run-argo"})
"""What Argo adds to a pod, to pass artifacts and its own program in."""


@dataclass
class Executor:
    """Runs the pods of one namespace, each once."""

    cluster: Cluster
    namespace: str
    mounts: Mounts
    folder: Path
    artifacts: dict[str, ArtifactRecord] = field(default_factory=dict)
    """What stands for the bucket: what each key holds."""
    broken: list[BaseException] = field(default_factory=list)
    """What went wrong in the executor itself."""
    start: "Callable[[Work, Program], Exit]" = field(default=lambda work, program: work.run(program))
    """Runs the program of a pod: for real, unless a test puts something in its place."""

    @contextmanager
    def at_work(self) -> Iterator["Executor"]:
        """Run pods as they appear, until the context ends."""
        ended = threading.Event()
        with ThreadPoolExecutor(PROGRAMS + 1) as pool:
            pool.submit(self._watch, pool, ended)
            try:
                yield self
            finally:
                ended.set()

    def _watch(self, pool: ThreadPoolExecutor, ended: threading.Event) -> None:
        seen: set[str] = set()
        while not ended.wait(POLL_SECONDS):
            with self._noting():
                for pod in self.cluster.admin.list("v1", "Pod", self.namespace, labelSelector=_WORKFLOW):
                    if pod["metadata"]["uid"] not in seen:
                        seen.add(pod["metadata"]["uid"])
                        pool.submit(self._run_noted, pod)

    def _run_noted(self, pod: Object) -> None:
        with self._noting():
            self._run(pod)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except BaseException as error:
            self.broken.append(error)
            raise

    def _run(self, pod: Object) -> None:
        """Run a pod to its end. What it reports, it reports with the rights of the pod's own account."""
        work = Work(pod, self.folder / "pods" / pod["metadata"]["name"])
        account = self.cluster.account(self.namespace, pod["spec"]["serviceAccountName"])
        began = _now()
        self._say(pod, "Running", {"running": {"startedAt": began}}, began)
        report = account.create(work.report())
        program = self._prepare(work)
        ended = self.start(work, program)
        outputs, problem = self._collect(work)
        account.merge(report, {"outputs": outputs})
        account.merge(report, {"metadata": {"labels": {_REPORTED: "true"}}})
        self._end(pod, ended, problem, began)

    def _prepare(self, work: "Work") -> Program:
        (work.folder / "home").mkdir(parents=True)
        template = work.template
        loaded = LoadedWorkflow(
            name=work.name,
            source=Path(work.name),
            spec=Spec(entrypoint=template.name, templates=(template,)),
            config_maps={
                volume.config_map.name: ConfigMap.model_validate(
                    self.cluster.admin.get(reference("v1", "ConfigMap", self.namespace, volume.config_map.name))
                )
                for volume in template.volumes
                if volume.config_map is not None
            },
        )
        lay_volumes(loaded, template, self.mounts, work.root)
        for artifact in work.declared["inputs"].get("artifacts", ()):
            record = self.artifacts[artifact["s3"]["key"]]
            lay(record, self.folder / "bucket", in_sandbox(artifact["path"], work.root), artifact["name"])
        assert template.container is not None
        return program_of(template.container, {}, work.root, work.folder / "progress", work.name)

    def _collect(self, work: "Work") -> tuple[Object, str]:
        """The template's outputs with what the program left of them; and what it should have left, and didn't."""
        outputs, problem = work.declared["outputs"], ""
        parameters, artifacts = [], []
        for parameter in outputs.get("parameters", ()):
            file = in_sandbox(parameter["valueFrom"]["path"], work.root)
            if file.is_file():
                parameters.append({**parameter, "value": file.read_text().removesuffix("\n")})
            else:
                problem = problem or f"no file for the parameter {parameter['name']}"
        for artifact in outputs.get("artifacts", ()):
            origin = in_sandbox(artifact["path"], work.root)
            if origin.exists():
                artifacts.append(self._store(work, artifact, origin))
            elif not artifact.get("optional"):
                problem = problem or f"no file for the artifact {artifact['name']}"
        if work.declared.get("archiveLocation", {}).get("archiveLogs"):
            artifacts.append(self._store(work, {"name": "main-logs"}, work.log))
        return {"parameters": parameters, "artifacts": artifacts}, problem

    def _store(self, work: "Work", artifact: Object, origin: Path) -> Object:
        key = f"{work.declared['archiveLocation']['s3']['key']}/{artifact['name']}"
        self.artifacts[key] = store(origin, work.root, self.folder / "bucket", key, artifact["name"])
        return {**artifact, "s3": {"key": key}}

    def _end(self, pod: Object, ended: Exit, problem: str, began: str) -> None:
        code = ended.code or (64 if problem else 0)
        state = {"terminated": {"exitCode": code, "startedAt": began, "finishedAt": _now(), "message": problem}}
        self._say(pod, "Failed" if code else "Succeeded", state, began)

    def _say(self, pod: Object, phase: str, main: Object, began: str) -> None:
        """Write a pod's status, as a kubelet would. The containers of Argo's own end well."""
        done = {"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": began, "finishedAt": _now()}}
        waiting = {"running": {"startedAt": began}} if phase == "Running" else done
        status = {
            "phase": phase,
            "startTime": began,
            "initContainerStatuses": [_status(c, done) for c in pod["spec"].get("initContainers", ())],
            "containerStatuses": [
                _status(c, main if c["name"] == "main" else waiting) for c in pod["spec"]["containers"]
            ],
        }
        self.cluster.admin.merge(pod, {"status": status}, "status")


class Work:
    """A pod, and the folder in which it is run."""

    def __init__(self, pod: Object, folder: Path) -> None:
        self.pod, self.folder = pod, folder
        self.name: str = pod["metadata"]["name"]
        self.root, self.log = folder / "root", folder / "log.txt"
        self.seconds: float | None = pod["spec"].get("activeDeadlineSeconds")
        containers = [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]
        variables = {v["name"]: v.get("value", "") for c in containers for v in c.get("env", ())}
        self.declared: Object = {"inputs": {}, "outputs": {}, **json.loads(variables["ARGO_TEMPLATE"])}

    def run(self, program: Program) -> Exit:
        """Run the pod's program as a process group, its output going to the log."""
        return asyncio.run(run_program(program, self.log, self.folder / "progress", self.seconds, lambda *_: None))

    @property
    def template(self) -> Template:
        """The pod's main container as the embedded runner knows one, with Argo's own additions left out."""
        (main,) = (c for c in self.pod["spec"]["containers"] if c["name"] == "main")
        command: list[str] = main["command"]
        content = {
            **main,
            "command": command[command.index("--") + 1 :],
            "env": [v for v in main.get("env", ()) if not v["name"].startswith("ARGO_")],
            "volumeMounts": [m for m in main["volumeMounts"] if m["name"] not in _OWN_VOLUMES],
        }
        volumes = [Volume.model_validate(volume) for volume in self.pod["spec"]["volumes"]]
        return Template(name=self.name, container=Container.model_validate(content), volumes=tuple(volumes))

    def report(self) -> Object:
        """The task result with which Argo's executor begins: it is there, and not yet complete."""
        metadata = self.pod["metadata"]
        workflow = metadata["labels"][_WORKFLOW]
        return {
            "apiVersion": ARGO,
            "kind": "WorkflowTaskResult",
            "metadata": {
                "name": metadata["annotations"][_NODE],
                "namespace": metadata["namespace"],
                "labels": {_WORKFLOW: workflow, _REPORTED: "false"},
                "ownerReferences": metadata["ownerReferences"],
            },
        }


def _status(container: Object, state: Object) -> Object:
    own = {"name": container["name"], "image": container["image"], "imageID": "", "restartCount": 0}
    return {**own, "ready": "running" in state, "started": True, "state": state}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def until_ended(api: Api, workflow: Object, seconds: float, executor: Executor) -> Object:
    """The workflow once it has ended.

    Raises:
        AssertionError: when it hasn't in time; it says where it stands.
    """
    until = time.monotonic() + seconds
    while True:
        now = api.get(workflow)
        status: dict[str, Any] = now.get("status", {})
        if status.get("finishedAt"):
            return now
        assert not executor.broken, executor.broken
        nodes = {n["displayName"]: f"{n['phase']} {n.get('message', '')}" for n in status.get("nodes", {}).values()}
        assert time.monotonic() < until, f"{status.get('phase')} {status.get('message')}\n{json.dumps(nodes, indent=1)}"
        time.sleep(POLL_SECONDS)
