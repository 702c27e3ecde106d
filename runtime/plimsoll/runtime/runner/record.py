"""The record of a run: what ran, how it ended, and what it left. One JSON file, ``run.json``, in the run folder."""

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from plimsoll.contract.requests import Digest
from plimsoll.runtime.runner.conditions import Status

RECORD_FILE = "run.json"


class Record(BaseModel):
    """A part of the record."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ArtifactRecord(Record):
    """A stored artifact.

    ``path`` is relative to the run folder. ``files`` maps each file's POSIX path below it to its digest; for a single
    file the one key is empty. Law: ``digest`` is ``digests.of_file`` or ``digests.of_folder`` of what lies at ``path``.
    """

    path: str
    kind: Literal["file", "folder"]
    digest: Digest
    bytes: int
    files: dict[str, Digest]


class AttemptRecord(Record):
    """One attempt of a node; ``log`` is relative to the run folder."""

    number: int
    status: Status
    started: datetime
    finished: datetime | None = None
    exit_code: int | None = None
    message: str = ""
    log: str | None = None


class SubmittedRun(Record):
    """A run that a node asked for: which WorkflowTemplate, with which parameters."""

    workflow: str
    parameters: dict[str, str]


class NodeRecord(Record):
    """A task, an item of a task that fanned out, or the exit handler.

    ``name`` is the task's; below a nested DAG ``outer/inner``, for item 2 of a fan-out ``task.2`` with the item's text
    in ``item``, in a later attempt of a DAG ``dag.retry-1/inner``. The exit handler is ``workflow.onExit``.
    """

    name: str
    template: str
    status: Status
    started: datetime | None = None
    finished: datetime | None = None
    exit_code: int | None = None
    message: str = ""
    item: str | None = None
    inputs: dict[str, str] = {}
    parameters: dict[str, str] = {}
    artifacts: dict[str, ArtifactRecord] = {}
    submitted: SubmittedRun | None = None
    attempts: tuple[AttemptRecord, ...] = ()


class RunRecord(Record):
    """A run of a workflow: ``name`` is the run's own and its folder's, ``workflow`` the WorkflowTemplate's."""

    version: Literal[1] = 1
    workflow: str
    name: str
    uid: str
    parameters: dict[str, str]
    status: Status
    started: datetime
    finished: datetime | None = None
    message: str = ""
    nodes: dict[str, NodeRecord] = {}


def run_folder(workdir: Path, name: str) -> Path:
    """Where a run keeps its record, logs and artifacts."""
    return workdir / "runs" / name


def read_record(folder: Path) -> RunRecord:
    """Read the record of a run folder.

    Raises:
        OSError: when there is none.
        pydantic.ValidationError: when it isn't a record of this version.
    """
    return RunRecord.model_validate_json((folder / RECORD_FILE).read_bytes())
