"""Step requests: everything a step must know, compiled from the specs into one JSON document per workflow.

A request is rendered into an immutable ConfigMap and mounted at ``Places.request``. Durations are seconds, windows are
days, digests are ``sha256:…``. Every model is frozen and refuses unknown keys, on both sides.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from plimsoll.contract.digests import DIGEST_PATTERN
from plimsoll.contract.guard import Guard
from plimsoll.contract.tasks import Metric, Task

Digest = Annotated[str, Field(pattern=DIGEST_PATTERN)]
ColumnType = Literal["string", "int", "float", "bool", "timestamp"]
"""The types that models and features may have: Arrow string, int64, float64, bool, timestamp[us, UTC]."""
SourceType = ColumnType | Literal["date"]
"""The types that a source's column may have: Arrow date32 besides, a day without a time."""


class Contract(BaseModel):
    """A value that crosses from the compiler to a step."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


def left_out(value: object) -> bool:
    """For ``exclude_if``: a field that came later leaves no trace in a request that does not use it."""
    return value is None


class CsvFormat(Contract):
    """How a CSV file is written, beyond RFC 4180: a header, UTF-8, double quotes."""

    delimiter: Literal["comma", "semicolon", "tab", "bar"] = "comma"
    nulls: tuple[str, ...] = ()
    """Texts that stand for a missing value where they are not quoted; an empty field always does."""
    decimal: Literal["point", "comma"] = "point"
    timezone: str | None = None
    """The zone of moments that have none; left out, such moments are refused."""


class Table(Contract):
    """A table that is read: a DataSource's file below the data root, or another feature set's table.

    The file is parquet, unless ``csv`` says how it is written.
    """

    name: str
    origin: Literal["data", "features"] = "data"
    path: str
    """Relative to ``Places.data``; for another feature set's table, below ``State.root``."""
    timestamp: str
    columns: Mapping[str, SourceType]
    csv: CsvFormat | None = Field(default=None, exclude_if=left_out)


class FeatureColumn(Contract):
    """A feature's type and what its values are expected to be; bounds are inclusive."""

    type: ColumnType
    unit: str = ""
    """The unit of measurement; empty where values have none, as shares and counts of a model's own making."""
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple[str, ...] | None = None
    max_missing: float = 1.0
    """The largest share of missing values, 0 to 1."""


class FeatureSetRequest(Contract):
    """A feature set: how its table is built from sources, keyed by an entity, valid for ``ttl`` after its timestamp.

    ``sql`` is one DuckDB SELECT over views that bear the sources' names (dashes as underscores). Its result holds the
    key columns, ``timestamp`` and the features.
    """

    name: str
    entity: str
    keys: dict[str, ColumnType]
    timestamp: str
    features: dict[str, FeatureColumn]
    ttl: int
    """Seconds; 0 means that values never grow stale."""
    sql: str
    sources: tuple[Table, ...]


class FeatureUse(Contract):
    """The features of one set that a model uses, in order."""

    feature_set: str
    features: tuple[str, ...]


class Examples(Contract):
    """The labelled examples: one row each in ``table``, known at ``timestamp``, labelled by a DuckDB expression."""

    table: Table
    id: str
    timestamp: str
    columns: dict[str, FeatureColumn]
    """Columns of the table itself that are model inputs, known at the time of prediction."""
    keys: tuple[str, ...]
    """Columns that join feature sets; those that are inputs too stand in ``columns`` as well."""
    label: str
    label_sql: str
    label_delay: int
    """Seconds after ``timestamp`` at which the label is known."""
    filter_sql: str | None = None
    classes: tuple[str, ...] | None = Field(default=None, exclude_if=left_out)
    """Of a label of several classes every one, in the order of the model's answers; the label is text then."""


class Gate(Contract):
    """A bar that a metric must meet: at least ``minimum`` and at most ``maximum``."""

    metric: Metric
    minimum: float | None = None
    maximum: float | None = None


class SliceGates(Contract):
    """Gates that must hold in every slice of a column with at least ``min_rows`` rows."""

    by: str
    min_rows: int
    gates: tuple[Gate, ...]


class Challenge(Contract):
    """A new version must not be worse than the serving one by more than ``tolerance`` in ``metric``."""

    metric: Metric
    tolerance: float


class Identity(Contract):
    """Who may have signed: exact certificate subject and OIDC issuer; the digest of the trusted root, where pinned."""

    subject: str
    issuer: str
    trusted_root: Digest | None = None


