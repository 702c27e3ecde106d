"""Measure several commands in turns, so that whatever else the machine does meanwhile slows all of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from statistics import median

from benchmarks.measure.run import Run, run


@dataclass(frozen=True)
class Task:
    """A command to be measured, and what is done before each of its runs, off the clock."""

    name: str
    command: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    timeout: float = 600
    """Seconds, for each run."""
    patience: float = inf
    """Seconds: a first run that takes longer is the only one."""


@dataclass(frozen=True)
class Timing:
    """The wall times of a command's runs, in seconds."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)


@dataclass(frozen=True)
class Failure:
    """Why a command has no figure."""

    why: str


Say = Callable[[str], None]
WARMING = 10.0
"""Seconds: the first run of a quicker command warms the machine's caches and doesn't count."""


def in_turns(tasks: Iterable[Task], say: Say, most: int = 10) -> dict[str, Timing | Failure]:
    """Time every task in rounds, each task once a round; return the times by the tasks' names.

    A command that fails or reaches its time limit is not run again.

    Args:
        tasks: with names of their own.
        say: is told of each run.
        most: the largest number of rounds.
    """
    all_series = [_Series(task, most) for task in tasks]
    while pending := [series for series in all_series if not series.done]:
        for series in pending:
            series.go(say)
    return {series.task.name: series.result() for series in all_series}


class _Series:
    """The runs of one task."""

    def __init__(self, task: Task, most: int) -> None:
        self.task = task
        self._most = most
        self._wanted: int | None = None
        self._seconds: list[float] = []
        self._failure: Failure | None = None

    @property
    def done(self) -> bool:
        return self._failure is not None or len(self._seconds) == self._wanted

    def go(self, say: Say) -> None:
        """One more run."""
        ran = once(self.task)
        if isinstance(ran, Failure):
            self._failure = ran
            say(f"{self.task.name}: {ran.why}")
            return
        warmed = False
        if self._wanted is None:
            once_only = ran.seconds > self.task.patience
            self._wanted = 1 if once_only else rounds_for(ran.seconds, self._most)
            warmed = not once_only and ran.seconds < WARMING
        if not warmed:
            self._seconds.append(ran.seconds)
        say(f"{self.task.name}: {ran.seconds:.2f} s ({len(self._seconds)} of {self._wanted})")

    def result(self) -> Timing | Failure:
        return self._failure or Timing(tuple(self._seconds))


def rounds_for(seconds: float, most: int) -> int:
    """How many rounds a command is worth that took so long in the first: the quicker, the more."""
    return min(most, 10 if seconds < 1 else 5 if seconds < WARMING else 3)


def once(task: Task, *, memory: bool = False) -> Run | Failure:
    """Run a task once, prepared; a failure where it can't be started, fails, or reaches its time limit."""
    task.prepare()
    try:
        ran = run(task.command, cwd=task.cwd, env=task.env, timeout=task.timeout, memory=memory)
    except OSError as error:
        return Failure(f"can't be started: {error.strerror}")
    if ran.timed_out:
        return Failure(f"stopped after {task.timeout:.0f} s")
    if ran.exit_code:
        return Failure(f"exit code {ran.exit_code}: {ran.said or 'no message'}")
    return ran
