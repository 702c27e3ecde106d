"""The runs of workflows: each as a graph, and as a table of its steps on one line of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from plimsoll.cli.report.graph import Drawing, draw
from plimsoll.cli.report.parts import RunView
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status, of_run, worst
from plimsoll.cli.report.words import between, count, moment, seconds
from plimsoll.runtime.runner.record import NodeRecord, RunRecord


@dataclass(frozen=True)
class Step:
    """A step of a run; ``begin`` and ``length`` are shares of the run's time in per cent."""

    name: str
    status: Status
    word: str
    time: str
    begun: bool
    begin: float
    length: float
    exit_code: str
    attempts: int
    message: str
    outputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ShownRun:
    """A run, ready to be drawn."""

    title: str
    name: str
    status: Status
    word: str
    started: str
    time: str
    message: str
    parameters: tuple[tuple[str, str], ...]
    drawing: Drawing
    steps: tuple[Step, ...]
    """In the order in which they began; those that did not begin come last."""

    @property
    def failures(self) -> tuple[Step, ...]:
        """The steps that ended badly and say why."""
        return tuple(step for step in self.steps if step.status is Status.BAD and step.message)


def runs_section(runs: tuple[RunView, ...]) -> Section | None:
    """The section on runs, where there were any."""
    if not runs:
        return None
    shown = tuple(_shown(run) for run in runs)
    good = sum(run.status is Status.GOOD for run in shown)
    verdict = f"{good} of {count(len(runs), 'run')} succeeded"
    lead = "Each run in the waves that its compiled WorkflowTemplate sets: what waits for what, how it ended, how long."
    return Section("runs", "Runs", worst(run.status for run in shown), verdict, lead, shown)


def _shown(run: RunView) -> ShownRun:
    record = run.record
    return ShownRun(
        title=run.title,
        name=record.name,
        status=of_run(record.status),
        word=record.status,
        started=moment(record.started),
        time=seconds(between(record.started, record.finished)),
        message=record.message,
        parameters=tuple(sorted(record.parameters.items())),
        drawing=draw(run),
        steps=tuple(_steps(record)),
    )


def _steps(record: RunRecord) -> Iterator[Step]:
    end = max((node.finished for node in record.nodes.values() if node.finished), default=record.finished)
    whole = between(record.started, end) or 1.0
    nodes = record.nodes.values()
    for node in sorted((n for n in nodes if n.started), key=lambda n: (n.started or record.started, n.name)):
        yield _step(node, record.started, whole)
    for node in (n for n in nodes if not n.started):
        yield _step(node, record.started, whole)


def _step(node: NodeRecord, began: datetime, whole: float) -> Step:
    taken = between(node.started, node.finished)
    before = between(began, node.started) or 0.0
    outputs = [*node.parameters.items(), *((name, one.digest) for name, one in node.artifacts.items())]
    return Step(
        name=node.name if node.item is None else f"{node.name} ({node.item})",
        status=of_run(node.status),
        word=node.status,
        time=seconds(taken),
        begun=node.started is not None,
        begin=round(100 * before / whole, 2),
        length=round(100 * (taken or 0.0) / whole, 2),
        exit_code="" if node.exit_code is None else str(node.exit_code),
        attempts=len(node.attempts),
        message=node.message,
        outputs=tuple(sorted(outputs)),
    )
