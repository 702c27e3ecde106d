"""How a deployment is held against the profile of what its model was trained on."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from plimsoll.compiler.kinds.common import Part, Schedule, left_out
from plimsoll.compiler.kinds.gates import Gate
from plimsoll.compiler.kinds.scalars import (
    Column,
    Contact,
    Days,
    HttpsAddress,
    Milliseconds,
    Rows,
    Share,
    Windows,
    days_or_month,
)


class Drift(Part):
    """When the drift of inputs counts, against thresholds that were calibrated inside the baseline."""

    share: Share = 0.3
    """The share of features beyond their threshold at which a window has drifted."""
    windows: Windows = 2
    """How many windows must have drifted before the drift persists."""
    of: Windows = 3
    """Of how many of the last windows."""


class Performance(Part):
    """When realised performance, from late labels, counts as lost."""

    gate: Gate
    """The bar that the realised metric must meet."""
    windows: Windows = 1
    """How many windows in a row must miss it."""
    min_labels: Rows = 500
    """A window with fewer labels is not judged."""


class Remediation(Part):
    """What a monitor may do on its own: retrain and propose, never promote."""

    retrain_on: Annotated[tuple[Literal["performance-loss", "persistent-drift"], ...], Field(max_length=2)] = ()
    """What starts a training; a data fault never does."""
    cooldown: Days = 30
    """How long after one training the next may start."""


MonitoringWindow = Annotated[int | Literal["month"], BeforeValidator(days_or_month, json_schema_input_type=str)]


class Monitoring(Part):
    """How the deployment is held against the profile of what its model was trained on."""

    schedule: Schedule
    """When a window is judged."""
    window: MonitoringWindow = 30
    """A number of days, or ``month`` for calendar months."""
    features: Annotated[tuple[Column, ...], Field(min_length=1, max_length=2000)] | None = Field(
        default=None, exclude_if=left_out
    )
    """The inputs that are watched; left out, all that the model reads."""
    drift: Drift = Drift()
    """When the drift of inputs counts."""
    performance: Performance | None = None
    """When realised performance counts as lost; left out, it is not judged."""
    max_missing_increase: Share = 0.05
    """The increase of a feature's share of missing values that is a data fault."""
    min_volume: Share = 0.25
    """The volume, as a share of the baseline's daily mean, below which a window is a data fault."""
    remediation: Remediation = Remediation()
    """What may be done without a person."""


class Alerting(Part):
    """Whom an alarm reaches, and what counts as slow or failing."""

    contact: Contact
    """Whom an alarm reaches."""
    p99_latency: Milliseconds = 250
    """The time within which 99 of 100 requests must be answered."""
    error_rate: Share = 0.01
    """The share of requests that may fail."""
    runbook: HttpsAddress | None = Field(default=None, exclude_if=left_out)
    """The page that says what to do; every alert leads to it."""
