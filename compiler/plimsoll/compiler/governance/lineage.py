"""Who reads what, through models and feature sets, and in which environments it ends up."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from plimsoll.compiler.project.project import PlacedDeployment, Project


@dataclass(frozen=True)
class Reads:
    """The names of what is read, directly or by way of others, in sorted order."""

    data_sources: tuple[str, ...] = ()
    feature_sets: tuple[str, ...] = ()


class Lineage:
    """The graph of a project, walked once for each node."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._sets: dict[str, tuple[frozenset[str], frozenset[str]]] = {}

    def of_feature_set(self, name: str) -> Reads:
        """What a feature set is made from."""
        sources, sets = self._upstream(name)
        return Reads(tuple(sorted(sources)), tuple(sorted(sets)))

    def of_models(self, names: Iterable[str]) -> Reads:
        """What models read, all together."""
        sources: set[str] = set()
        sets: set[str] = set()
        for name in names:
            spec = self.project.models[name].spec.spec
            sources.add(spec.examples.source)
            for used in spec.features:
                upstream = self._upstream(used.set)
                sources |= upstream[0]
                sets |= {used.set, *upstream[1]}
        return Reads(tuple(sorted(sources)), tuple(sorted(sets)))

    def _upstream(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The data sources and the other feature sets that a feature set is made from."""
        if name not in self._sets:
            sources: set[str] = set()
            sets: set[str] = set()
            for source in self.project.feature_sets[name].spec.spec.sources:
                if source in self.project.data_sources:
                    sources.add(source)
                else:
                    upstream = self._upstream(source)
                    sources |= upstream[0]
                    sets |= {source, *upstream[1]}
            self._sets[name] = frozenset(sources), frozenset(sets)
        return self._sets[name]

    @cached_property
    def models_of_data_source(self) -> dict[str, tuple[str, ...]]:
        """The models that read a data source."""
        return self._inverted({name: self.of_models([name]).data_sources for name in self.project.models})

    @cached_property
    def models_of_feature_set(self) -> dict[str, tuple[str, ...]]:
        """The models that read a feature set."""
        return self._inverted({name: self.of_models([name]).feature_sets for name in self.project.models})

    @cached_property
    def sets_of_data_source(self) -> dict[str, tuple[str, ...]]:
        """The feature sets that are made from a data source."""
        sets = self.project.feature_sets
        return self._inverted({name: self.of_feature_set(name).data_sources for name in sets})

    @cached_property
    def placed_of_model(self) -> dict[str, tuple[PlacedDeployment, ...]]:
        """The deployments of a model, in each of their environments."""
        found: dict[str, list[PlacedDeployment]] = {}
        for placed in self.project.placed:
            found.setdefault(placed.spec.model, []).append(placed)
        return {name: tuple(group) for name, group in found.items()}

    def environments_of(self, models: Iterable[str]) -> tuple[str, ...]:
        """The environments where any of the models lives."""
        found = {p.environment.spec.metadata.name for name in models for p in self.placed_of_model.get(name, ())}
        return tuple(sorted(found))

    @staticmethod
    def _inverted(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in sorted(table):
            for target in table[name]:
                found.setdefault(target, []).append(name)
        return {target: tuple(names) for target, names in found.items()}
