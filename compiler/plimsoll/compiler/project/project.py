"""The project: every spec by kind and name, and every deployment as it is in each of its environments."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.kinds import (
    DataSource,
    Deployment,
    Environment,
    FeatureSet,
    Model,
    Policy,
    PolicyBinding,
    Waiver,
)
from plimsoll.compiler.kinds.deployment import DeploymentSpec
from plimsoll.compiler.loading.sources import Sources
from plimsoll.compiler.project.overlay import origin
from plimsoll.compiler.project.typed import Located


@dataclass(frozen=True)
class PlacedDeployment:
    """A deployment as it is in one environment: the overlay laid over its spec."""

    deployment: Located[Deployment]
    environment: Located[Environment]
    model: Located[Model]
    spec: DeploymentSpec

    @property
    def name(self) -> str:
        """The deployment's name."""
        return self.deployment.spec.metadata.name

    def span(self, *route: str | int) -> Span:
        """Where an effective value stands: in the overlay where that has it, else in the spec."""
        return self.deployment.document.span(self._origin(route))

    def has(self, *route: str | int) -> bool:
        """Whether an effective value was written, in the overlay or in the spec, rather than filled in."""
        return self.deployment.document.has(self._origin(route))

    def _origin(self, route: Route) -> Route:
        if not route or route[0] != "spec":
            return route
        environment = self.environment.spec.metadata.name
        overlay = self.deployment.spec.spec.environments[environment]
        return origin(overlay, ("spec", "environments", environment), route[1:])


@dataclass(frozen=True)
class Project:
    """All specs of a folder; every reference between them holds."""

    sources: Sources
    data_sources: dict[str, Located[DataSource]] = field(default_factory=dict)
    feature_sets: dict[str, Located[FeatureSet]] = field(default_factory=dict)
    models: dict[str, Located[Model]] = field(default_factory=dict)
    environments: dict[str, Located[Environment]] = field(default_factory=dict)
    deployments: dict[str, Located[Deployment]] = field(default_factory=dict)
    policies: dict[str, Located[Policy]] = field(default_factory=dict)
    bindings: dict[str, Located[PolicyBinding]] = field(default_factory=dict)
    waivers: dict[str, Located[Waiver]] = field(default_factory=dict)
    placed: tuple[PlacedDeployment, ...] = ()
    """Every deployment in every environment it runs in, by name and environment."""

    @property
    def root(self) -> Path:
        """The folder of the specs."""
        return self.sources.root

    @cached_property
    def size(self) -> int:
        """How many specs there are."""
        return sum(len(table) for table in self._tables)

    @property
    def _tables(self) -> tuple[dict[str, Any], ...]:
        return (
            self.data_sources,
            self.feature_sets,
            self.models,
            self.environments,
            self.deployments,
            self.policies,
            self.bindings,
            self.waivers,
        )

    def located(self) -> tuple[Located[Any], ...]:
        """Every spec, by kind in the order of the story, then by name."""
        return tuple(table[name] for table in self._tables for name in sorted(table))

    def beside(self, spec: Located[Any], path: str) -> Path:
        """A file that a spec names relative to itself."""
        return self.root / Path(spec.document.source.path).parent / path

    def placed_in(self, environment: str) -> tuple[PlacedDeployment, ...]:
        """The deployments of an environment."""
        return tuple(p for p in self.placed if p.environment.spec.metadata.name == environment)

    def models_in(self, environment: str) -> tuple[Located[Model], ...]:
        """The models that an environment's deployments use, by name: those whose training is rendered there."""
        names = {p.spec.model for p in self.placed_in(environment)}
        return tuple(self.models[name] for name in sorted(names))
