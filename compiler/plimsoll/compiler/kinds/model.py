"""Model: what is learned, from what, by which program, and the bars it must pass."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.columns import Expectation
from plimsoll.compiler.kinds.common import ColumnType, Part, Resource, Schedule, left_out
from plimsoll.compiler.kinds.evidence import Dependencies, ModelEvidence
from plimsoll.compiler.kinds.gates import Gate
from plimsoll.compiler.kinds.patches import Patches
from plimsoll.compiler.kinds.scalars import (
    ClassName,
    Column,
    Contact,
    Days,
    Digest,
    Flag,
    Licence,
    Line,
    Name,
    Reference,
    Rows,
    Seconds,
    Sql,
    Value,
    Words,
)
from plimsoll.compiler.kinds.training import Training
from plimsoll.compiler.kinds.triggers import Triggers
from plimsoll.contract.tasks import Metric, Task


class Input(Part):
    """A column of the examples that is a model input, known at the time of prediction."""

    type: ColumnType
    """The type of its values, as the data source has it."""
    unit: Line = ""
    """The unit of measurement; empty where values have none."""
    expect: Expectation = Expectation()
    """What its values are expected to be."""


class Label(Part):
    """What is predicted: a DuckDB expression over the source's columns, and when it becomes known.

    It is a condition for two classes, a number for a regression, and text or a whole number for several classes.
    """

    name: Column
    """What the label is called."""
    expression: Annotated[str, Field(min_length=1, max_length=1000, examples=["arrival_delay > 15"])]
    """A DuckDB expression over the source's columns."""
    known_after: Seconds
    """How long after the example's timestamp the label is known."""
    classes: Annotated[tuple[ClassName, ...], Field(min_length=1, max_length=100)] | None = Field(
        default=None, exclude_if=left_out
    )
    """Of several classes every one, three at the least, in the order in which the model answers their probabilities."""


class Examples(Part):
    """Where labelled examples come from: one row of a source each."""

    source: Reference
    """The DataSource whose rows are the examples."""
    id: Column
    """The column that identifies an example."""
    timestamp: Column
    """The column that says when a prediction is asked for; nothing later may be known. A date is the start of its day
    in UTC."""
    keys: Annotated[tuple[Column, ...], Field(max_length=50)] = ()
    """Columns that join feature sets and are not inputs themselves."""
    inputs: Annotated[dict[Column, Input], Field(max_length=2000)] = Field(default_factory=dict)
    """Columns of the source that the model reads as they are."""
    label: Label
    """What is predicted."""
    filter: Sql | None = None
    """A DuckDB condition that an example must meet."""


class UsedFeatures(Part):
    """The features of one set that the model reads."""

    set: Reference
    """The FeatureSet."""
    use: Annotated[tuple[Column, ...], Field(min_length=1, max_length=2000)]
    """The features, in the order in which the model reads them."""


class Window(Part):
    """The days of data a run learns from, and the later days it is judged on."""

    training: Days
    """The days it learns from."""
    evaluation: Days
    """The days that follow, which it is judged on."""


class SliceGate(Part):
    """Gates that hold in every slice of a column, where the slice is large enough."""

    by: Column
    """The column whose values make the slices."""
    min_rows: Rows = 500
    """A slice with fewer rows is not judged."""
    gates: Annotated[tuple[Gate, ...], Field(min_length=1, max_length=20)]
    """The bars that every slice must meet."""


class Challenge(Part):
    """How much worse than the serving version a new one may be."""

    metric: Metric
    """What both are measured by."""
    tolerance: Annotated[Value, Field(ge=0)] = 0.0
    """How much worse the new one may be, in the metric's own measure."""


class Evaluation(Part):
    """The gates between training and registry."""

    gates: Annotated[tuple[Gate, ...], Field(max_length=20)] = ()
    """The bars that the model must meet on all rows."""
    slices: Annotated[tuple[SliceGate, ...], Field(max_length=50)] = ()
    """The bars that it must meet in parts of the data."""
    challenge: Challenge | None = None
    """The comparison with the version that serves."""


