"""What a container template refers to: tags, files and volumes."""

from collections.abc import Iterator

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.check_names import refuse_unknown
from plimsoll.runtime.runner.manifest import Container, Template
from plimsoll.runtime.runner.paths import is_mounted
from plimsoll.runtime.runner.substitution import tags
from plimsoll.runtime.runner.workflow import LoadedWorkflow

SELF_REFERENCES = frozenset({"pod.name", "node.name", "retries"})
"""What a container may say of its own attempt."""


def file_references(template: Template) -> dict[str, str]:
    """The references to a template's own files: ``{{inputs.artifacts.model.path}}`` and the like, with the paths."""
    return {
        **{f"inputs.artifacts.{a.name}.path": a.path for a in template.inputs.artifacts if a.path},
        **{f"outputs.artifacts.{a.name}.path": a.path for a in template.outputs.artifacts if a.path},
        **{
            f"outputs.parameters.{p.name}.path": p.value_from.path
            for p in template.outputs.parameters
            if p.value_from and p.value_from.path
        },
    }


def check_container(workflow: LoadedWorkflow, template: Template, known: frozenset[str]) -> None:
    """Refuse a container template that refers to what isn't there.

    Raises:
        Refused: naming the reference, the volume, the ConfigMap, or the file without a path.
    """
    if template.container is None:
        raise AssertionError("only container templates are checked here")
    where = workflow.where("templates", template.name)
    known |= frozenset(file_references(template)) | SELF_REFERENCES
    for route, text in _texts(template.container):
        refuse_unknown(tags(text), known, f"{where}.container.{route}")
    if not template.container.command:
        raise Refused("the container", f"{where}.container", "it has no command", "name one; no image is at hand here")
    _check_files(template, where)
    _check_volumes(workflow, template, where)


def _texts(container: Container) -> Iterator[tuple[str, str]]:
    yield from (("command", text) for text in container.command)
    yield from (("args", text) for text in container.args)
    yield from ((f"env.{variable.name}", variable.value) for variable in container.env)
    yield ("workingDir", container.working_dir or "")


def _check_files(template: Template, where: str) -> None:
    for kind, artifacts in (("inputs", template.inputs.artifacts), ("outputs", template.outputs.artifacts)):
        for artifact in artifacts:
            if artifact.path is None or not is_mounted(artifact.path):
                raise Refused(
                    f"the artifact {artifact.name}", f"{where}.{kind}.artifacts", "it has no path below /plimsoll"
                )
    for parameter in template.outputs.parameters:
        path = parameter.value_from.path if parameter.value_from else None
        if path is None or not is_mounted(path):
            raise Refused(
                f"the parameter {parameter.name}",
                f"{where}.outputs.parameters",
                "it has no valueFrom.path below /plimsoll",
            )


def _check_volumes(workflow: LoadedWorkflow, template: Template, where: str) -> None:
    volumes = {volume.name: volume for volume in (*workflow.spec.volumes, *template.volumes)}
    for mount in template.container.volume_mounts if template.container else ():
        if mount.name not in volumes:
            raise Refused(f"the volume {mount.name}", f"{where}.container.volumeMounts", "it isn't declared")
        if ".." in mount.sub_path.split("/"):
            raise Refused(
                f"the subPath {mount.sub_path}", f"{where}.container.volumeMounts", "it leads out of the volume"
            )
        source = volumes[mount.name].config_map
        if source is not None and source.name not in workflow.config_maps and not source.optional:
            raise Refused(
                f"the ConfigMap {source.name}", f"{where}.container.volumeMounts", "the release folder holds none such"
            )
