"""FeatureSet: features of one entity, how they are made, and how long they stay true."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import ColumnType, Part, PersonalData, Resource
from plimsoll.compiler.kinds.scalars import Column, Name, RelativePath, Seconds, Share


class Expectation(Part):
    """What a column's values are expected to be; a value outside stops training. Bounds are inclusive."""

    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None
    max_missing: Share = 1.0
    """The largest share of missing values."""


class Feature(Part):
    """One feature."""

    type: ColumnType
    description: str = ""
    unit: str = ""
    personal_data: PersonalData = "none"
    expect: Expectation = Expectation()


class Entity(Part):
    """What the features describe, and the columns that identify one."""

    name: Name
    keys: Annotated[dict[Column, ColumnType], Field(min_length=1)]


class Transformation(Part):
    """One DuckDB SELECT over the sources, in place or in a file beside the spec."""

    sql: str | None = None
    file: RelativePath | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Transformation":
        if (self.sql is None) == (self.file is None):
            raise ValueError("give either sql or file")
        return self


class FeatureSetSpec(Part):
    """How features are made from sources."""

    entity: Entity
    sources: Annotated[tuple[Name, ...], Field(min_length=1)]
    transformation: Transformation
    timestamp: Column
    """The column of the result that says from when on a row's features hold."""
    ttl: Seconds = 0
    """How long values stay true after their timestamp; ``0s`` means for ever."""
    purposes: tuple[Name, ...] = ()
    features: Annotated[dict[Column, Feature], Field(min_length=1)]


class FeatureSet(Resource):
    """Features that teams share: made once, read the same way in training and in serving."""

    kind: Literal["FeatureSet"]
    spec: FeatureSetSpec
