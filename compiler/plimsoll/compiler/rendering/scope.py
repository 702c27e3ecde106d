"""The specs that an environment's release is made from, as they are there."""

from dataclasses import dataclass
from typing import Any, Protocol

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.digests import effective_values, placed_values
from plimsoll.compiler.rendering.inputs import data_sources_of, feature_sets_of


class Places(Protocol):
    """Something that knows where the value at a route of a spec stands."""

    def span(self, *route: str | int) -> Span:
        """Where the value stands."""


@dataclass(frozen=True)
class ScopedSpec:
    """A spec's effective values in an environment, and what knows where they stand."""

    key: str
    """``Kind/name``."""
    values: dict[str, Any]
    places: Places


def specs_in(project: Project, environment: str) -> tuple[ScopedSpec, ...]:
    """Every spec that reaches an environment's release: itself, its deployments, and all they are made from."""
    place = project.environments[environment]
    models = project.models_in(environment)
    found: dict[str, Located[Any]] = {place.key: place}
    for model in models:
        found[model.key] = model
        found |= {one.key: one for one in feature_sets_of(project, model.spec)}
        found |= {one.key: one for one in data_sources_of(project, model.spec)}
    placed = [ScopedSpec(p.deployment.key, placed_values(p), p) for p in project.placed_in(environment)]
    plain = [ScopedSpec(key, effective_values(found[key].spec), found[key]) for key in sorted(found)]
    return (*placed, *plain)
