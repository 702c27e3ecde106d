"""What a report is made of."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from plimsoll.contract.package import Evaluation
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.runner.order import PlannedTask
from plimsoll.runtime.runner.record import RunRecord


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Command(_Part):
    """A command line that was run, and how it ended."""

    line: str
    exit_code: int | None = None
    """Nothing when it is not known."""
    expected: int = 0
    """The exit code that shows that all is well; a refusal that is demonstrated has another than 0."""
    seconds: float | None = Field(default=None, ge=0)


class Phase(_Part):
    """Something that was done, in a reader's words, and the commands that repeat it."""

    name: str
    seconds: float = Field(ge=0)
    commands: tuple[Command, ...] = ()
    """A command of which only the line is known may be given as that text."""
    note: str = ""

    @field_validator("commands", mode="before")
    @classmethod
    def _lines(cls, given: Any) -> Any:
        if not isinstance(given, list | tuple):
            return given
        return tuple(Command(line=one) if isinstance(one, str) else one for one in given)


class RunView(_Part):
    """A run of a workflow and the order that its manifest sets."""

    title: str
    record: RunRecord
    """The record or its JSON."""
    waves: tuple[tuple[PlannedTask, ...], ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        earlier: set[str] = set()
        for wave in self.waves:
            names = {task.name for task in wave}
            if len(names) < len(wave) or names & earlier:
                raise ValueError("the waves name a task twice")
            for task in wave:
                if missing := sorted({*task.dependencies} - earlier):
                    raise ValueError(f"{task.name} waits for {', '.join(missing)}, which is in no earlier wave")
            earlier |= names
        return self


class Material(_Part):
    """Everything that a report may show."""

    title: str
    environment: str
    phases: tuple[Phase, ...] = ()
    findings: dict[str, Any] | None = None
    plan: dict[str, Any] | None = None
    runs: tuple[RunView, ...] = ()
    evaluations: tuple[tuple[str, Evaluation], ...] = ()
    """By version, oldest first."""
    monitors: tuple[tuple[str, MonitorReport], ...] = ()
    """By a label such as ``version 1``, in the order in which they were made."""
    trace: dict[str, Any] | None = None
    audit: dict[str, Any] | None = None
