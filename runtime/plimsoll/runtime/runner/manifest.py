"""The part of an Argo WorkflowTemplate that the embedded runner honours, as typed values.

A key that stands in a manifest and not here is kept as an extra; ``unsupported`` names every one of them. The meaning
of the fields is that of Argo Workflows 4.1 (``io.argoproj.workflow.v1alpha1``) and of Kubernetes' core/v1.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel


def _as_text(value: object) -> object:
    """A scalar as Argo's AnyString reads it: ``true``, ``3`` and ``0.5`` are texts too."""
    return json.dumps(value) if isinstance(value, bool | int | float) else value


Text = Annotated[str, BeforeValidator(_as_text)]


class Manifest(BaseModel):
    """A part of a manifest, in Kubernetes' camelCase."""

    model_config = ConfigDict(frozen=True, extra="allow", alias_generator=to_camel, populate_by_name=True)


class ValueFrom(Manifest):
    """Where an output parameter's value comes from: a file, or for a DAG a task's own output parameter."""

    path: str | None = None
    parameter: str | None = None
    default: Text | None = None


class Parameter(Manifest):
    """A parameter of a workflow, a template's inputs or outputs, or a call's arguments."""

    name: str
    value: Text | None = None
    default: Text | None = None
    enum: tuple[Text, ...] | None = None
    value_from: ValueFrom | None = None

    @property
    def fallback(self) -> str | None:
        """What the parameter is when no caller gives it a value."""
        return self.value if self.value is not None else self.default


class Artifact(Manifest):
    """A file or folder that a task takes in."""

    name: str
    path: str | None = None
    origin: str | None = Field(default=None, alias="from")
    optional: bool = False
    mode: int | None = None


class OutputArtifact(Artifact):
    """A file or folder that a task leaves."""


class Inputs(Manifest):
    """What a template takes."""

    parameters: tuple[Parameter, ...] = ()
    artifacts: tuple[Artifact, ...] = ()


class Outputs(Manifest):
    """What a template leaves."""

    parameters: tuple[Parameter, ...] = ()
    artifacts: tuple[OutputArtifact, ...] = ()


class FieldRef(Manifest):
    """A field of the pod that a container is in."""

    api_version: str = "v1"
    field_path: str


class EnvSource(Manifest):
    """Where a variable's value is taken from."""

    field_ref: FieldRef | None = None


class EnvVar(Manifest):
    """An environment variable: a plain value, or the region of the node, in whose place this machine's is taken."""

    name: str
    value: Text = ""
    value_from: EnvSource | None = None


class VolumeMount(Manifest):
    """Where a volume, or the part of it below ``sub_path``, stands in the container."""

    name: str
    mount_path: str
    sub_path: str = ""
    read_only: bool = False


class Resources(Manifest):
    """Quantities by resource name, such as ``{"cpu": "500m"}``."""

    limits: dict[str, Text] = Field(default_factory=dict)
    requests: dict[str, Text] = Field(default_factory=dict)


class Container(Manifest):
    """The program of a template."""

    command: tuple[Text, ...] = ()
    args: tuple[Text, ...] = ()
    env: tuple[EnvVar, ...] = ()
    working_dir: str | None = None
    resources: Resources = Resources()
    volume_mounts: tuple[VolumeMount, ...] = ()


class ResourceAction(Manifest):
    """An object that a template creates: here a Workflow that refers to a WorkflowTemplate of the same release."""

    action: Literal["apply", "create"]
    manifest: str


class KeyToPath(Manifest):
    """A key of a ConfigMap or a Secret, and the file it becomes."""

    key: str
    path: str


class ConfigMapVolume(Manifest):
    """A ConfigMap as a folder with one file for each key, or for each of ``items``."""

    name: str
    items: tuple[KeyToPath, ...] | None = None
    optional: bool = False


class ClaimVolume(Manifest):
    """A PersistentVolumeClaim."""

    claim_name: str


class SecretVolume(Manifest):
    """A Secret as a folder with one file for each key, or for each of ``items``."""

    secret_name: str
    items: tuple[KeyToPath, ...] | None = None


