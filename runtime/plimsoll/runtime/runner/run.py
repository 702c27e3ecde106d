"""One run of a workflow on this machine."""

import asyncio
import json
import os
import signal
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from plimsoll.runtime.runner.binding import template_parameters, workflow_parameters
from plimsoll.runtime.runner.engine import Engine
from plimsoll.runtime.runner.events import Event
from plimsoll.runtime.runner.globals import Run, utc_now, workflow_variables
from plimsoll.runtime.runner.manifest import Hook
from plimsoll.runtime.runner.record import RunRecord, run_folder
from plimsoll.runtime.runner.recorder import Recorder
from plimsoll.runtime.runner.result import Call, Result
from plimsoll.runtime.runner.sandbox import Mounts, check_mounts
from plimsoll.runtime.runner.substitution import substitute
from plimsoll.runtime.runner.unsupported import refuse_unsupported
from plimsoll.runtime.runner.workflow import LoadedWorkflow

CPUS = os.cpu_count() or 1
_EXIT_NODE = "workflow.onExit"
"""The exit handler's node; no task can bear this name, since a task's name has no dot."""


def run(
    workflow: LoadedWorkflow,
    *,
    parameters: Mapping[str, str],
    workdir: Path,
    mounts: Mounts,
    listener: Callable[[Event], None],
    max_parallel: int = CPUS,
    now: Callable[[], datetime] = utc_now,
) -> RunRecord:
    """Run a workflow to its end, the exit handler included, and return the record that stands in the run folder.

    A step that fails doesn't raise: the record says so. The run folder is ``<workdir>/runs/<run name>``. An interrupt
    (Ctrl-C or SIGTERM) kills every program, is recorded as an Error, and skips the exit handler, as ``argo terminate``
    does. Must be called where no event loop runs.

    Args:
        workflow: what ``load_workflow`` returned.
        parameters: values of the workflow's parameters; those left out take the manifest's.
        workdir: the folder below which runs are kept.
        mounts: the folders that stand for the claims and the secret.
        listener: told of everything that happens, in the thread of the caller.
        max_parallel: how many programs may run at once.
        now: the clock of the record and of ``{{workflow.creationTimestamp}}``.

    Raises:
        Refused: when the workflow asks for what would change its results and isn't honoured here; when a parameter is
            unknown, missing or not allowed; when a claim or the secret has no folder; and, once the run has ended, when
            an artifact was tampered with.
        OSError: when the run folder can't be written.
        KeyboardInterrupt: after an interrupt.
    """
    refuse_unsupported(workflow)
    bound = workflow_parameters(workflow, parameters)
    check_mounts(workflow, mounts)
    identity = _identity(workflow, now())
    recorder = Recorder(_new_folder(workdir, identity), _record(workflow, identity, bound), listener, now)
    execution = _Execution(workflow, recorder, mounts, identity, bound, max_parallel)
    try:
        asyncio.run(execution.run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    return recorder.record


def _identity(workflow: LoadedWorkflow, created: datetime) -> Run:
    uid = str(uuid.uuid4())
    return Run(f"{workflow.name}-{uid[:8]}", uid, created)


def _new_folder(workdir: Path, identity: Run) -> Path:
    folder = run_folder(workdir.resolve(), identity.name)
    folder.mkdir(parents=True)
    return folder


def _record(workflow: LoadedWorkflow, identity: Run, parameters: dict[str, str]) -> RunRecord:
    return RunRecord(
        workflow=workflow.name,
        name=identity.name,
        uid=identity.uid,
        parameters=parameters,
        status="Running",
        started=identity.created,
    )


class _Execution:
    def __init__(
        self,
        workflow: LoadedWorkflow,
        recorder: Recorder,
        mounts: Mounts,
        identity: Run,
        parameters: Mapping[str, str],
        max_parallel: int,
    ) -> None:
        limit = min(max_parallel, workflow.spec.parallelism or max_parallel)
        self.workflow, self.recorder, self.parameters = workflow, recorder, parameters
        self.engine = Engine(workflow, mounts, recorder, asyncio.Semaphore(limit))
        self.variables = workflow_variables(workflow, identity, parameters)

    async def run(self) -> None:
        self.recorder.start()
        try:
            with _terminable():
                result = await self._all()
        except asyncio.CancelledError:
            self.recorder.end("Error", "interrupted")
            raise
        except BaseException as error:
            self._record_break(error)
            raise
        self.recorder.end(result.status, result.message)
        if self.engine.tampering:
            raise self.engine.tampering[0]

    def _record_break(self, error: BaseException) -> None:
        try:
            self.recorder.end("Error", str(error) or type(error).__name__)
        except OSError as unwritten:
            error.add_note(f"nor could the run's record be written: {unwritten}")

    async def _all(self) -> Result:
        clock = asyncio.get_running_loop().time
        began = clock()
        result = await self._entrypoint()
        hook = self.workflow.spec.exit_handler
        if hook is None:
            return result
        ending = {
            "workflow.status": result.status,
            "workflow.failures": _quoted(self.recorder.failures()),
            "workflow.duration": f"{clock() - began:.6f}",
        }
        handled = await self.engine.node(self._exit_call(hook, {**self.variables, **ending}))
        if handled.failed:
            message = "\n".join(part for part in (result.message, f"exit handler: {handled.message}") if part)
            return Result(handled.status, message=message)
        return result

    async def _entrypoint(self) -> Result:
        spec = self.workflow.spec
        template = self.workflow.templates[spec.entrypoint]
        time = asyncio.get_running_loop().time()
        call = Call(
            node=template.name,
            template=template,
            parameters=template_parameters(template, self.parameters, self.variables, self.workflow.where("spec")),
            variables=self.variables,
            children="",
            deadline=time + spec.active_deadline_seconds if spec.active_deadline_seconds else None,
        )
        return await (self.engine.attempts(call) if template.dag else self.engine.node(call))

    def _exit_call(self, hook: Hook, variables: Mapping[str, str]) -> Call:
        template, where = self.workflow.templates[hook.template], self.workflow.where("spec.hooks.exit")
        given = {p.name: substitute(p.value or "", variables, where) for p in hook.arguments.parameters}
        return Call(
            node=_EXIT_NODE,
            template=template,
            parameters=template_parameters(template, given, variables, where),
            variables=variables,
            children=f"{_EXIT_NODE}/",
        )


def _quoted(failures: tuple[Mapping[str, str], ...]) -> str:
    """``{{workflow.failures}}`` as Argo gives it: a JSON list, or null for none, once more quoted as a JSON string.

    (``workflow/controller/operator.go``, GlobalVarWorkflowFailures.)
    """
    return json.dumps(json.dumps([dict(failure) for failure in failures] or None))


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the run as Ctrl-C does, where signals can be handled: in the main thread."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    if task is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
