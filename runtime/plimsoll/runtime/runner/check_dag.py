"""What the tasks of a DAG refer to: each other, templates, parameters and artifacts."""

import json
from dataclasses import dataclass

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.check_names import check_call, refuse_unknown
from plimsoll.runtime.runner.conditions import parse_when
from plimsoll.runtime.runner.manifest import Artifact, Task, Template
from plimsoll.runtime.runner.substitution import sole_tag, tags
from plimsoll.runtime.runner.workflow import Graph, LoadedWorkflow

TASK_SCOPES = ("tasks", "steps")
"""The two prefixes of a reference to a task; a ``steps`` template's are as good as a DAG's."""


def check_dag(workflow: LoadedWorkflow, template: Template, known: frozenset[str]) -> None:
    """Refuse a DAG template in which a task refers to what isn't there, or tasks wait in a circle.

    Raises:
        Refused: naming the task and the reference.
    """
    where = workflow.where("templates", template.name)
    graph = Graph.of(template, where)
    for name, needs in graph.dependencies.items():
        for need in needs:
            if need not in graph.tasks:
                raise Refused(f"the task {need}", f"{where}.{name}", "it doesn't exist")
    _refuse_circle(graph, where)
    check = _DagCheck(workflow, template, graph, known)
    for task in graph.tasks.values():
        check.task(task, f"{where}.{task.name}")
    check.outputs(where)


def _refuse_circle(graph: Graph, where: str) -> None:
    ordered = {name for wave in graph.waves for name in wave}
    stuck = {name: needs for name, needs in graph.dependencies.items() if name not in ordered}
    if not stuck:
        return
    path = [next(iter(stuck))]
    while path[-1] not in path[:-1]:
        path.append(next(need for need in stuck[path[-1]] if need in stuck))
    circle = path[path.index(path[-1]) :]
    raise Refused("the tasks", where, f"they wait for each other in a circle: {' → '.join(circle)}")


@dataclass(frozen=True)
class _DagCheck:
    workflow: LoadedWorkflow
    template: Template
    graph: Graph
    known: frozenset[str]

    def task(self, task: Task, where: str) -> None:
        if task.depends and task.dependencies:
            raise Refused(f"the task {task.name}", where, "it has both depends and dependencies")
        if task.template is None:
            if task.model_extra:
                return
            raise Refused(f"the task {task.name}", where, "it names no template")
        if sum(x is not None for x in (task.with_items, task.with_param, task.with_sequence)) > 1:
            raise Refused(f"the task {task.name}", where, "it fans out in more than one way")
        known = self.known | self._outputs_of(self.graph.ancestors[task.name])
        self._fan_out(task, known, where)
        self._values(task, known, where)
        check_call(task.arguments, self.workflow.templates[task.template], where)
        for artifact in task.arguments.artifacts:
            self._origin(artifact, self.graph.ancestors[task.name], f"{where}.arguments.artifacts")

    def outputs(self, where: str) -> None:
        """Check what the DAG itself leaves: parameters and artifacts of its tasks."""
        everyone = frozenset(self.graph.tasks)
        for parameter in self.template.outputs.parameters:
            origin = parameter.value_from.parameter if parameter.value_from else None
            if origin is None:
                raise Refused(f"the parameter {parameter.name}", f"{where}.outputs", "it has no valueFrom.parameter")
            refuse_unknown(tags(origin), self.known | self._outputs_of(everyone), f"{where}.outputs")
        for artifact in self.template.outputs.artifacts:
            self._origin(artifact, everyone, f"{where}.outputs.artifacts")

    def _outputs_of(self, names: frozenset[str]) -> frozenset[str]:
        found: set[str] = set()
        for name in names:
            called = self.workflow.templates.get(self.graph.tasks[name].template or "")
            for scope in TASK_SCOPES:
                found |= {f"{scope}.{name}.status", f"{scope}.{name}.exitCode"}
                found |= {
                    f"{scope}.{name}.outputs.parameters.{p.name}" for p in (called.outputs.parameters if called else ())
                }
        return frozenset(found)

    def _fan_out(self, task: Task, known: frozenset[str], where: str) -> None:
        refuse_unknown(tags(task.with_param or ""), known, f"{where}.withParam")
        refuse_unknown(tags(json.dumps(task.with_items or ())), known, f"{where}.withItems")
        if task.with_sequence is not None:
            for text in (task.with_sequence.count, task.with_sequence.start, task.with_sequence.end):
                refuse_unknown(tags(text or ""), known, f"{where}.withSequence")

    def _values(self, task: Task, known: frozenset[str], where: str) -> None:
        texts = [(f"arguments.{p.name}", p.value or "") for p in task.arguments.parameters]
        for route, text in (*texts, ("when", task.when or "")):
            fixed = [t for t in tags(text) if not (task.fans_out and (t == "item" or t.startswith("item.")))]
            refuse_unknown(fixed, known, f"{where}.{route}")
        for parameter in task.arguments.parameters:
            if parameter.value is None:
                raise Refused(f"the argument {parameter.name}", where, "it has no value")
        if task.when:
            parse_when(task.when, f"{where}.when")

    def _origin(self, artifact: Artifact, names: frozenset[str], where: str) -> None:
        tag = sole_tag(artifact.origin or "")
        known = {f"inputs.artifacts.{a.name}" for a in self.template.inputs.artifacts}
        for name in names:
            task = self.graph.tasks[name]
            called = self.workflow.templates.get(task.template or "")
            if called and not task.fans_out:
                known |= {
                    f"{s}.{name}.outputs.artifacts.{a.name}" for s in TASK_SCOPES for a in called.outputs.artifacts
                }
        if tag is None:
            raise Refused(f"the artifact {artifact.name}", where, "its `from` isn't one reference")
        refuse_unknown((tag,), frozenset(known), where)
