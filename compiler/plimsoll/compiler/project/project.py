"""The project: every spec by kind and name, and every deployment as it is in each of its environments."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.graph import Graph
from plimsoll.compiler.project.located import Located, Table
from plimsoll.compiler.project.overlay import lay_over, origin
from plimsoll.compiler.project.unit import Facts, Unit, unpack

if TYPE_CHECKING:
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


_AT_HAND = 4096
"""Of how many files the facts stay unpacked: what is asked for twice is mostly asked for soon again."""


@dataclass(frozen=True)
class Shelf:
    """Where a project takes a file's content from when it is asked for."""

    source: Callable[[str], SourceFile]
    """The file of a path."""
    facts: Callable[[str], bytes]
    """The packed facts of a path's units."""
    known: Callable[[str], bytes | None] = lambda _: None
    """The SHA-256 of the text of a path, where it is at hand."""

    def digest(self, path: str) -> bytes:
        """The SHA-256 of the text of a path."""
        return self.known(path) or text_digest(self.source(path))


def text_digest(source: SourceFile) -> bytes:
    """The SHA-256 of a file's text."""
    return hashlib.sha256(source.text.encode(errors="surrogatepass")).digest()


@dataclass(frozen=True)
class PlacedDeployment:
    """A deployment as it is in one environment: the overlay laid over its spec."""

    deployment: Located["Deployment"]
    environment: Located["Environment"]
    model: Located["Model"]

    @property
    def name(self) -> str:
        """The deployment's name."""
        return self.deployment.name

    @cached_property
    def spec(self) -> "DeploymentSpec":
        """The effective spec."""
        if not self._overlay:
            return self.deployment.spec.spec
        from plimsoll.compiler.kinds.deployment import DeploymentSpec

        written = self.deployment.facts.written["spec"]
        return DeploymentSpec.model_validate(lay_over(written, self._overlay), by_alias=True, by_name=False)

    @cached_property
    def values(self) -> dict[str, Any]:
        """The deployment as rules see it in this environment."""
        facts = self.deployment.facts
        return {**facts.values, "spec": facts.placed[self.environment.name]}

    def span(self, *route: str | int) -> Span:
        """Where an effective value stands: in the overlay where that has it, else in the spec."""
        return self.deployment.document.span(self._origin(route))

    def has(self, *route: str | int) -> bool:
        """Whether an effective value was written, in the overlay or in the spec, rather than filled in."""
        return self.deployment.document.has(self._origin(route))

    @property
    def _overlay(self) -> dict[str, Any]:
        overlays = self.deployment.facts.written["spec"]["environments"]
        return overlays[self.environment.name] or {}

    def _origin(self, route: Route) -> Route:
        if not route or route[0] != "spec":
            return route
        return origin(self._overlay, ("spec", "environments", self.environment.name), route[1:])


class Project:
    """All specs of a folder, each made when it is asked for."""

    def __init__(self, root: Path, units: Iterable[Unit], shelf: Shelf) -> None:
        self.root = root
        """The folder of the specs."""
        self.units = tuple(units)
        self.graph = Graph(self.units)
        self._shelf = shelf
        self._unpacked = lru_cache(maxsize=_AT_HAND)(lambda path: unpack(shelf.facts(path)))
        kinds: dict[str, dict[str, Unit]] = {}
        for unit in self.units:
            kinds.setdefault(unit.kind, {})[unit.name] = unit
        self.data_sources: Table[DataSource] = Table(kinds.get("DataSource", {}), self.locate)
        self.feature_sets: Table[FeatureSet] = Table(kinds.get("FeatureSet", {}), self.locate)
        self.models: Table[Model] = Table(kinds.get("Model", {}), self.locate)
        self.environments: Table[Environment] = Table(kinds.get("Environment", {}), self.locate)
        self.deployments: Table[Deployment] = Table(kinds.get("Deployment", {}), self.locate)
        self.policies: Table[Policy] = Table(kinds.get("Policy", {}), self.locate)
        self.bindings: Table[PolicyBinding] = Table(kinds.get("PolicyBinding", {}), self.locate)
        self.waivers: Table[Waiver] = Table(kinds.get("Waiver", {}), self.locate)

    @cached_property
    def tables(self) -> dict[str, Table[Any]]:
        """The specs of every kind, in the order of the story."""
        return {
            "DataSource": self.data_sources,
            "FeatureSet": self.feature_sets,
            "Model": self.models,
            "Environment": self.environments,
            "Deployment": self.deployments,
            "Policy": self.policies,
            "PolicyBinding": self.bindings,
            "Waiver": self.waivers,
        }

    def locate(self, unit: Unit) -> Located[Any]:
        """A unit with what it says and where it says it, made anew: what it holds goes when it does."""
        return Located(unit, self.facts, self._shelf.source)

    def facts(self, unit: Unit) -> Facts:
        """What a unit says, without where it says it."""
        return self._unpacked(unit.path)[unit.position]

    def content(self, unit: Unit) -> bytes:
        """The digest of the text that a unit stands in."""
        return self._shelf.digest(unit.path)

    @property
    def size(self) -> int:
        """How many specs there are."""
        return len(self.units)

    def located(self) -> tuple[Located[Any], ...]:
        """Every spec, by kind in the order of the story, then by name."""
        return tuple(one for table in self.tables.values() for one in table.values())

    def beside(self, spec: Located[Any], path: str) -> Path:
        """A file that a spec names relative to itself."""
        return self.root / Path(spec.unit.path).parent / path

    @cached_property
    def placed(self) -> tuple[PlacedDeployment, ...]:
        """Every deployment in every environment it runs in, by name and environment."""
        return tuple(placed for name in self.deployments for placed in self.placed_of(name))

    def placed_of(self, deployment: str) -> tuple[PlacedDeployment, ...]:
        """A deployment in each of its environments, by their names."""
        places = sorted(self.graph.named("Deployment", deployment, "Environment"))
        return tuple(self.place(deployment, place) for place in places)

    def place(self, deployment: str, environment: str) -> PlacedDeployment:
        """A deployment in one of its environments."""
        (model,) = self.graph.named("Deployment", deployment, "Model")
        return PlacedDeployment(self.deployments[deployment], self.environments[environment], self.models[model])

    @cached_property
    def _by_environment(self) -> dict[str, tuple[PlacedDeployment, ...]]:
        found: dict[str, list[PlacedDeployment]] = {}
        for placed in self.placed:
            found.setdefault(placed.environment.name, []).append(placed)
        return {name: tuple(group) for name, group in found.items()}

    def placed_in(self, environment: str) -> tuple[PlacedDeployment, ...]:
        """The deployments of an environment."""
        return self._by_environment.get(environment, ())

    def models_in(self, environment: str) -> tuple[Located["Model"], ...]:
        """The models that an environment's deployments use, by name: those whose training is rendered there."""
        return tuple(self.models[name] for name in self.graph.models_of("Environment", environment))
