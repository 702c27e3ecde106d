"""Who reads what, through models and feature sets, and in which environments it ends up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from plimsoll.compiler.project.reach import Reach
from plimsoll.compiler.project.unit import Key, Unit


@dataclass(frozen=True)
class Reads:
    """The names of what is read, directly or by way of others, in sorted order."""

    data_sources: tuple[str, ...] = ()
    feature_sets: tuple[str, ...] = ()


class Graph:
    """The references between specs. A reference that leads nowhere is left out.

    What is asked for is worked out, and kept; a graph of which nothing is asked costs a dictionary.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self.units: dict[Key, Unit] = {(unit.kind, unit.name): unit for unit in units}
        self._above = Reach(self._made_from)
        self._below = Reach(self._made_into)
        self._targets: dict[Key, tuple[Key, ...]] = {}
        self._models: dict[Key, tuple[str, ...]] = {}
        self._lives: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._reads: dict[tuple[str, ...], Reads] = {}
        self._placed: dict[str, tuple[tuple[str, str], ...]] = {}

    def named(self, kind: str, name: str, wanted: str) -> list[str]:
        """The names of the specs of a kind that a spec refers to directly, in order."""
        return [target for one, target in self._named((kind, name)) if one == wanted]

    def _named(self, key: Key) -> tuple[Key, ...]:
        """The specs that a spec refers to directly, in order."""
        if key not in self._targets:
            led = ((self.meant(kinds, name), name) for kinds, name in self.units[key].edges)
            self._targets[key] = tuple((kind, name) for kind, name in led if kind is not None)
        return self._targets[key]

    def meant(self, kinds: tuple[str, ...], name: str) -> str | None:
        """The kind that a reference leads to."""
        for kind in kinds:
            if (kind, name) in self.units:
                return kind
        return None

    def naming(self, kind: str, name: str) -> Iterator[Unit]:
        """The specs that may mean a spec by what they name, whether there is such a spec or not."""
        return (unit for kinds, unit in self._by_name.get(name, ()) if kind in kinds)

    def _users(self, kind: str, name: str, *wanted: str) -> Iterator[Unit]:
        """The specs of some kinds that refer to a spec directly."""
        for kinds, unit in self._by_name.get(name, ()):
            if unit.kind in wanted and self.meant(kinds, name) == kind:
                yield unit

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[tuple[str, ...], Unit]]]:
        """Who names what: the specs by the names that they refer to, each with the kinds that may be meant."""
        found: dict[str, list[tuple[tuple[str, ...], Unit]]] = {}
        for unit in self.units.values():
            for kinds, name in unit.edges:
                if name in found:
                    found[name].append((kinds, unit))
                else:
                    found[name] = [(kinds, unit)]
        return found

    def _made_from(self, key: Key) -> Iterable[Key]:
        if key[0] == "DataSource":
            return ()
        return (one for one in self._named(key) if one[0] in ("DataSource", "FeatureSet"))

    def _made_into(self, key: Key) -> Iterable[Key]:
        if key[0] == "Model":
            return ()
        return ((unit.kind, unit.name) for unit in self._users(*key, "FeatureSet", "Model"))

    def of_feature_set(self, name: str) -> Reads:
        """What a feature set is made from."""
        return _reads(self._above.of(("FeatureSet", name)))

    def of_model(self, name: str) -> Reads:
        """What a model reads."""
        return _reads(self._above.of(("Model", name)))

    def of_models(self, names: tuple[str, ...]) -> Reads:
        """What models read, all together."""
        if names not in self._reads:
            self._reads[names] = _reads(frozenset[Key]().union(*(self._above.of(("Model", name)) for name in names)))
        return self._reads[names]

    def sets_of(self, kind: str, name: str) -> tuple[str, ...]:
        """The feature sets that are made from a data source or from another feature set."""
        return _names(self._below.of((kind, name)), "FeatureSet")

    def models_of(self, kind: str, name: str) -> tuple[str, ...]:
        """The models that a spec has to do with, wherever they live."""
        key = (kind, name)
        if key not in self._models:
            self._models[key] = tuple(self._models_of(kind, name))
        return self._models[key]

    def _models_of(self, kind: str, name: str) -> Iterable[str]:
        match kind:
            case "Model":
                return (name,)
            case "Deployment":
                return self.named(kind, name, "Model")
            case "DataSource" | "FeatureSet":
                return _names(self._below.of((kind, name)), "Model")
            case "Environment":
                deployments = self._users(kind, name, "Deployment")
                return sorted({one for unit in deployments for one in self.named(unit.kind, unit.name, "Model")})
        return ()

    def placed_of_model(self, name: str) -> tuple[tuple[str, str], ...]:
        """The deployments of a model, by name: each with each of its environments."""
        if name not in self._placed:
            deployments = sorted({unit.name for unit in self._users("Model", name, "Deployment")})
            places = ((one, sorted(self.named("Deployment", one, "Environment"))) for one in deployments)
            self._placed[name] = tuple((one, place) for one, group in places for place in group)
        return self._placed[name]

    def environments_of(self, models: tuple[str, ...]) -> tuple[str, ...]:
        """The environments where any of the models lives."""
        if models not in self._lives:
            self._lives[models] = tuple(sorted({place for name in models for _, place in self.placed_of_model(name)}))
        return self._lives[models]


def _names(keys: Iterable[Key], kind: str) -> tuple[str, ...]:
    return tuple(sorted(name for one, name in keys if one == kind))


def _reads(keys: frozenset[Key]) -> Reads:
    return Reads(_names(keys, "DataSource"), _names(keys, "FeatureSet"))
