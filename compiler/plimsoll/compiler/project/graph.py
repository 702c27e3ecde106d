"""Who reads what, through models and feature sets, and in which environments it ends up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from plimsoll.compiler.project.unit import Unit


@dataclass(frozen=True)
class Reads:
    """The names of what is read, directly or by way of others, in sorted order."""

    data_sources: tuple[str, ...] = ()
    feature_sets: tuple[str, ...] = ()


class Graph:
    """The references between specs, each walked once. A reference that leads nowhere is left out."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units = {(unit.kind, unit.name): unit for unit in units}
        self._upstreams: dict[str, tuple[frozenset[str], frozenset[str]]] = {}
        self._of_model: dict[str, Reads] = {}

    def named(self, kind: str, name: str, wanted: str) -> Iterator[str]:
        """The names of the specs of a kind that a spec refers to directly, in order."""
        for kinds, target in self.units[kind, name].edges:
            found = next((one for one in kinds if (one, target) in self.units), None)
            if found == wanted:
                yield target

    def of_kind(self, kind: str) -> list[str]:
        """The names of all specs of a kind, sorted."""
        return sorted(name for one, name in self.units if one == kind)

    def of_feature_set(self, name: str) -> Reads:
        """What a feature set is made from."""
        sources, sets = self._upstream(name)
        return Reads(tuple(sorted(sources)), tuple(sorted(sets)))

    def of_model(self, name: str) -> Reads:
        """What a model reads."""
        if name not in self._of_model:
            sources, sets = set(self.named("Model", name, "DataSource")), set[str]()
            for used in self.named("Model", name, "FeatureSet"):
                upstream = self._upstream(used)
                sources |= upstream[0]
                sets |= {used, *upstream[1]}
            self._of_model[name] = Reads(tuple(sorted(sources)), tuple(sorted(sets)))
        return self._of_model[name]

    def of_models(self, names: Iterable[str]) -> Reads:
        """What models read, all together."""
        read = [self.of_model(name) for name in names]
        if len(read) == 1:
            return read[0]
        sources = {source for one in read for source in one.data_sources}
        sets = {one_set for one in read for one_set in one.feature_sets}
        return Reads(tuple(sorted(sources)), tuple(sorted(sets)))

    def _upstream(self, name: str) -> tuple[frozenset[str], frozenset[str]]:
        """The data sources and the other feature sets that a feature set is made from.

        Each is worked out after those it is made from, without recursion, since chains may be long. On a cycle, which
        is a finding elsewhere, a set that is being worked out counts as made from nothing yet.
        """
        ahead, begun = [name], set[str]()
        while ahead:
            one = ahead[-1]
            others = tuple(self.named("FeatureSet", one, "FeatureSet"))
            missing = [other for other in others if other not in self._upstreams and other not in begun]
            if one not in self._upstreams and one not in begun and missing:
                begun.add(one)
                ahead += missing
                continue
            ahead.pop()
            if one not in self._upstreams:
                above = [self._upstreams.get(other, (frozenset[str](), frozenset[str]())) for other in others]
                sources = frozenset(self.named("FeatureSet", one, "DataSource")).union(*(up[0] for up in above))
                self._upstreams[one] = sources, (frozenset(others).union(*(up[1] for up in above)) - {one})
        return self._upstreams[name]

    @cached_property
    def models_of_data_source(self) -> dict[str, tuple[str, ...]]:
        """The models that read a data source."""
        return _inverted({name: self.of_model(name).data_sources for name in self.of_kind("Model")})

    @cached_property
    def models_of_feature_set(self) -> dict[str, tuple[str, ...]]:
        """The models that read a feature set."""
        return _inverted({name: self.of_model(name).feature_sets for name in self.of_kind("Model")})

    @cached_property
    def sets_of_data_source(self) -> dict[str, tuple[str, ...]]:
        """The feature sets that are made from a data source."""
        return _inverted({name: self.of_feature_set(name).data_sources for name in self.of_kind("FeatureSet")})

    @cached_property
    def sets_of_feature_set(self) -> dict[str, tuple[str, ...]]:
        """The feature sets that are made from another one."""
        return _inverted({name: self.of_feature_set(name).feature_sets for name in self.of_kind("FeatureSet")})

    @cached_property
    def placed_of_model(self) -> dict[str, tuple[tuple[str, str], ...]]:
        """The deployments of a model: each with each of its environments."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self.of_kind("Deployment"):
            for model in self.named("Deployment", name, "Model"):
                places = sorted(self.named("Deployment", name, "Environment"))
                found.setdefault(model, []).extend((name, place) for place in places)
        return {name: tuple(group) for name, group in found.items()}

    @cached_property
    def _environments(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(sorted({place for _, place in group})) for name, group in self.placed_of_model.items()}

    @cached_property
    def models_of_environment(self) -> dict[str, tuple[str, ...]]:
        """The models that an environment's deployments use."""
        return _inverted(self._environments)

    def environments_of(self, models: Iterable[str]) -> tuple[str, ...]:
        """The environments where any of the models lives."""
        found = {place for name in models for place in self._environments.get(name, ())}
        return tuple(sorted(found))

    def models_of(self, kind: str, name: str) -> tuple[str, ...]:
        """The models that a spec has to do with, wherever they live."""
        match kind:
            case "Model":
                return (name,)
            case "Deployment":
                return tuple(self.named(kind, name, "Model"))
            case "DataSource":
                return self.models_of_data_source.get(name, ())
            case "FeatureSet":
                return self.models_of_feature_set.get(name, ())
            case "Environment":
                return self.models_of_environment.get(name, ())
        return ()


def _inverted(table: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(table):
        for target in table[name]:
            found.setdefault(target, []).append(name)
    return {target: tuple(names) for target, names in found.items()}
