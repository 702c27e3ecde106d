"""One run of a DAG template: each task starts as soon as what it waits for has ended."""

import asyncio
from collections import ChainMap
from collections.abc import Mapping
from typing import Protocol

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.binding import template_parameters
from plimsoll.runtime.runner.check_dag import TASK_SCOPES
from plimsoll.runtime.runner.conditions import Ending, Status, dependencies_met, forgiven, parse_when, when_holds
from plimsoll.runtime.runner.fanout import Item, items_of, joined
from plimsoll.runtime.runner.manifest import Task, Template
from plimsoll.runtime.runner.record import ArtifactRecord
from plimsoll.runtime.runner.recorder import Recorder
from plimsoll.runtime.runner.result import Call, Result
from plimsoll.runtime.runner.substitution import sole_tag, substitute
from plimsoll.runtime.runner.workflow import Graph, LoadedWorkflow


class Nodes(Protocol):
    """What a DAG needs of the engine."""

    workflow: LoadedWorkflow
    recorder: Recorder

    async def node(self, call: Call) -> Result:
        """Run a call as a node of the record, to its end."""
        ...


class DagRun:
    """The state of one attempt of a DAG."""

    def __init__(self, engine: Nodes, call: Call, number: int) -> None:
        self._engine = engine
        self._call = call
        self._prefix = f"{call.node}.retry-{number}/" if number else call.children
        self._where = engine.workflow.where("templates", call.template.name)
        self._graph = Graph.of(call.template, self._where)
        self._fail_fast = call.template.dag is None or call.template.dag.fail_fast
        self._ended = {name: asyncio.Event() for name in self._graph.tasks}
        self._endings: dict[str, Ending] = {}
        self._branches: dict[str, Status] = {}
        self._messages: dict[str, str] = {}
        self._stopped_by: str | None = None
        limit = call.template.parallelism
        self._throttle = asyncio.Semaphore(limit) if limit else None
        self._outputs: dict[str, str] = {}
        self._artifacts = {f"inputs.artifacts.{name}": kept for name, kept in call.artifacts.items()}
        inputs = {f"inputs.parameters.{name}": value for name, value in call.parameters.items()}
        self._values = ChainMap(self._outputs, inputs, dict(call.variables))

    async def run(self) -> Result:
        """Run every task that is to be run, and say how the DAG ended.

        It ended as its leaves did: the tasks that none waits for. A leaf that didn't run ended as the tasks before it.
        (Argo ``workflow/controller/dag.go``, assessDAGPhase.)
        """
        try:
            async with asyncio.TaskGroup() as group:
                for name in self._graph.tasks:
                    group.create_task(self._follow(name))
        except BaseExceptionGroup as errors:
            raise _first(errors) from None
        for leaf in self._graph.leaves:
            status = self._branches[leaf]
            if self._is_bad(leaf, status):
                return Result(status, message="\n".join(self._messages.values()))
        return self._outcome()

    async def _follow(self, name: str) -> None:
        for need in self._graph.dependencies[name]:
            await self._ended[need].wait()
        task = self._graph.tasks[name]
        try:
            ending = await self._settle(task)
        except Refused as refusal:
            ending = self._pass_over(task, "Error", str(refusal))
        self._endings[name] = ending
        self._branches[name] = self._branch(name, ending.status)
        if self._fail_fast and name in self._graph.leaves and self._is_bad(name, self._branches[name]):
            self._stopped_by = self._stopped_by or name
        self._ended[name].set()

    def _branch(self, name: str, status: Status) -> Status:
        """A task's own status, or for one that didn't run the worst of those before it."""
        if status not in {"Skipped", "Omitted"}:
            return status
        before = [self._branches[need] for need in self._graph.dependencies[name]]
        return next((status for status in before if status in {"Failed", "Error"}), "Succeeded")

    def _is_bad(self, name: str, status: Status) -> bool:
        return status in {"Failed", "Error"} and not forgiven(self._graph.tasks[name], status)

    async def _settle(self, task: Task) -> Ending:
        if self._stopped_by is not None:
            return self._pass_over(task, "Omitted", f"not started since {self._stopped_by} failed")
        logic = self._graph.logic[task.name]
        if logic is not None and not dependencies_met(logic, self._endings, self._graph.tasks):
            return self._pass_over(task, "Omitted", f"its condition isn't met: {logic.text}")
        if not task.fans_out:
            return await self._alone(task)
        items = items_of(task, self._values, f"{self._where}.{task.name}")
        return await self._fan_out(task, items) if items else self._pass_over(task, "Skipped", "there are no items")

    def _pass_over(self, task: Task, status: Status, reason: str) -> Ending:
        """End a task without running it; its outputs are their defaults, where they have any."""
        template = self._template(task)
        self._engine.recorder.skip(f"{self._prefix}{task.name}", template.name, Result(status, message=reason))
        defaults = {
            p.name: p.value_from.default
            for p in template.outputs.parameters
            if p.value_from and p.value_from.default is not None
        }
        self._publish(task, Result(status, message=reason, parameters=defaults))
        return Ending(status)

    async def _alone(self, task: Task) -> Ending:
        if not self._wanted(task, self._values):
            return self._pass_over(task, "Skipped", f"its `when` doesn't hold: {task.when}")
        result = await self._engine.node(self._bind(task, f"{self._prefix}{task.name}", self._values))
        self._publish(task, result)
        return Ending(result.status)

    async def _fan_out(self, task: Task, items: tuple[Item, ...]) -> Ending:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(self._item(task, number, item)) for number, item in enumerate(items)]
        results = [each.result() for each in running]
        worst = next((r for r in results if r.failed), Result("Succeeded"))
        names = {name for result in results for name in result.parameters}
        lists = {name: joined([r.parameters[name] for r in results if name in r.parameters]) for name in sorted(names)}
        self._publish(task, Result(worst.status, worst.exit_code, worst.message, lists))
        return Ending(worst.status, tuple(result.status for result in results))

    async def _item(self, task: Task, number: int, item: Item) -> Result:
        name = f"{self._prefix}{task.name}.{number}"
        values = ChainMap(dict(item.values), *self._values.maps)
        try:
            if self._wanted(task, values):
                return await self._engine.node(self._bind(task, name, values, item.text))
            result = Result("Skipped", message=f"its `when` doesn't hold: {task.when}")
        except Refused as refusal:
            result = Result("Error", message=str(refusal))
        self._engine.recorder.skip(name, self._template(task).name, result)
        return result

    def _wanted(self, task: Task, values: Mapping[str, str]) -> bool:
        return task.when is None or when_holds(parse_when(task.when, f"{self._where}.{task.name}.when"), values)

    def _template(self, task: Task) -> Template:
        return self._engine.workflow.templates[task.template or ""]

    def _bind(self, task: Task, name: str, values: Mapping[str, str], item: str | None = None) -> Call:
        template, where = self._template(task), f"{self._where}.{task.name}.arguments"
        given = {p.name: substitute(p.value or "", values, f"{where}.{p.name}") for p in task.arguments.parameters}
        artifacts: dict[str, ArtifactRecord] = {}
        optional = {artifact.name for artifact in template.inputs.artifacts if artifact.optional}
        for artifact in task.arguments.artifacts:
            kept = self._artifacts.get(sole_tag(artifact.origin or "") or "")
            if kept is not None:
                artifacts[artifact.name] = kept
            elif artifact.name not in optional:
                raise Refused(f"the artifact {artifact.name}", where, f"{artifact.origin} was not made")
        return Call(
            node=name,
            template=template,
            parameters=template_parameters(template, given, self._call.variables, where),
            variables=self._call.variables,
            children=f"{name}/",
            artifacts=artifacts,
            item=item,
            throttle=self._throttle,
            deadline=self._call.deadline,
        )

    def _publish(self, task: Task, result: Result) -> None:
        """Let later tasks refer to how a task ended and what it left."""
        if result.failed:
            self._messages[task.name] = f"{task.name}: {result.message}"
        for scope in TASK_SCOPES:
            prefix = f"{scope}.{task.name}"
            self._outputs[f"{prefix}.status"] = result.status
            if result.exit_code is not None:
                self._outputs[f"{prefix}.exitCode"] = str(result.exit_code)
            self._outputs |= {f"{prefix}.outputs.parameters.{name}": v for name, v in result.parameters.items()}
            self._artifacts |= {f"{prefix}.outputs.artifacts.{name}": a for name, a in result.artifacts.items()}

    def _outcome(self) -> Result:
        """The good end of a DAG, with the outputs that it takes from its tasks."""
        where = f"{self._where}.outputs"
        parameters: dict[str, str] = {}
        for parameter in self._call.template.outputs.parameters:
            origin = parameter.value_from
            if origin is None or origin.parameter is None:
                raise AssertionError(f"{parameter.name} has no origin")
            missing = (sole_tag(origin.parameter) or "") not in self._values
            parameters[parameter.name] = (
                origin.default
                if missing and origin.default is not None
                else substitute(origin.parameter, self._values, where)
            )
        artifacts: dict[str, ArtifactRecord] = {}
        for artifact in self._call.template.outputs.artifacts:
            kept = self._artifacts.get(sole_tag(artifact.origin or "") or "")
            if kept is not None:
                artifacts[artifact.name] = kept
            elif not artifact.optional:
                raise Refused(f"the artifact {artifact.name}", where, f"{artifact.origin} was not made")
        return Result("Succeeded", parameters=parameters, artifacts=artifacts)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group, however deep."""
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
