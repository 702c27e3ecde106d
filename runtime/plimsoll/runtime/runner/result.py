"""How a node ended, and what it was called with."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from plimsoll.runtime.runner.conditions import Status
from plimsoll.runtime.runner.manifest import Template
from plimsoll.runtime.runner.record import ArtifactRecord, SubmittedRun


@dataclass(frozen=True)
class Result:
    """The end of a node or of one of its attempts, with what it left."""

    status: Status
    exit_code: int | None = None
    message: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, ArtifactRecord] = field(default_factory=dict)
    submitted: SubmittedRun | None = None

    @property
    def failed(self) -> bool:
        """Whether it ended badly."""
        return self.status in {"Failed", "Error"}


@dataclass(frozen=True)
class Call:
    """A template with everything it is given.

    ``variables`` are the ``workflow.`` references it may make, ``children`` the prefix of the names of a DAG's own
    tasks, ``deadline`` the moment on the event loop's clock at which the workflow's time is up.
    """

    node: str
    template: Template
    parameters: Mapping[str, str]
    variables: Mapping[str, str]
    children: str
    artifacts: Mapping[str, ArtifactRecord] = field(default_factory=dict)
    item: str | None = None
    throttle: asyncio.Semaphore | None = None
    deadline: float | None = None
