"""The record of a run as it goes: kept in memory, told to a listener, written atomically."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from plimsoll.runtime.runner import events
from plimsoll.runtime.runner.conditions import Status
from plimsoll.runtime.runner.files import write_whole
from plimsoll.runtime.runner.record import RECORD_FILE, AttemptRecord, NodeRecord, RunRecord
from plimsoll.runtime.runner.result import Call, Result

_WRITE_SECONDS = 0.1
"""The record is written at most so often, so that a wide fan-out doesn't write it again and again."""

_FAILURE_CHARACTERS = 300
"""How much of a message goes into ``{{workflow.failures}}``: an argument of a program holds 128 KiB at most (Linux)."""


class Recorder:
    """Keeps the record of one run. Used from the event loop's thread alone."""

    def __init__(
        self, folder: Path, run: RunRecord, listener: Callable[[events.Event], None], now: Callable[[], datetime]
    ) -> None:
        self.folder = folder
        self._run = run
        self._nodes: dict[str, NodeRecord] = {}
        self._listener = listener
        self._now = now
        self._timer: asyncio.TimerHandle | None = None
        self._written = 0.0
        self._unwritten: OSError | None = None

    @property
    def record(self) -> RunRecord:
        """The record as it stands."""
        return self._run.model_copy(update={"nodes": dict(self._nodes)})

    def start(self) -> None:
        """The run begins."""
        self._listener(events.RunStarted(self._run.name, self._run.uid, self._run.started))
        self.write()

    def end(self, status: Status, message: str) -> None:
        """The run ended."""
        moment = self._now()
        self._run = self._run.model_copy(update={"status": status, "message": message, "finished": moment})
        for node in list(self._nodes.values()):
            if node.status == "Running":
                update = {"status": "Error", "message": message, "finished": moment}
                attempts = tuple(a if a.finished else a.model_copy(update=update) for a in node.attempts)
                self._nodes[node.name] = node.model_copy(update={**update, "attempts": attempts})
        self.write()
        self._listener(events.RunFinished(self._run.name, status, message, moment))

    def begin(self, call: Call) -> None:
        """A node begins."""
        self._nodes[call.node] = NodeRecord(
            name=call.node,
            template=call.template.name,
            status="Running",
            started=self._now(),
            item=call.item,
            inputs=dict(call.parameters),
        )
        self._changed()

    def attempt(self, call: Call, number: int, log: Path) -> None:
        """An attempt of a container begins."""
        moment = self._now()
        path = log.relative_to(self.folder).as_posix()
        self._attempts(call, AttemptRecord(number=number, status="Running", started=moment, log=path))
        self._listener(events.StepStarted(call.node, call.template.name, number, moment))

    def attempted(self, call: Call, result: Result) -> None:
        """An attempt of a container ended."""
        *_, last = self._nodes[call.node].attempts
        ended = {"status": result.status, "exit_code": result.exit_code, "message": result.message}
        self._attempts(call, last.model_copy(update={**ended, "finished": self._now()}))

    def _attempts(self, call: Call, attempt: AttemptRecord) -> None:
        node = self._nodes[call.node]
        before = tuple(a for a in node.attempts if a.number != attempt.number)
        self._nodes[call.node] = node.model_copy(update={"attempts": (*before, attempt)})
        self._changed()

    def progress(self, node: str, done: int, total: int) -> None:
        """A program reported progress."""
        self._listener(events.StepProgress(node, done, total))

    def retried(self, call: Call, number: int, wait: float, message: str) -> None:
        """A node is going to be tried again."""
        self._listener(events.StepRetried(call.node, number, wait, message))

    def finish(self, call: Call, result: Result) -> None:
        """A node ended."""
        node, moment = self._nodes[call.node], self._now()
        ended: dict[str, Any] = {
            "status": result.status,
            "finished": moment,
            "exit_code": result.exit_code,
            "message": result.message,
            "parameters": dict(result.parameters),
            "artifacts": dict(result.artifacts),
            "submitted": result.submitted,
        }
        self._nodes[call.node] = node.model_copy(update=ended)
        self._changed()
        seconds = (moment - (node.started or moment)).total_seconds()
        told = (result.status, result.exit_code, result.message, seconds, moment)
        self._listener(events.StepFinished(call.node, call.template.name, *told))

    def skip(self, name: str, template: str, result: Result) -> None:
        """A task that doesn't run, or can't."""
        moment = self._now()
        self._nodes[name] = NodeRecord(
            name=name, template=template, status=result.status, message=result.message, finished=moment
        )
        self._changed()
        if result.failed:
            self._listener(events.StepFinished(name, template, result.status, None, result.message, 0.0, moment))
        else:
            self._listener(events.StepSkipped(name, template, result.status, result.message))

    def failures(self) -> tuple[Mapping[str, str], ...]:
        """The nodes that ended badly, as ``{{workflow.failures}}`` lists them."""
        return tuple(
            {
                "displayName": node.name,
                "message": node.message[:_FAILURE_CHARACTERS],
                "templateName": node.template,
                "phase": node.status,
                "podName": node.name,
                "finishedAt": node.finished.isoformat() if node.finished else "",
            }
            for node in self._nodes.values()
            if node.status in {"Failed", "Error"}
        )

    def _changed(self) -> None:
        if self._unwritten is not None:
            raise self._unwritten
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        due = self._written + _WRITE_SECONDS
        if loop.time() >= due:
            self.write()
        else:
            self._timer = loop.call_at(due, self._write_late)

    def _write_late(self) -> None:
        """Write from the event loop, which has nobody to raise to: the next change raises what went wrong."""
        try:
            self.write()
        except OSError as error:
            self._unwritten = error

    def write(self) -> None:
        """Write the record now, whole or not at all.

        Raises:
            OSError: when the run folder can't be written.
        """
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._written = asyncio.get_running_loop().time()
        write_whole(self.folder / RECORD_FILE, self.record.model_dump_json(indent=1).encode())
