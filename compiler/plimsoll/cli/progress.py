"""Live progress of a run: one line a step, redrawn on a terminal, appended elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from plimsoll.runtime.runner.events import Event, StepFinished, StepProgress, StepRetried, StepSkipped, StepStarted

_MARKS = {"Succeeded": ("✔", "green"), "Running": ("▶", "cyan"), "Skipped": ("○", "dim"), "Omitted": ("○", "dim")}


class RunProgress:
    """Shows the events of a run on stderr; a context manager, to be passed to the runner as its listener."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        self._rows: dict[str, tuple[str, str, float, float | None]] = {}
        self._live = Live(console=self._console, refresh_per_second=8, get_renderable=self._table, transient=False)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._live.stop()

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case StepStarted():
                self._rows.setdefault(event.node, ("Running", "", time.monotonic(), None))
            case StepProgress():
                self._note(event.node, "Running", f"{event.done}/{event.total}")
            case StepRetried():
                self._note(event.node, "Running", f"tried again in {event.wait:.0f} s: {_first(event.message)}")
            case StepSkipped():
                self._rows[event.node] = (event.status, event.reason, 0.0, 0.0)
                self._append(event.node)
            case StepFinished():
                _, _, began, _ = self._rows.get(event.node, ("", "", time.monotonic(), None))
                self._rows[event.node] = (event.status, _first(event.message), began, event.seconds)
                self._append(event.node)
            case _:
                return

    def _note(self, node: str, status: str, text: str) -> None:
        _, _, began, seconds = self._rows.get(node, ("", "", time.monotonic(), None))
        self._rows[node] = (status, text, began, seconds)

    def _append(self, node: str) -> None:
        if not self._console.is_terminal:
            status, text, _, seconds = self._rows[node]
            self._console.out(f"  {_mark(status)[0]} {node:<24} {seconds or 0:6.1f} s  {text}".rstrip())

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for node, (status, text, began, seconds) in self._rows.items():
            mark, style = _mark(status)
            spent = time.monotonic() - began if seconds is None else seconds
            table.add_row(Text(f"  {mark}", style), Text(node), Text(f"{spent:5.1f} s", "dim"), Text(text, "dim"))
        return table


def _mark(status: str) -> tuple[str, str]:
    return _MARKS.get(status, ("✘", "red"))


def _first(message: str) -> str:
    lines = [line for line in message.splitlines() if line.strip()]
    return lines[0][:100] if lines else ""


def note(text: str) -> None:
    """One line for the person who waits, on stderr."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
