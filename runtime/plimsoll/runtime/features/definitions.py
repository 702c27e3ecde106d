"""Feature sets as Feast objects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from feast import Entity, FeatureView, Field, FileSource
from feast.feast_object import FeastObject
from feast.types import Bool, FeastType, Float64, Int64, String, UnixTimestamp
from feast.value_type import ValueType

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureSetRequest

FEAST_TYPES: Final[Mapping[ColumnType, FeastType]] = {
    "string": String,
    "int": Int64,
    "float": Float64,
    "bool": Bool,
    "timestamp": UnixTimestamp,
}
_KEY_TYPES: Final[Mapping[ColumnType, ValueType]] = {"string": ValueType.STRING, "int": ValueType.INT64}
"""The types that Feast can serialise in an entity key and that are equal only when they look equal."""


@dataclass(frozen=True)
class Definitions:
    """The Feast objects of some feature sets, by name."""

    entities: Mapping[str, Entity]
    sources: Mapping[str, FileSource]
    views: Mapping[str, FeatureView]

    def all(self) -> list[FeastObject]:
        """Every object, entities first."""
        return [*self.entities.values(), *self.sources.values(), *self.views.values()]


def define(feature_sets: Sequence[FeatureSetRequest], state: State) -> Definitions:
    """The Feast objects of some feature sets: one entity for each key column, a source and a view for each set.

    Sources name their files relative to the state folder, since each step sees that folder at a place of its own.

    Raises:
        Refused: when a key is of a type that can't be a key, or two sets give one key different types.
    """
    entities: dict[str, Entity] = {}
    sources: dict[str, FileSource] = {}
    views: dict[str, FeatureView] = {}
    for request in feature_sets:
        own = [_entity(request, key, entities) for key in request.keys]
        source = FileSource(
            name=request.name,
            path=state.feature_table(request.name).relative_to(state.root).as_posix(),
            timestamp_field=request.timestamp,
        )
        types = {**request.keys, **{name: feature.type for name, feature in request.features.items()}}
        views[request.name] = FeatureView(
            name=request.name,
            entities=own,
            ttl=timedelta(seconds=request.ttl),
            schema=[Field(name=name, dtype=FEAST_TYPES[kind]) for name, kind in types.items()],
            source=source,
            online=True,
        )
        sources[request.name] = source
        entities |= {entity.name: entity for entity in own}
    return Definitions(entities, sources, views)


def columns_of(view: FeatureView) -> dict[str, str]:
    """A view's key and feature columns with their types, whatever their order."""
    return {field.name: str(field.dtype) for field in (*view.entity_columns, *view.features)}


def timing_of(view: FeatureView) -> str:
    """A view's TTL and timestamp column, in words."""
    source = view.batch_source
    return f"TTL {view.ttl} and timestamp column {source.timestamp_field if source else None}"


def _entity(request: FeatureSetRequest, key: str, known: Mapping[str, Entity]) -> Entity:
    """The entity of one key column; Feast's entities have one column each."""
    what, kind = f"feature set '{request.name}'", request.keys[key]
    if kind not in _KEY_TYPES:
        raise Refused(what, f"key '{key}'", f"a key can't be of type {kind}", "use a string or an int")
    entity = Entity(name=f"{request.entity}_{key}", join_keys=[key], value_type=_KEY_TYPES[kind])
    former = known.get(entity.name)
    if former is not None and former.value_type != entity.value_type:
        raise Refused(what, f"key '{key}'", f"another feature set of entity '{request.entity}' gives it another type")
    return entity
