"""The engine: a template is called, tried again where it may be, and its children likewise."""

import asyncio
from dataclasses import dataclass, field

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.artifacts import Tampered
from plimsoll.runtime.runner.attempt import Attempt
from plimsoll.runtime.runner.dag import DagRun
from plimsoll.runtime.runner.recorder import Recorder
from plimsoll.runtime.runner.result import Call, Result
from plimsoll.runtime.runner.retry import Enough, LastAttempt, after
from plimsoll.runtime.runner.sandbox import Mounts
from plimsoll.runtime.runner.submit import submit
from plimsoll.runtime.runner.workflow import LoadedWorkflow


@dataclass
class Engine:
    """Runs the calls of one workflow; ``slots`` bounds how many programs run at once."""

    workflow: LoadedWorkflow
    mounts: Mounts
    recorder: Recorder
    slots: asyncio.Semaphore
    tampering: list[Tampered] = field(default_factory=list)
    """What was found tampered with; the run ends with its refusal."""

    async def node(self, call: Call) -> Result:
        """Run a call as a node of the record, to its end."""
        self.recorder.begin(call)
        result = await self.attempts(call)
        self.recorder.finish(call, result)
        return result

    async def attempts(self, call: Call) -> Result:
        """Run a call, again and again while its retry strategy says so."""
        clock = asyncio.get_running_loop().time
        where = self.workflow.where("templates", call.template.name, "retryStrategy")
        first = clock()
        number = 0
        while True:
            began = clock()
            try:
                result = await self._once(call, number)
            except Refused as refusal:
                return self._refused(refusal)
            if not result.failed or self.tampering:
                return result
            last = LastAttempt(number, result, clock() - began, clock() - first)
            match after(call.template.retry_strategy, last, where):
                case Enough(reason):
                    return _with(result, reason)
                case again if call.deadline is not None and clock() + again.wait > call.deadline:
                    return _with(result, "another attempt would begin after the workflow's deadline")
                case again:
                    self.recorder.retried(call, number, again.wait, result.message)
                    await asyncio.sleep(again.wait)
                    number += 1

    async def _once(self, call: Call, number: int) -> Result:
        if call.template.dag is not None:
            return await DagRun(self, call, number).run()
        if call.template.resource is not None:
            return submit(self.workflow, call)
        return await self._container(call, number)

    def _refused(self, refusal: Refused) -> Result:
        """The end of a call that was refused; trying again wouldn't help."""
        if isinstance(refusal, Tampered):
            self.tampering.append(refusal)
        return Result("Error", message=str(refusal))

    async def _container(self, call: Call, number: int) -> Result:
        async with call.throttle or asyncio.Semaphore(), self.slots:
            if call.deadline is not None and asyncio.get_running_loop().time() >= call.deadline:
                return Result("Failed", message="not started: the workflow's deadline has passed")
            attempt = Attempt(self.workflow, self.mounts, self.recorder, call, number)
            self.recorder.attempt(call, number, attempt.log)
            try:
                result = await attempt.run()
            except Refused as refusal:
                self.recorder.attempted(call, Result("Error", message=str(refusal)))
                raise
            self.recorder.attempted(call, result)
            return result


def _with(result: Result, reason: str) -> Result:
    message = "\n".join(part for part in (reason, result.message) if part)
    return Result(result.status, result.exit_code, message, result.parameters, result.artifacts)
