"""The order in which a workflow's tasks run, without running them."""

from dataclasses import dataclass

from plimsoll.runtime.runner.workflow import Graph, LoadedWorkflow


@dataclass(frozen=True)
class PlannedTask:
    """A task of the entrypoint: what it calls, what it waits for, and what decides whether it runs."""

    name: str
    template: str
    dependencies: tuple[str, ...]
    when: str | None
    fans_out: bool


def plan_order(workflow: LoadedWorkflow) -> tuple[tuple[PlannedTask, ...], ...]:
    """The entrypoint's tasks in topological waves, each in the manifest's order; a lone container is one wave of one.

    Law: every task stands in a later wave than all that it depends on.
    """
    entry = workflow.templates[workflow.spec.entrypoint]
    if entry.dag is None:
        return ((PlannedTask(entry.name, entry.name, (), None, False),),)
    graph = Graph.of(entry, workflow.where("templates", entry.name))
    return tuple(tuple(_planned(graph, name) for name in wave) for wave in graph.waves)


def _planned(graph: Graph, name: str) -> PlannedTask:
    task = graph.tasks[name]
    return PlannedTask(name, task.template or "", graph.dependencies[name], task.when, task.fans_out)
