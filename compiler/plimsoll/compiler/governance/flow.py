"""What a rule that judges Flow sees as ``object``: data of a source, as it comes to a sink; typed field by field."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds import DataSource, Environment, Model
from plimsoll.compiler.kinds.common import Part

SinkKind = Literal[
    "feature", "declassification", "model", "training", "package", "profile", "server", "scorer", "cache",
    "predictions", "monitor", "stores", "replica", "backup", "logs",
]  # fmt: skip


class FlowLabel(Part):
    """What is to be observed about data where it arrives."""

    classification: Annotated[str, Field(description="public, internal, confidential or restricted")]
    classification_level: Annotated[int, Field(description="the same as a number, 0 to 3")]
    personal_data: Annotated[str, Field(description="none, pseudonymous, personal or special: the most that it is")]
    personal_level: Annotated[int, Field(description="the same as a number, 0 to 3")]
    personal_kinds: Annotated[
        tuple[str, ...],
        Field(description="all of pseudonymous, personal and special that it is, having come on several ways"),
    ]
    categories: Annotated[tuple[str, ...], Field(description="what it reveals about people, such as health")]
    jurisdictions: Annotated[tuple[str, ...], Field(description="the laws it is under")]
    areas: Annotated[tuple[str, ...], Field(description="where these laws let it move freely: EEA, or a country")]
    purposes: Annotated[
        tuple[str, ...], Field(description="what it may still be used for; absent where nobody restricted that")
    ] = ()
    retention: Annotated[int | None, Field(description="the days it may be kept; absent where nobody said")] = None
    licences: Annotated[tuple[str, ...], Field(description="the licences it is used under")]


class FlowSink(Part):
    """What data comes to. A field that has no meaning for its kind is absent."""

    kind: Annotated[SinkKind, Field(description="what it is; see below")]
    owner: Annotated[str, Field(description="the spec that a finding is about, as Kind/name")]
    name: Annotated[str, Field(description="the feature, the sink of logs, or else its owner's name")]
    environment: Annotated[str | None, Field(description="the environment; absent for features and models")] = None
    stage: Annotated[str | None, Field(description="the environment's")] = None
    region: Annotated[str | None, Field(description="where it lies")] = None
    jurisdiction: Annotated[str | None, Field(description="the law that holds there")] = None
    country: Annotated[str | None, Field(description="the country of that law")] = None
    area: Annotated[str | None, Field(description="EEA for its countries, else the country")] = None
    personal_data: Annotated[tuple[str, ...], Field(description="what the environment admits")] = ()
    clearance: Annotated[str | None, Field(description="the highest classification it admits; absent for any")] = None
    clearance_level: Annotated[int | None, Field(description="the same as a number, 0 to 3")] = None
    retention: Annotated[
        int | None, Field(description="the days for which data is kept there, or how far back a model learns")
    ] = None
    purposes: Annotated[tuple[str, ...], Field(description="of a model")] = ()
    written: Annotated[str | None, Field(description="the personalData that is written at a feature")] = None
    written_level: Annotated[int | None, Field(description="the same as a number, 0 to 3")] = None
    method: Annotated[str | None, Field(description="of a declassification")] = None
    k: Annotated[int | None, Field(description="of what is aggregated")] = None
    approver: Annotated[str | None, Field(description="of a declassification")] = None
    responsible: Annotated[str | None, Field(description="who owns the feature set of a declassification")] = None


class FlowLowering(Part):
    """A declassification on the way."""

    feature_set: Annotated[str, Field(description="where it was")]
    method: Annotated[str, Field(description="anonymised, aggregated or consented")]
    k: Annotated[int | None, Field(description="of what is aggregated")] = None
    approver: Annotated[str, Field(description="who allowed it")]


class Flow(Part):
    """Data of one source at one sink, by whichever ways it comes there."""

    source: Annotated[DataSource, Field(description="where the data comes from, with what is declared there")]
    label: Annotated[FlowLabel, Field(description="its label at the sink: that of all ways together")]
    sink: Annotated[FlowSink, Field(description="what it comes to")]
    declassified: Annotated[tuple[FlowLowering, ...], Field(description="every declassification on the ways")]
    data: Annotated[str, Field(description="the label in words, such as: confidential health data of AE")]
    way: Annotated[str, Field(description="in words, the specs on a shortest way that is enough to break the rule")]


class FlowContext(Part):
    """The specs that a sink has to do with; a field is absent where there is none."""

    environment: Annotated[Environment | None, Field(description="where the sink is")] = None
    model: Annotated[Model | None, Field(description="the model of a sink that has one")] = None
