"""Deployment: a pinned model version, served or scored, watched, and mended."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from plimsoll.compiler.kinds.common import Part, Resource, Resources, Schedule
from plimsoll.compiler.kinds.model import Gate
from plimsoll.compiler.kinds.scalars import Days, Digest, Name, Seconds, Share, days_or_month


class Pin(Part):
    """The version that is served, and the digest of its signed package."""

    version: Annotated[int, Field(ge=1)]
    digest: Digest


class Rollout(Part):
    """How traffic moves to a new version."""

    strategy: Literal["rolling"] = "rolling"
    max_surge: Annotated[int, Field(ge=0, le=100)] = 1
    max_unavailable: Annotated[int, Field(ge=0, le=100)] = 0


class Scaling(Part):
    """Between how many replicas, and at which mean CPU use, a deployment scales."""

    min: Annotated[int, Field(ge=1, le=1000)] = 1
    max: Annotated[int, Field(ge=1, le=1000)] = 1
    target_cpu: Annotated[int, Field(ge=10, le=100)] = 70
    """Percent of the CPU request."""


class Online(Part):
    """Requests are answered one by one, over HTTP."""

    port: Annotated[int, Field(ge=1024, le=65535)] = 8080
    scaling: Scaling = Scaling()
    rollout: Rollout = Rollout()
    stale_features: Literal["serve", "null", "reject"] = "null"
    """What becomes of an online feature that is older than its set's TTL."""


class Batch(Part):
    """All examples of a window are scored on a schedule."""

    schedule: Schedule
    window: Days = 1


class Drift(Part):
    """When the drift of inputs counts, against thresholds that were calibrated inside the baseline."""

    share: Share = 0.3
    """The share of features beyond their threshold at which a window has drifted."""
    windows: Annotated[int, Field(ge=1, le=52)] = 2
    of: Annotated[int, Field(ge=1, le=52)] = 3


class Performance(Part):
    """When realised performance, from late labels, counts as lost."""

    gate: Gate
    windows: Annotated[int, Field(ge=1, le=52)] = 1
    min_labels: Annotated[int, Field(ge=1)] = 500


class Remediation(Part):
    """What a monitor may do on its own: retrain and propose, never promote."""

    retrain_on: tuple[Literal["performance-loss", "persistent-drift"], ...] = ()
    cooldown: Days = 30


MonitoringWindow = Annotated[int | Literal["month"], BeforeValidator(days_or_month, json_schema_input_type=str)]


class Monitoring(Part):
    """How the deployment is held against the profile of what its model was trained on."""

    schedule: Schedule
    window: MonitoringWindow = 30
    """A number of days, or ``month`` for calendar months."""
    drift: Drift = Drift()
    performance: Performance | None = None
    max_missing_increase: Share = 0.05
    min_volume: Share = 0.25
    """The volume, as a share of the baseline's daily mean, below which a window is a data fault."""
    remediation: Remediation = Remediation()


class Alerting(Part):
    """Whom an alarm reaches, and what counts as slow or failing."""

    contact: Annotated[str, Field(min_length=3)]
    p99_latency: Annotated[int, Field(ge=1, le=60_000)] = 250
    """Milliseconds."""
    error_rate: Share = 0.01


class DeploymentSpec(Part):
    """A model in service."""

    model: Name
    pin: Pin | None = None
    """Absent until the first promotion; written by ``plimsoll promote``."""
    online: Online | None = None
    batch: Batch | None = None
    resources: Resources = Resources()
    timeout: Seconds = 3600
    """The deadline of a batch or monitoring run."""
    monitoring: Monitoring | None = None
    alerting: Alerting | None = None
    environments: Annotated[dict[Name, dict[str, Any]], Field(min_length=1)]
    """The environments it runs in, each with the values that differ there, laid over the spec."""


class Deployment(Resource):
    """Where and how a pinned model version works."""

    kind: Literal["Deployment"]
    spec: DeploymentSpec
