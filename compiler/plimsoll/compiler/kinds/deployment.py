"""Deployment: a pinned model version, served or scored, watched, and mended."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import Part, Resource, Resources, Schedule, left_out
from plimsoll.compiler.kinds.monitoring import Alerting, Monitoring
from plimsoll.compiler.kinds.patches import Patches
from plimsoll.compiler.kinds.rollout import Rolling, Rollout
from plimsoll.compiler.kinds.scalars import Column, Days, Digest, Name, Percent, Port, Replicas, Timeout, Whole


class Pin(Part):
    """The version that is served, and the digest of its signed package."""

    version: Annotated[Whole, Field(ge=1, le=1_000_000_000)]
    """The version in the registry."""
    digest: Digest
    """The digest of the version's package."""


class Scaling(Part):
    """Between how many replicas, and at which mean CPU use, a deployment scales."""

    min: Replicas = 1
    """The fewest replicas; 0 lets an idle deployment go to sleep."""
    max: Annotated[Replicas, Field(ge=1)] = 1
    """The most replicas."""
    target_cpu: Annotated[Percent, Field(ge=10)] = 70
    """Percent of the CPU request."""


class Online(Part):
    """Requests are answered one by one, over HTTP."""

    port: Port = 8080
    """The port that the server listens on."""
    scaling: Scaling = Scaling()
    """How many replicas there are."""
    rollout: Rollout = Rolling()
    """How traffic moves to a new version; ``strategy`` says which way."""
    stale_features: Literal["serve", "null", "reject"] = "null"
    """What becomes of an online feature that is older than its set's TTL."""
    refresh: Schedule | None = Field(default=None, exclude_if=left_out)
    """When the features that the model reads are made anew, and written where the server finds them; left out, nothing
    of ours writes them."""


class Partitions(Part):
    """How a window is cut into parts that are scored side by side; the predictions are the same as without."""

    by: Column | None = None
    """A key or an input of the examples; each of its values is a part."""
    count: Annotated[Whole, Field(ge=2, le=500, json_schema_extra={"x-unit": "parts"})] | None = None
    """So many parts of like size."""
    parallelism: Annotated[Whole, Field(ge=1, le=100, json_schema_extra={"x-unit": "parts"})] = 4
    """How many are scored at once."""

    @model_validator(mode="after")
    def _one_of_both(self) -> "Partitions":
        if (self.by is None) == (self.count is None):
            raise ValueError("give either by or count")
        return self


class Batch(Part):
    """All examples of a window are scored on a schedule."""

    schedule: Schedule
    """When a window is scored."""
    window: Days = 1
    """The days before the run that are scored."""
    partitions: Partitions | None = Field(default=None, exclude_if=left_out)
    """Parts that are scored side by side; left out, the window is scored in one go."""


class DeploymentSpec(Part):
    """A model in service."""

    model: Name
    """The Model that is served."""
    pin: Pin | None = None
    """Absent until the first promotion; written by ``plimsoll promote``."""
    online: Online | None = None
    """Answers over HTTP; give this or ``batch``."""
    batch: Batch | None = None
    """Scores on a schedule; give this or ``online``."""
    resources: Resources = Resources()
    """What each server, scorer, monitor and refresh gets."""
    timeout: Timeout = 3600
    """The deadline of a batch, monitoring or refreshing run."""
    monitoring: Monitoring | None = None
    """How it is watched; left out, it is not."""
    alerting: Alerting | None = None
    """Whom an alarm reaches."""
    patches: Patches | None = Field(default=None, exclude_if=left_out)
    """Changes of the objects that are rendered for it; rules judge what comes of them."""
    environments: Annotated[dict[Name, dict[str, Any]], Field(min_length=1, max_length=100)]
    """The environments it runs in, each with the values that differ there, laid over the spec."""


class Deployment(Resource):
    """Where and how a pinned model version works."""

    kind: Literal["Deployment"]
    """What kind of spec this is."""
    spec: DeploymentSpec
    """A model in service."""
