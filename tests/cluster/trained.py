"""A training on Argo's controller: where it is applied, and what it left when it has ended."""

import re
from dataclasses import dataclass
from pathlib import Path

from api import Object
from cluster import Cluster
from executor import Executor
from manifests import moved, release

AS_OF = "2026-05-25"
RESTRICTED = {"pod-security.kubernetes.io/enforce": "restricted"}
SECONDS = 900.0
"""The longest that a training may take, on a busy machine."""


@dataclass(frozen=True)
class Trained:
    """A workflow that has ended on Argo, and what was left."""

    workflow: Object
    executor: Executor

    @property
    def phase(self) -> str:
        """How the workflow ended; it is printed why, and how each node did."""
        status = self.workflow["status"]
        for node in (status, *status.get("nodes", {}).values()):
            print(node["phase"], node.get("name", ""), node.get("message", ""))
        return str(status["phase"])

    @property
    def nodes(self) -> dict[str, Object]:
        """The nodes of the tasks and of the exit handler, by name; a node's attempts are not among them."""
        return {name: node for name, node in self._short.items() if re.fullmatch(r"[\w-]+", name)}

    def attempts(self, task: str) -> list[Object]:
        """A task's pods, in the order in which they were tried."""
        pattern = re.compile(rf"{task}(\(\d+\))?")
        found = [name for name, node in self._short.items() if node["type"] == "Pod" and pattern.fullmatch(name)]
        return [self._short[name] for name in sorted(found)]

    @property
    def _short(self) -> dict[str, Object]:
        """All nodes below the workflow's own; that one is ``workflow(0)``, since the entrypoint is never retried."""
        own = re.compile(rf"{re.escape(self.workflow['metadata']['name'])}(\(0\))?\.")
        nodes = self.workflow["status"]["nodes"].values()
        return {own.sub("", n["name"], count=1): n for n in nodes if own.match(n["name"])}

    def output(self, task: str, name: str) -> Path:
        """Where a task's artifact is kept."""
        (node,) = (n for n in self.attempts(task) if n["phase"] == "Succeeded")
        (artifact,) = (a for a in node["outputs"]["artifacts"] if a["name"] == name)
        return self.executor.folder / "bucket" / str(artifact["s3"]["key"])


def applied(running: Cluster, folder: Path, namespace: str) -> list[Object]:
    """What of a release is about workflows, in a namespace that admits only restricted pods; no schedule is applied."""
    metadata: Object = {"name": namespace, "labels": RESTRICTED}
    running.admin.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, manager="install")
    objects = moved(release(folder), namespace)
    for content in objects:
        if content["kind"] != "CronWorkflow":
            running.admin.apply(content)
    return objects
