"""From a release folder to a workflow that is known to hold together."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.check import check_references
from plimsoll.runtime.runner.defaults import with_defaults
from plimsoll.runtime.runner.manifest import ConfigMap, Dag, Spec, Task, Template
from plimsoll.runtime.runner.workflow import LoadedWorkflow

WORKFLOW_KEY = "plimsoll.dev/workflow"
"""The label or annotation under which a WorkflowTemplate goes by a stable name, whatever its content hash."""

_KINDS = (b"WorkflowTemplate", b"ConfigMap")


@dataclass(frozen=True)
class _Object:
    file: Path
    content: Mapping[str, Any]

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.content.get("metadata") or {}

    @property
    def stable(self) -> list[str]:
        """The names that stay when the content changes."""
        named = ((self.metadata.get(kind) or {}).get(WORKFLOW_KEY) for kind in ("labels", "annotations"))
        return [one for one in named if one]

    @property
    def called(self) -> str:
        """What people call it."""
        own = str(self.metadata.get("name") or self.metadata.get("generateName", "")).rstrip("-")
        return next(iter(self.stable), own)

    def goes_by(self, name: str) -> bool:
        prefix = self.metadata.get("generateName", "").rstrip("-")
        whole = {self.metadata.get("name"), *self.stable}
        return name in whole or (prefix != "" and f"{name}-".startswith(f"{prefix}-"))


def load_workflow(release: Path, template: str) -> LoadedWorkflow:
    """Load the WorkflowTemplate that goes by a name, with the ConfigMaps that lie in the same release folder.

    It goes by its ``metadata.name``, by its label or annotation ``plimsoll.dev/workflow``, or by its ``generateName``.

    Raises:
        Refused: when there is none or more than one, when the manifest is malformed, when a task, template, parameter
            or artifact it refers to doesn't exist, or when tasks wait for each other in a circle.
        OSError: when the folder can't be read.
    """
    files = sorted(release.rglob("*.yaml")) + sorted(release.rglob("*.yml"))
    objects = tuple(found for file in files if (found := _read(file)) is not None)
    chosen = _choose(objects, release, template)
    workflow = LoadedWorkflow(
        name=chosen.metadata.get("name") or chosen.metadata["generateName"].rstrip("-"),
        source=chosen.file.relative_to(release),
        spec=_spec(chosen.content, chosen.file.relative_to(release)),
        config_maps={
            o.metadata["name"]: ConfigMap.model_validate(dict(o.content))
            for o in objects
            if o.content.get("kind") == "ConfigMap"
        },
    )
    check_references(workflow)
    return workflow


def _read(file: Path) -> _Object | None:
    """The object in a file; None, without parsing it, for a file that can hold neither of the two kinds."""
    text = file.read_bytes()
    if not any(kind in text for kind in _KINDS):
        return None
    try:
        content = YAML(typ="safe").load(text)
    except YAMLError as error:
        raise Refused("the release", str(file), f"it is no YAML: {error}") from None
    if not isinstance(content, dict):
        raise Refused("the release", str(file), "the file holds no Kubernetes object")
    return _Object(file, content)


def _choose(objects: tuple[_Object, ...], release: Path, template: str) -> _Object:
    templates = [o for o in objects if o.content.get("kind") == "WorkflowTemplate"]
    found = [o for o in templates if o.goes_by(template)]
    if len(found) == 1:
        return found[0]
    if found:
        files = ", ".join(str(o.file.relative_to(release)) for o in found)
        raise Refused(f"the workflow {template}", str(release), f"{len(found)} files go by that name: {files}")
    names = ", ".join(o.called for o in templates)
    mend = f"the WorkflowTemplates there are {names}" if names else "the folder holds no WorkflowTemplate"
    raise Refused(f"the workflow {template}", str(release), "no WorkflowTemplate goes by that name", mend)


def _spec(content: Mapping[str, Any], source: Path) -> Spec:
    raw = dict(content.get("spec") or {})
    defaults = raw.pop("templateDefaults", None) or {}
    raw["templates"] = [with_defaults(template, defaults) for template in raw.get("templates") or []]
    try:
        spec = Spec.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        route = ".".join(str(step) for step in ("spec", *first["loc"]))
        raise Refused("the WorkflowTemplate", f"{source}: {route}", first["msg"]) from None
    return spec.model_copy(update={"templates": tuple(_steps_as_dag(template) for template in spec.templates)})


def _steps_as_dag(template: Template) -> Template:
    """A ``steps`` template as the DAG in which each group waits for the group before it."""
    if template.steps is None:
        return template
    tasks: list[Task] = []
    before: tuple[str, ...] = ()
    for group in template.steps:
        tasks += [step.model_copy(update={"dependencies": before}) for step in group]
        before = tuple(step.name for step in group) or before
    return template.model_copy(update={"dag": Dag(tasks=tuple(tasks)), "steps": None})
