"""A workflow in pods: submitted, watched to its end, and asked what it left."""

import io
import json
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from api import Api, Object
from store import Store

ARGO = "argoproj.io/v1alpha1"
SECONDS = 1800.0
"""The longest that a training may take, on a busy machine."""
POLL_SECONDS = 1.0
_WORKFLOW = "workflows.argoproj.io/workflow"


@dataclass(frozen=True)
class Ended:
    """A workflow that has ended, and the pods that it ran in."""

    workflow: Object
    pods: list[Object]
    store: Store

    @property
    def phase(self) -> str:
        """How it ended."""
        return str(self.workflow["status"]["phase"])

    @property
    def steps(self) -> dict[str, Object]:
        """The nodes that are pods, by the name of their template or, where several are of one, of their task."""
        name = self.workflow["metadata"]["name"]
        nodes = (n for n in self.workflow["status"]["nodes"].values() if n["type"] == "Pod")
        return {n["name"].removeprefix(f"{name}(0).").removeprefix(f"{name}.").removesuffix("(0)"): n for n in nodes}

    def parameter(self, step: str, name: str) -> str:
        """The value of a step's output."""
        (found,) = (p for p in self.steps[step]["outputs"]["parameters"] if p["name"] == name)
        return str(found["value"])

    def artifact(self, step: str, name: str) -> dict[str, bytes]:
        """The files that a step left in the bucket, by path; one that is no folder has the empty path."""
        (found,) = (a for a in self.steps[step]["outputs"]["artifacts"] if a["name"] == name)
        content = self.store.content(str(found["s3"]["key"]))
        if "none" in found.get("archive", {}):
            return content
        with tarfile.open(fileobj=io.BytesIO(content[""])) as archive:
            files = {m.name: archive.extractfile(m) for m in archive.getmembers() if m.isfile()}
            return {path.partition("/")[2]: file.read() for path, file in files.items() if file is not None}


def submit(api: Api, template: Object, store: Store, logs: Path, **parameters: str) -> Ended:
    """Run a WorkflowTemplate to its end, and tell on the way how far it is.

    Raises:
        AssertionError: when it hasn't ended in time.
    """
    name, namespace = template["metadata"]["name"], template["metadata"]["namespace"]
    given = [{"name": key.replace("_", "-"), "value": value} for key, value in parameters.items()]
    spec = {"workflowTemplateRef": {"name": name}, "arguments": {"parameters": given}}
    metadata = {"generateName": f"{name}-", "namespace": namespace}
    workflow = api.create({"apiVersion": ARGO, "kind": "Workflow", "metadata": metadata, "spec": spec})
    until, told = time.monotonic() + SECONDS, dict[str, str]()
    while not (now := api.get(workflow)).get("status", {}).get("finishedAt"):
        _tell(now, told)
        assert time.monotonic() < until, f"it has not ended in {SECONDS:.0f} s\n{_pods(api, now, logs)}"
        time.sleep(POLL_SECONDS)
    _tell(now, told)
    if now["status"]["phase"] != "Succeeded":
        print(_pods(api, now, logs), flush=True)
    pods = api.list("v1", "Pod", namespace, labelSelector=f"{_WORKFLOW}={workflow['metadata']['name']}")
    return Ended(now, pods, store)


def _tell(workflow: Object, told: dict[str, str]) -> None:
    """Print what has changed of each pod's node since the last time."""
    for node in workflow.get("status", {}).get("nodes", {}).values():
        line = f"{node['phase']:10} {node['displayName']} {node.get('message', '')}".rstrip()
        if node["type"] == "Pod" and told.get(node["id"]) != line:
            told[node["id"]] = line
            print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


def _pods(api: Api, workflow: Object, logs: Path) -> str:
    """What can be known of pods that did not succeed: their state, and the end of each container's log."""
    lines = [f"{workflow['status'].get('phase')}: {workflow['status'].get('message')}"]
    metadata = workflow["metadata"]
    for pod in api.list("v1", "Pod", metadata["namespace"], labelSelector=f"{_WORKFLOW}={metadata['name']}"):
        status = pod.get("status", {})
        if status.get("phase") == "Succeeded":
            continue
        lines.append(f"{pod['metadata']['name']} {status.get('phase')} {status.get('message', '')}")
        lines += [json.dumps(one) for one in status.get("conditions", ()) if one["status"] != "True"]
        for one in (*status.get("initContainerStatuses", ()), *status.get("containerStatuses", ())):
            lines.append(f"  {one['name']} {json.dumps(one['state'])}")
        for log in sorted(logs.glob(f"*_{pod['metadata']['name']}_*/*/*.log")):
            lines += [
                f"  {log.parent.name}: {line[:300]}" for line in log.read_text(errors="replace").splitlines()[-40:]
            ]
    return "\n".join(lines)