class Volume(Manifest):
    """A volume of one of the four kinds that have a counterpart on one machine."""

    name: str
    config_map: ConfigMapVolume | None = None
    persistent_volume_claim: ClaimVolume | None = None
    secret: SecretVolume | None = None
    empty_dir: dict[str, Any] | None = None


class Backoff(Manifest):
    """How long to wait before the next attempt; durations are texts such as ``30s``, plain numbers are seconds."""

    duration: Text | None = None
    factor: float | None = None
    max_duration: Text | None = None
    cap: Text | None = None


class RetryStrategy(Manifest):
    """When a failed node is tried again; ``limit`` counts the attempts after the first, None means no limit."""

    limit: int | None = None
    retry_policy: Literal["Always", "OnFailure", "OnError"] | None = None
    expression: str | None = None
    backoff: Backoff | None = None


class ContinueOn(Manifest):
    """Which bad endings of a task count as good ones for its dependants."""

    error: bool = False
    failed: bool = False


class Sequence(Manifest):
    """Whole numbers to fan out over: from ``start``, ``count`` of them or up or down to and with ``end``."""

    count: Text | None = None
    start: Text | None = None
    end: Text | None = None
    format: str | None = None


class Task(Manifest):
    """A call of a template within a DAG, or within a group of steps."""

    name: str
    template: str | None = None
    dependencies: tuple[str, ...] = ()
    depends: str | None = None
    when: str | None = None
    arguments: Inputs = Inputs()
    with_items: tuple[Any, ...] | None = None
    with_param: Text | None = None
    with_sequence: Sequence | None = None
    continue_on: ContinueOn = ContinueOn()

    @property
    def fans_out(self) -> bool:
        """Whether the task is expanded into one task for each item."""
        return self.with_items is not None or self.with_param is not None or self.with_sequence is not None


class Dag(Manifest):
    """Tasks, and whether the first failure stops new ones from starting."""

    tasks: tuple[Task, ...]
    fail_fast: bool = True


class Template(Manifest):
    """A unit of a workflow: a container, a DAG, or steps (which ``load_workflow`` turns into a DAG)."""

    name: str
    inputs: Inputs = Inputs()
    outputs: Outputs = Outputs()
    container: Container | None = None
    resource: ResourceAction | None = None
    dag: Dag | None = None
    steps: tuple[tuple[Task, ...], ...] | None = None
    retry_strategy: RetryStrategy | None = None
    active_deadline_seconds: int | None = Field(default=None, gt=0)
    parallelism: int | None = Field(default=None, gt=0)
    volumes: tuple[Volume, ...] = ()


class Hook(Manifest):
    """A template that is called when the workflow has ended."""

    template: str
    arguments: Inputs = Inputs()


class WorkflowMetadata(Manifest):
    """The labels and annotations of every run."""

    labels: dict[str, Text] = Field(default_factory=dict)
    annotations: dict[str, Text] = Field(default_factory=dict)


class Spec(Manifest):
    """The spec of a WorkflowTemplate; ``templateDefaults`` are merged into ``templates`` already."""

    entrypoint: str
    arguments: Inputs = Inputs()
    templates: tuple[Template, ...]
    volumes: tuple[Volume, ...] = ()
    hooks: dict[str, Hook] = Field(default_factory=dict)
    on_exit: str | None = None
    active_deadline_seconds: int | None = Field(default=None, gt=0)
    parallelism: int | None = Field(default=None, gt=0)
    service_account_name: str = "default"
    workflow_metadata: WorkflowMetadata = WorkflowMetadata()

    @property
    def exit_handler(self) -> Hook | None:
        """What runs after the entrypoint, whatever became of it."""
        return self.hooks.get("exit") or (Hook(template=self.on_exit) if self.on_exit else None)


class ConfigMap(Manifest):
    """The contents of a ConfigMap; binary data are base64."""

    data: dict[str, str] = Field(default_factory=dict)
    binary_data: dict[str, str] = Field(default_factory=dict)