class Format(Part):
    """How the model is stored. Loading a pickle runs code; it is here so that a policy can refuse it."""

    name: Literal["skops", "onnx", "safetensors", "pickle"]
    """The format that the training program writes."""
    trusted_types: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=300)], ...], Field(max_length=100)
    ] = ()
    """For skops: the non-default types that its loader may construct."""


class Oversight(Part):
    """Who watches the model, and how a person can contest it (EU AI Act 14, PDPL 18, GDPR 22)."""

    overseer: Contact
    """Who watches it, and can stop it."""
    human_route: Annotated[str, Field(max_length=500)] | None = None
    """How a person's case reaches a human."""


class Base(Part):
    """The model that training begins from, where it is not from nothing (NIST AI RMF GOVERN 6.1)."""

    name: Line
    """What its makers call it."""
    origin: Line
    """Where it was taken from."""
    licence: Licence
    """The licence that it is used under, as an SPDX expression."""
    digest: Digest | None = None
    """The digest of its files."""


class Output(Part):
    """What becomes of the model's answers."""

    synthetic: Flag = False
    """Whether they are text, sound or pictures that somebody could take for a person's (EU AI Act 50)."""
    marking: Literal["c2pa", "metadata", "watermark"] | None = None
    """How a machine can tell that they are."""


class ModelSpec(Part):
    """The life of a model up to the registry."""

    task: Task
    """What kind of answer it gives."""
    intended_use: Annotated[str, Field(max_length=500)] = ""
    """What it is for, and what it is not for."""
    use_case: Name | None = None
    """The use in one word, for rules about uses."""
    risk_tier: Literal["minimal", "limited", "high", "prohibited"] | None = None
    """The risk by the EU AI Act's tiers."""
    purposes: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    """What it uses data for; each must be a purpose of everything it reads."""
    automated_decision: Flag = False
    """Whether it decides about people without one."""
    oversight: Oversight | None = None
    """Who watches it."""
    notice: Words | None = Field(default=None, exclude_if=left_out)
    """What people who meet the model, or are judged with it, are told about that, and where."""
    output: Output | None = Field(default=None, exclude_if=left_out)
    """What becomes of its answers; left out, they are predictions and nothing else."""
    evidence: ModelEvidence | None = Field(default=None, exclude_if=left_out)
    """Documents about the model that lie elsewhere."""
    dependencies: Dependencies | None = Field(default=None, exclude_if=left_out)
    """Every service of somebody else's that its training asks."""
    licence: Licence | None = Field(default=None, exclude_if=left_out)
    """The licence that the model is given out under, as an SPDX expression; one of your own is LicenseRef-…"""
    base: Base | None = Field(default=None, exclude_if=left_out)
    """The model that it is tuned from; left out, it is trained from nothing."""
    examples: Examples
    """Where labelled examples come from."""
    features: Annotated[tuple[UsedFeatures, ...], Field(max_length=50)] = ()
    """The features that it reads besides, as they were known at each example's time."""
    window: Window
    """The days it learns from and is judged on."""
    training: Training
    """The program that trains it."""
    format: Format
    """How it is stored."""
    evaluation: Evaluation = Evaluation()
    """The bars between training and registry."""
    schedule: Schedule | None = None
    """When it is trained again whatever the monitors say."""
    patches: Patches | None = Field(default=None, exclude_if=left_out)
    """Changes of the objects that are rendered for it; rules judge what comes of them."""
    triggers: Triggers | None = Field(default=None, exclude_if=left_out)
    """Events that start a training; the environment must have events (``platform.events``)."""


class Model(Resource):
    """A model: what it reads, how it is trained, and when it is good enough."""

    kind: Literal["Model"]
    """What kind of spec this is."""
    spec: ModelSpec
    """The life of the model up to the registry."""
