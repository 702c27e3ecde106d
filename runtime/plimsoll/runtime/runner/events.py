"""What happens in a run, as it happens, for whoever shows it."""

from dataclasses import dataclass
from datetime import datetime

from plimsoll.runtime.runner.conditions import Status


@dataclass(frozen=True)
class RunStarted:
    """A run began."""

    workflow: str
    uid: str
    at: datetime


@dataclass(frozen=True)
class StepStarted:
    """An attempt of a node began; ``attempt`` counts from 0."""

    node: str
    template: str
    attempt: int
    at: datetime


@dataclass(frozen=True)
class StepProgress:
    """A program reported that it has done ``done`` of ``total`` in the file named by ``ARGO_PROGRESS_FILE``."""

    node: str
    done: int
    total: int


@dataclass(frozen=True)
class StepRetried:
    """Attempt ``attempt`` ended badly and the next one begins after ``wait`` seconds."""

    node: str
    attempt: int
    wait: float
    message: str


@dataclass(frozen=True)
class StepFinished:
    """A node ended for good."""

    node: str
    template: str
    status: Status
    exit_code: int | None
    message: str
    seconds: float
    at: datetime


@dataclass(frozen=True)
class StepSkipped:
    """A task didn't run: Skipped by its ``when``, or Omitted since what it depends on ended otherwise."""

    node: str
    template: str
    status: Status
    reason: str


@dataclass(frozen=True)
class RunFinished:
    """A run ended, its exit handler included."""

    workflow: str
    status: Status
    message: str
    at: datetime


Event = RunStarted | StepStarted | StepProgress | StepRetried | StepFinished | StepSkipped | RunFinished