class EventRules(Contract):
    """Where a step's CloudEvents are sent to, and whom what it tells concerns."""

    sink: str | None = None
    """An HTTP address; left out, events are recorded and not sent."""
    contact: str | None = None


class ModelInputs(Contract):
    """What a model reads, in order: the columns of the request first, then the features of each set."""

    examples: Examples
    feature_sets: tuple[FeatureSetRequest, ...]
    uses: tuple[FeatureUse, ...]

    @property
    def columns(self) -> dict[str, FeatureColumn]:
        """Every model input with its type and expectations, in the model's order."""
        sets = {s.name: s for s in self.feature_sets}
        used = {f: sets[use.feature_set].features[f] for use in self.uses for f in use.features}
        return {**self.examples.columns, **used}


class ModelFormat(Contract):
    """How the model is stored, and for skops which non-default types its loader may construct."""

    name: Literal["skops", "onnx", "safetensors", "pickle"]
    trusted_types: tuple[str, ...] = ()


class TrainingRequest(Contract):
    """Everything the steps of a training workflow need."""

    kind: Literal["training"] = "training"
    model: str
    environment: str
    spec_digest: Digest
    inputs: ModelInputs
    task: Task
    training_days: int
    evaluation_days: int
    parameters: dict[str, str | int | float | bool]
    format: ModelFormat
    gates: tuple[Gate, ...]
    slices: tuple[SliceGates, ...]
    challenge: Challenge | None
    identity: Identity
    tracking_uri: str
    events: EventRules | None = Field(default=None, exclude_if=left_out)
    guard: Guard | None = Field(default=None, exclude_if=left_out)
    """What is to be observed about the data; left out where nothing is."""


class ModelPin(Contract):
    """The model version that is served, by number and by digest of its package."""

    name: str
    version: int
    digest: Digest


class DriftRule(Contract):
    """When the drift of inputs counts: the share of features beyond their calibrated threshold, 0 to 1."""

    share: float
    windows: int
    """Of the last ``of`` windows, how many must drift before it persists."""
    of: int


class PerformanceRule(Contract):
    """When realised performance counts as lost: the metric beyond its bar in ``windows`` consecutive windows."""

    gate: Gate
    windows: int
    min_labels: int


class MonitorRules(Contract):
    """How a deployment is held against its model's baseline."""

    window: int | Literal["month"]
    """Days, or calendar months."""
    drift: DriftRule
    performance: PerformanceRule | None
    max_missing_increase: float
    """The increase of a feature's share of missing values that is a data fault, 0 to 1."""
    min_volume_share: float
    """The volume, as a share of the baseline's daily mean, below which a window is a data fault."""
    retrain_on: tuple[Literal["performance-loss", "persistent-drift"], ...]
    cooldown_days: int
    features: tuple[str, ...] | None = Field(default=None, exclude_if=left_out)
    """The inputs that are watched; left out, all of them."""


MOST_PARTS = 500
"""The most parts of a batch: their names and digests travel in one argument, which Linux bounds at 128 KiB."""


class Partitions(Contract):
    """How a batch is cut: by the values of a column, or into a number of parts of like size."""

    by: str | None = None
    count: int | None = None


class ServingRequest(Contract):
    """Everything a server, a batch scorer or a monitor of one deployment needs."""

    kind: Literal["serving"] = "serving"
    deployment: str
    environment: str
    mode: Literal["online", "batch"]
    spec_digest: Digest
    model: ModelPin
    inputs: ModelInputs
    task: Task
    format: ModelFormat
    identity: Identity
    max_staleness: Literal["serve", "null", "reject"]
    """What to do with an online feature past its set's TTL."""
    batch_days: int
    """The window a batch deployment scores, in days before its ``as-of``."""
    monitor: MonitorRules | None
    tracking_uri: str
    partitions: Partitions | None = Field(default=None, exclude_if=left_out)
    events: EventRules | None = Field(default=None, exclude_if=left_out)
    guard: Guard | None = Field(default=None, exclude_if=left_out)
    """What is to be observed about the data; left out where nothing is."""


Request = Annotated[TrainingRequest | ServingRequest, Field(discriminator="kind")]


class _Envelope(BaseModel):
    request: Request


def read_request(path: Path) -> TrainingRequest | ServingRequest:
    """Read a step request.

    Raises:
        OSError: when the file can't be read.
        pydantic.ValidationError: when it isn't a request of this version.
    """
    return _Envelope.model_validate_json(b'{"request":' + path.read_bytes() + b"}").request
