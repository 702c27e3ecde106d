"""A compiled server as programs of this machine: the same init container, the same server, the same request."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML

from plimsoll.contract import exit_codes
from plimsoll.contract.places import Places
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ServingRequest, read_request
from plimsoll.contract.servers import pod_template, server_file
from plimsoll.runtime.runner.manifest import ConfigMap, Spec, Template
from plimsoll.runtime.runner.program import Program, program_of
from plimsoll.runtime.runner.sandbox import Mounts, lay_volumes
from plimsoll.runtime.runner.workflow import LoadedWorkflow

STOP_SECONDS = 20.0
"""How long a server may take to flush and end after it was told to stop."""


@dataclass(frozen=True)
class Pod:
    """The containers of a server's pod, with the volumes that they mount."""

    volumes: LoadedWorkflow
    init: tuple[Template, ...]
    server: Template


def load_pod(release: Path, deployment: str) -> Pod:
    """Read a deployment's server out of a release folder, whichever engine is to run it.

    Raises:
        Refused: when it is not there, most often because no version is pinned yet, or is not as the compiler writes it.
    """
    found_in = server_file([file.name for file in release.glob("*.yaml")], deployment)
    if found_in is None:
        mend = "train, promote and compile first; `plimsoll plan` says what is pinned"
        if (release / f"workflowtemplate-{deployment}-score.yaml").is_file():
            mend = f"it scores batches and has none: plimsoll run {deployment}-score"
        raise Refused(f"Deployment/{deployment}", str(release), "the release holds no such server", mend)
    path = release / found_in
    try:
        pod = pod_template(_read(path))["spec"]
        spec = Spec.model_validate({"entrypoint": "serve", "templates": [], "volumes": pod.get("volumes", [])})
        found = [_read(file) for file in sorted(release.glob("configmap-*.yaml"))]
        maps = {content["metadata"]["name"]: ConfigMap.model_validate(content) for content in found}
        init = tuple(_template(container) for container in pod.get("initContainers", []))
        server = _template(pod["containers"][0])
    except (ValidationError, KeyError, IndexError) as error:
        raise Refused(f"Deployment/{deployment}", str(path), str(error), "compile the release again") from error
    volumes = LoadedWorkflow(deployment, path.relative_to(release), spec, maps)
    return Pod(volumes, init, server)


def _read(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _template(container: dict[str, Any]) -> Template:
    kept = ("image", "command", "args", "env", "workingDir", "resources", "volumeMounts")
    body = {key: container[key] for key in kept if key in container}
    return Template.model_validate({"name": container["name"], "container": body})


def prepare(pod: Pod, mounts: Mounts, folder: Path) -> ServingRequest:
    """Run the init containers to their end, and return what the server will serve.

    Raises:
        Refused: when one of them fails, with what it said.
    """
    for template in pod.init:
        program = _program(pod, template, mounts, folder / template.name)
        ended = subprocess.run(
            program.arguments,
            cwd=program.folder,
            env=program.environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if ended.returncode != exit_codes.CLEAN:
            said = (ended.stderr or ended.stdout).strip()
            raise Refused("server", template.name, said, "the server was not started")
    server = _program(pod, pod.server, mounts, folder / pod.server.name)
    request = read_request(Places(folder / pod.server.name / "root").request)
    if not isinstance(request, ServingRequest):
        raise Refused("server", str(server.folder), "the request that is mounted is not for serving")
    return request


@contextmanager
def running(pod: Pod, folder: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The server of a prepared pod as a process, its output in ``server.log``, stopped in order at the end.

    Args:
        pod: the pod.
        folder: where it was prepared.
        more: arguments that are added to the container's own.
    """
    root = folder / pod.server.name / "root"
    program = _command(pod, pod.server, root, more)
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            program.arguments, cwd=root, env=program.environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _program(pod: Pod, template: Template, mounts: Mounts, folder: Path) -> Program:
    root = folder / "root"
    (folder / "home").mkdir(parents=True)
    lay_volumes(pod.volumes, template, mounts, root)
    return _command(pod, template, root, ())


def _command(pod: Pod, template: Template, root: Path, more: Sequence[str]) -> Program:
    assert template.container is not None
    where = pod.volumes.where("containers", template.name)
    program = program_of(template.container, {}, root, root.parent / "progress", where)
    return replace(program, arguments=(*program.arguments, *more))
