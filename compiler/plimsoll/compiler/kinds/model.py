"""Model: what is learned, from what, by which program, and the bars it must pass."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import ColumnType, Part, Resource, Resources, Schedule
from plimsoll.compiler.kinds.featureset import Expectation
from plimsoll.compiler.kinds.scalars import Column, Days, Image, Name, RelativePath, Seconds
from plimsoll.contract.requests import Metric


class Input(Part):
    """A column of the examples that is a model input, known at the time of prediction."""

    type: ColumnType
    unit: str = ""
    expect: Expectation = Expectation()


class Label(Part):
    """What is predicted: a DuckDB expression over the source's columns, and when it becomes known."""

    name: Column
    expression: Annotated[str, Field(min_length=1, max_length=1000)]
    known_after: Seconds


class Examples(Part):
    """Where labelled examples come from: one row of a source each."""

    source: Name
    id: Column
    timestamp: Column
    keys: tuple[Column, ...] = ()
    """Columns that join feature sets and are not inputs themselves."""
    inputs: dict[Column, Input] = Field(default_factory=dict)
    label: Label
    filter: str | None = None
    """A DuckDB condition that an example must meet."""


class UsedFeatures(Part):
    """The features of one set that the model reads."""

    set: Name
    use: Annotated[tuple[Column, ...], Field(min_length=1)]


class Window(Part):
    """The days of data a run learns from, and the later days it is judged on."""

    training: Days
    evaluation: Days


class Training(Part):
    """A training program: any command in any image; it owes Plimsoll nothing but files."""

    image: Image
    code: RelativePath
    """The folder of the program, relative to the spec."""
    command: Annotated[tuple[str, ...], Field(min_length=1)]
    parameters: dict[Column, str | int | float | bool] = Field(default_factory=dict)
    resources: Resources = Resources()
    timeout: Seconds = 3600
    retries: Annotated[int, Field(ge=0, le=10)] = 2


class Gate(Part):
    """A bar that a metric must meet."""

    metric: Metric
    minimum: float | None = None
    maximum: float | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> "Gate":
        if self.minimum is None and self.maximum is None:
            raise ValueError("a gate needs a minimum or a maximum")
        return self


class SliceGate(Part):
    """Gates that hold in every slice of a column, where the slice is large enough."""

    by: Column
    min_rows: Annotated[int, Field(ge=1)] = 500
    gates: Annotated[tuple[Gate, ...], Field(min_length=1)]


class Challenge(Part):
    """How much worse than the serving version a new one may be."""

    metric: Metric
    tolerance: Annotated[float, Field(ge=0)] = 0.0


class Evaluation(Part):
    """The gates between training and registry."""

    gates: tuple[Gate, ...] = ()
    slices: tuple[SliceGate, ...] = ()
    challenge: Challenge | None = None


class Format(Part):
    """How the model is stored. Loading a pickle runs code; it is here so that a policy can refuse it."""

    name: Literal["skops", "onnx", "safetensors", "pickle"]
    trusted_types: tuple[str, ...] = ()
    """For skops: the non-default types that its loader may construct."""


class Oversight(Part):
    """Who watches the model, and how a person can contest it (EU AI Act 14, PDPL 18, GDPR 22)."""

    overseer: Annotated[str, Field(min_length=3)]
    human_route: str | None = None


class ModelSpec(Part):
    """The life of a model up to the registry."""

    task: Literal["binary-classification", "regression"]
    intended_use: Annotated[str, Field(max_length=500)] = ""
    use_case: Name | None = None
    risk_tier: Literal["minimal", "limited", "high", "prohibited"] | None = None
    purposes: tuple[Name, ...] = ()
    automated_decision: bool = False
    oversight: Oversight | None = None
    examples: Examples
    features: tuple[UsedFeatures, ...] = ()
    window: Window
    training: Training
    format: Format
    evaluation: Evaluation = Evaluation()
    schedule: Schedule | None = None
    """When it is trained again whatever the monitors say."""


class Model(Resource):
    """A model: what it reads, how it is trained, and when it is good enough."""

    kind: Literal["Model"]
    spec: ModelSpec
