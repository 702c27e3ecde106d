"""FeatureSet: features of one entity, how they are made, and how long they stay true."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.columns import Expectation
from plimsoll.compiler.kinds.common import ColumnType, Part, PersonalData, Resource, VersionedMetadata, left_out
from plimsoll.compiler.kinds.declassification import Declassification
from plimsoll.compiler.kinds.scalars import Column, Line, Name, Reference, RelativePath, Seconds, Sql, Words


class Feature(Part):
    """One feature."""

    type: ColumnType
    """The type of its values."""
    description: Words = ""
    """What it says about the entity."""
    unit: Line = ""
    """The unit of measurement; empty where values have none."""
    personal_data: PersonalData = "none"
    """Whether its values are about a person; left out, they are as much as the data that they are made from."""
    expect: Expectation = Expectation()
    """What its values are expected to be."""


class Entity(Part):
    """What the features describe, and the columns that identify one."""

    name: Name
    """What one of them is called."""
    keys: Annotated[dict[Column, ColumnType], Field(min_length=1, max_length=20)]
    """The columns that identify one, with their types; examples are joined by them."""


class Transformation(Part):
    """One DuckDB SELECT over the sources, in place or in a file beside the spec."""

    sql: Sql | None = None
    """The statement, in place."""
    file: RelativePath | None = None
    """The file that holds the statement, relative to the spec."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Transformation":
        if (self.sql is None) == (self.file is None):
            raise ValueError("give either sql or file")
        return self


class FeatureSetSpec(Part):
    """How features are made from sources."""

    entity: Entity
    """What the features describe."""
    sources: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=50)]
    """The DataSources and FeatureSets that they are made from; each is a view in the SQL, dashes as underscores."""
    transformation: Transformation
    """How they are made: the result holds the keys, the timestamp and the features."""
    timestamp: Column
    """The column of the result that says from when on a row's features hold."""
    ttl: Seconds = 0
    """How long values stay true after their timestamp; ``0s`` means for ever."""
    purposes: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    """What the features may be used for; a model's purposes must lie within."""
    features: Annotated[dict[Column, Feature], Field(min_length=1, max_length=2000)]
    """Every feature, by its column in the result."""
    declassify: Annotated[tuple[Declassification, ...], Field(min_length=1, max_length=50)] | None = Field(
        default=None, exclude_if=left_out
    )
    """Where labels of the sources end, and why they may; left out, every feature bears the labels of all sources."""

    @model_validator(mode="after")
    def _declassifies_its_own(self) -> "FeatureSetSpec":
        for one in self.declassify or ():
            for name in one.features or ():
                if name not in self.features:
                    raise ValueError(f"declassify names {name}, which is no feature of this set")
        return self


class FeatureSet(Resource):
    """Features that teams share: made once, read the same way in training and in serving."""

    kind: Literal["FeatureSet"]
    """What kind of spec this is."""
    metadata: VersionedMetadata
    """Who the spec is, and the version of its features."""
    spec: FeatureSetSpec
    """How the features are made."""
