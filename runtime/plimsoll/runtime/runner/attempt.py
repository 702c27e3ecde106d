"""One attempt of a container template: laid out, run, and what it left collected."""

import asyncio
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.places import MOUNT
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.artifacts import lay, store
from plimsoll.runtime.runner.check_container import file_references
from plimsoll.runtime.runner.manifest import Parameter
from plimsoll.runtime.runner.paths import in_sandbox
from plimsoll.runtime.runner.process import Exit, run_program, tail
from plimsoll.runtime.runner.program import Program, program_of
from plimsoll.runtime.runner.record import ArtifactRecord
from plimsoll.runtime.runner.recorder import Recorder
from plimsoll.runtime.runner.result import Call, Result
from plimsoll.runtime.runner.sandbox import Mounts, lay_volumes
from plimsoll.runtime.runner.workflow import LoadedWorkflow


@dataclass(frozen=True)
class Attempt:
    """Attempt ``number`` of a call, in the folder ``<run folder>/<node>/<number>``."""

    workflow: LoadedWorkflow
    mounts: Mounts
    recorder: Recorder
    call: Call
    number: int

    @property
    def folder(self) -> Path:
        """The attempt's own folder: the log, the progress file and the sandbox."""
        return self.recorder.folder / self.call.node / str(self.number)

    @property
    def log(self) -> Path:
        """Where the program's output goes."""
        return self.folder / "log.txt"

    @property
    def _root(self) -> Path:
        return self.folder / "root"

    async def run(self) -> Result:
        """Run the attempt. The sandbox is removed when it succeeded, and kept to be looked at when it didn't.

        When the disk is full or read-only it is removed too: what is in it is half-written, and the record needs room.

        Raises:
            Refused: when an input isn't what was recorded, a volume has no folder, or a reference no value.
            OSError: when the run folder can't be written.
        """
        try:
            program = await asyncio.to_thread(self._prepare)
            exit_ = await run_program(program, self.log, self.folder / "progress", self._seconds(), self._progress)
            result = await asyncio.to_thread(self._collect, exit_)
        except OSError:
            shutil.rmtree(self._root, ignore_errors=True)
            raise
        if not result.failed:
            await asyncio.to_thread(shutil.rmtree, self._root)
        return result

    def _seconds(self) -> float | None:
        own = self.call.template.active_deadline_seconds
        now = asyncio.get_running_loop().time()
        left = self.call.deadline - now if self.call.deadline is not None else None
        return min((float(limit) for limit in (own, left) if limit is not None), default=None)

    def _progress(self, done: int, total: int) -> None:
        self.recorder.progress(self.call.node, done, total)

    def _prepare(self) -> Program:
        template = self.call.template
        if template.container is None:
            raise AssertionError(f"{template.name} has no container to run")
        (self.folder / "home").mkdir(parents=True)
        lay_volumes(self.workflow, template, self.mounts, self._root)
        for artifact in template.inputs.artifacts:
            if artifact.path and (stored := self.call.artifacts.get(artifact.name)):
                target = in_sandbox(artifact.path, self._root)
                lay(stored, self.recorder.folder, target, f"the input {artifact.name} of {self.call.node}")
                if artifact.mode is not None:
                    target.chmod(artifact.mode)
        for path in file_references(template).values():
            in_sandbox(path, self._root).parent.mkdir(parents=True, exist_ok=True)
        where = self.workflow.where("templates", template.name, "container")
        program = program_of(template.container, self._values(), self._root, self.folder / "progress", where)
        if (template.container.working_dir or MOUNT).startswith(MOUNT):
            program.folder.mkdir(parents=True, exist_ok=True)
        return program

    def _values(self) -> Mapping[str, str]:
        own = {"pod.name": self.call.node, "node.name": self.call.node, "retries": str(self.number)}
        inputs = {f"inputs.parameters.{name}": value for name, value in self.call.parameters.items()}
        return {**self.call.variables, **inputs, **file_references(self.call.template), **own}

    def _collect(self, exit_: Exit) -> Result:
        """What the program left; after a failure what of it there is, since others may depend on the failure."""
        problems: list[str] = []
        parameters: dict[str, str] = {}
        artifacts: dict[str, ArtifactRecord] = {}
        for parameter in self.call.template.outputs.parameters:
            try:
                parameters[parameter.name] = self._read(parameter)
            except Refused as refusal:
                problems.append(str(refusal))
        for artifact in self.call.template.outputs.artifacts:
            try:
                artifacts[artifact.name] = self._store(artifact.name, artifact.path or "")
            except FileNotFoundError:
                if not artifact.optional:
                    problems.append(f"the artifact {artifact.name}: the program left nothing at {artifact.path}")
            except Refused as refusal:
                problems.append(str(refusal))
        message = self._failure(exit_)
        if message:
            return Result("Failed", exit_.code, message, parameters, artifacts)
        return Result("Error" if problems else "Succeeded", exit_.code, "\n".join(problems), parameters, artifacts)

    def _failure(self, exit_: Exit) -> str:
        if exit_.unstartable:
            return exit_.unstartable
        if exit_.overran:
            own = self.call.template.active_deadline_seconds
            limit = f"its deadline of {own} s" if own else "the workflow's deadline"
            return f"it was stopped at {limit}\n{tail(self.log)}".rstrip()
        return f"exit code {exit_.code}\n{tail(self.log)}".rstrip() if exit_.code else ""

    def _read(self, parameter: Parameter) -> str:
        """An output parameter: the file's text without one trailing newline, or the default when there is no file."""
        source = parameter.value_from
        if source is None or source.path is None:
            raise AssertionError(f"{parameter.name} has no file")
        file = in_sandbox(source.path, self._root)
        where = f"the output parameter {parameter.name} of {self.call.node}"
        try:
            return file.read_text(encoding="utf-8").removesuffix("\n")
        except FileNotFoundError:
            if source.default is None:
                raise Refused(where, source.path, "the program left no such file and there is no default") from None
            return source.default
        except (UnicodeDecodeError, IsADirectoryError) as error:
            raise Refused(where, source.path, f"it is no text: {error}") from None

    def _store(self, name: str, path: str) -> ArtifactRecord:
        kept = f"{self.call.node}/artifacts/{name}"
        where = f"the output {name} of {self.call.node}"
        return store(in_sandbox(path, self._root), self._root, self.recorder.folder, kept, where)
