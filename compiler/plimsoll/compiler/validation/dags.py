"""Whether the tasks of a DAG find their templates, each other, and what they hand on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.expressions import Known, tags, unresolved
from plimsoll.compiler.validation.manifests import MISSING, Manifest

_Template = Mapping[str, Any]


def check_dag(
    one: Manifest, template: _Template, templates: Mapping[str, _Template], variables: Known, route: Route
) -> Iterator[Diagnostic]:
    """Every task: its template, its dependencies, its arguments, and the outputs of others that it uses."""
    tasks = {task["name"]: task for task in template["dag"]["tasks"]}
    kinds = ("parameters", "artifacts")
    inputs = {f"inputs.{what}.{name}" for what in kinds for name in _names(template, "inputs", what)}
    graph = _Graph(tasks, templates, variables | inputs)
    for index, task in enumerate(template["dag"]["tasks"]):
        yield from _task(one, task, graph, (*route, "dag", "tasks", index))


def _names(template: _Template, side: str, what: str) -> set[str]:
    return {item["name"] for item in template.get(side, {}).get(what, ())}


@dataclass(frozen=True)
class _Graph:
    tasks: Mapping[str, Mapping[str, Any]]
    templates: Mapping[str, _Template]
    variables: Known

    def before(self, name: str) -> frozenset[str]:
        """All tasks that have ended when a task starts; itself among them when it waits for itself."""
        seen: set[str] = set()
        waiting = [*self.tasks[name].get("dependencies", ())]
        while waiting:
            need = waiting.pop()
            if need in self.tasks and need not in seen:
                seen.add(need)
                waiting += self.tasks[need].get("dependencies", ())
        return frozenset(seen)

    def outputs(self, names: frozenset[str]) -> Known:
        """What the outputs of tasks are called."""
        found = {f"tasks.{name}.status" for name in names}
        for name in names:
            called = self.templates.get(self.tasks[name].get("template", ""), {})
            for what in ("parameters", "artifacts"):
                found |= {f"tasks.{name}.outputs.{what}.{item}" for item in _names(called, "outputs", what)}
        return frozenset(found)


def _task(one: Manifest, task: Mapping[str, Any], graph: _Graph, route: Route) -> Iterator[Diagnostic]:
    for index, need in enumerate(task.get("dependencies", ())):
        if need not in graph.tasks:
            yield one.finding(MISSING, f"there is no task {need!r}", *route, "dependencies", index)
    before = graph.before(task["name"])
    if task["name"] in before:
        yield one.finding(MISSING, f"{task['name']} waits for itself", *route, "dependencies")
    fans_out = {"item"} if "withParam" in task else frozenset()
    yield from unresolved(one, task, graph.variables | graph.outputs(before) | fans_out, route)
    called = graph.templates.get(task.get("template", ""))
    if "template" not in task:
        yield one.finding(MISSING, f"{task['name']} names no template of the workflow", *route)
    elif called is None:
        yield one.finding(MISSING, f"there is no template {task['template']!r}", *route, "template")
    else:
        yield from _arguments(one, task, called, (*route, "arguments"))


def _arguments(one: Manifest, task: Mapping[str, Any], called: _Template, route: Route) -> Iterator[Diagnostic]:
    for what in ("parameters", "artifacts"):
        given = {item["name"] for item in task.get("arguments", {}).get(what, ())}
        taken = called.get("inputs", {}).get(what, ())
        needed = {item["name"] for item in taken if "value" not in item and not item.get("optional")}
        for name in sorted(given - {item["name"] for item in taken}):
            yield one.finding(MISSING, f"{called['name']} takes no {what[:-1]} {name!r}", *route, what)
        for name in sorted(needed - given):
            yield one.finding(MISSING, f"{called['name']} needs the {what[:-1]} {name!r}", *route, what)
    for index, artifact in enumerate(task.get("arguments", {}).get("artifacts", ())):
        origin = tags(artifact.get("from", ""))
        if len(origin) != 1 or ".artifacts." not in origin[0]:
            message = f"the artifact {artifact['name']!r} comes from no artifact"
            yield one.finding(MISSING, message, *route, "artifacts", index)
