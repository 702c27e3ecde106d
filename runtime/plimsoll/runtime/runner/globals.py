"""The ``{{workflow.…}}`` variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from plimsoll.runtime.runner.workflow import LoadedWorkflow

NAMESPACE = "embedded"
"""What ``{{workflow.namespace}}`` is where there is no cluster."""

EXIT_ONLY = frozenset({"workflow.status", "workflow.failures", "workflow.duration"})
"""Known once the entrypoint has ended, so for the exit handler alone."""

_MOMENTS = MappingProxyType({"Y": "%Y", "y": "%y", "m": "%m", "d": "%d", "H": "%H", "M": "%M", "S": "%S"})


@dataclass(frozen=True)
class Run:
    """What tells one run of a workflow from another."""

    name: str
    uid: str
    created: datetime


def utc_now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """A moment as Kubernetes writes it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def workflow_variables(workflow: LoadedWorkflow, run: Run, parameters: Mapping[str, str]) -> dict[str, str]:
    """The values of the ``workflow.`` references that every template may make."""
    created = run.created.astimezone(UTC)
    listed = [{"name": name, "value": value} for name, value in parameters.items()]
    metadata = workflow.spec.workflow_metadata
    return {
        "workflow.name": run.name,
        "workflow.uid": run.uid,
        "workflow.namespace": NAMESPACE,
        "workflow.mainEntrypoint": workflow.spec.entrypoint,
        "workflow.serviceAccountName": workflow.spec.service_account_name,
        "workflow.parameters": json.dumps(listed),
        "workflow.creationTimestamp": rfc3339(created),
        "workflow.creationTimestamp.RFC3339": rfc3339(created),
        "workflow.creationTimestamp.s": str(int(created.timestamp())),
        **{f"workflow.creationTimestamp.{key}": created.strftime(form) for key, form in _MOMENTS.items()},
        **{f"workflow.parameters.{name}": value for name, value in parameters.items()},
        **{f"workflow.labels.{name}": value for name, value in metadata.labels.items()},
        **{f"workflow.annotations.{name}": value for name, value in metadata.annotations.items()},
    }


def known_variables(workflow: LoadedWorkflow) -> frozenset[str]:
    """The names of ``workflow_variables``, for whatever run."""
    someday = Run("", "", datetime.fromtimestamp(0, UTC))
    named = {parameter.name: "" for parameter in workflow.spec.arguments.parameters}
    return frozenset(workflow_variables(workflow, someday, named))
