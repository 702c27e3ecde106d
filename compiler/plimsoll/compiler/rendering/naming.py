"""The unit of rendering: one model in one environment, its training there and every deployment of it there.

The objects of an environment itself are a unit as well. What a unit renders to depends on nothing but the specs that it
reaches, the files beside them and the templates: so it can be rendered in any process, in any order, and need not be
rendered again as long as these are the same. Nothing heavy is imported here: a run in which nothing changed comes no
further.
"""

from functools import lru_cache
from typing import NamedTuple

from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.project.project import Project
from plimsoll.contract.refusal import Refused


class Unit(NamedTuple):
    """What is rendered together."""

    environment: str
    model: str
    """Empty for the objects of the environment itself."""
    deployments: tuple[str, ...] = ()


def require_environment(project: Project, environment: str) -> None:
    """See to it that there is an environment.

    Raises:
        Refused: when the project has no such environment.
    """
    if environment not in project.environments:
        hint = did_you_mean(environment, project.environments)
        raise Refused("environment", str(project.root), f"the specs have no Environment {environment!r}", hint)


def units_of(project: Project, environment: str) -> tuple[Unit, ...]:
    """The units of an environment: itself, then its models by name. There are none where no deployment runs."""
    models = _by_environment(project).get(environment, {})
    units = tuple(Unit(environment, model, tuple(sorted(models[model]))) for model in sorted(models))
    return (Unit(environment, ""), *units) if units else ()


@lru_cache(maxsize=2)
def _by_environment(project: Project) -> dict[str, dict[str, list[str]]]:
    """The deployments by environment and model."""
    graph = project.graph
    found: dict[str, dict[str, list[str]]] = {}
    for unit in project.units:
        if unit.kind == "Deployment":
            for model in graph.named(unit.kind, unit.name, "Model"):
                for place in graph.named(unit.kind, unit.name, "Environment"):
                    found.setdefault(place, {}).setdefault(model, []).append(unit.name)
    return found
