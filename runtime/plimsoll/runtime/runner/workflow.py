"""A workflow that has been loaded and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plimsoll.runtime.runner.conditions import dependency_logic, dependency_names
from plimsoll.runtime.runner.expression import Expression
from plimsoll.runtime.runner.manifest import ConfigMap, Spec, Task, Template


@dataclass(frozen=True)
class LoadedWorkflow:
    """A WorkflowTemplate and the ConfigMaps of its release.

    Law: whoever got one from ``load_workflow`` may follow every reference in it; each exists, and no circle is among
    them.
    """

    name: str
    source: Path
    """The manifest's file, relative to the release folder."""
    spec: Spec
    config_maps: Mapping[str, ConfigMap]

    @cached_property
    def templates(self) -> Mapping[str, Template]:
        """The templates by name."""
        return {template.name: template for template in self.spec.templates}

    def where(self, *route: str) -> str:
        """A place in the manifest, to be shown to a person."""
        return f"{self.source}: {'.'.join(route)}"


@dataclass(frozen=True)
class Graph:
    """The tasks of one DAG template, with what each waits for."""

    tasks: Mapping[str, Task]
    logic: Mapping[str, Expression | None]

    @classmethod
    def of(cls, template: Template, where: str) -> "Graph":
        """The graph of a DAG template.

        Raises:
            Refused: when a ``depends`` can't be parsed.
        """
        tasks = {task.name: task for task in (template.dag.tasks if template.dag else ())}
        return cls(tasks, {name: dependency_logic(t, f"{where}.{name}.depends") for name, t in tasks.items()})

    @cached_property
    def dependencies(self) -> Mapping[str, tuple[str, ...]]:
        """For each task the names of those it waits for."""
        return {name: dependency_names(logic) for name, logic in self.logic.items()}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The tasks that none waits for; by them a DAG succeeds or fails."""
        awaited = {name for names in self.dependencies.values() for name in names}
        return tuple(name for name in self.tasks if name not in awaited)

    @cached_property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The tasks in topological waves: each wave waits for nothing but the waves before it.

        Tasks in a circle, and those that wait for one, are in no wave.
        """
        waves: list[tuple[str, ...]] = []
        left = dict(self.dependencies)
        while wave := tuple(name for name, needs in left.items() if not any(need in left for need in needs)):
            waves.append(wave)
            left = {name: needs for name, needs in left.items() if name not in wave}
        return tuple(waves)

    @cached_property
    def ancestors(self) -> Mapping[str, frozenset[str]]:
        """For each task in a wave all those that have ended when it starts."""
        found: dict[str, frozenset[str]] = {}
        for name in (name for wave in self.waves for name in wave):
            needs = self.dependencies[name]
            found[name] = frozenset(needs).union(*(found[need] for need in needs))
        return found
