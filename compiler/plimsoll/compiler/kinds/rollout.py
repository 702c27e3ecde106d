"""How traffic moves to a new version of a deployment."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.choice import Choice
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.scalars import Flag, Percent, Seconds, Timeout, Whole

_Pods = Annotated[Whole, Field(ge=0, le=100, json_schema_extra={"x-unit": "replicas"})]


class Rolling(Part):
    """Replicas are replaced a few at a time; old and new answer side by side meanwhile."""

    strategy: Literal["rolling"] = "rolling"
    """A few replicas at a time."""
    max_surge: _Pods = 1
    """How many more than wanted may run meanwhile."""
    max_unavailable: _Pods = 0
    """How many fewer than wanted may run meanwhile."""


class CanaryStep(Part):
    """A share of the traffic, and how long it is watched."""

    weight: Annotated[Percent, Field(le=99)]
    """The share of requests that the new version answers."""
    hold: Timeout
    """How long, before the next step."""


class Canary(Part):
    """The new version answers a growing share of the requests, and all of them after the last step."""

    strategy: Literal["canary"]
    """A growing share of the traffic."""
    steps: Annotated[tuple[CanaryStep, ...], Field(min_length=1, max_length=20)]
    """The shares, each greater than the one before."""
    abort_on: Annotated[tuple[Literal["error-rate", "latency", "score-drift"], ...], Field(max_length=3)] = (
        "error-rate",
        "latency",
    )
    """What takes the traffic back: by the bars of ``alerting``, and for scores by what is usual within a day."""

    @model_validator(mode="after")
    def _growing(self) -> "Canary":
        for before, after in pairwise(self.steps):
            if after.weight <= before.weight:
                raise ValueError(f"a canary's steps grow: {after.weight} percent follows {before.weight}")
        return self


class BlueGreen(Part):
    """The new version runs in full beside the old one; then all traffic moves at once.

    Whoever tries the preview out asks the Service ``<deployment>-preview``; errors and latency there stop the move.
    """

    strategy: Literal["blue-green"]
    """All of the traffic at once."""
    preview: Timeout
    """How long the new version runs beside the old one before traffic may move."""
    auto_promote: Flag = False
    """Whether traffic moves by itself after a preview that somebody asked; otherwise somebody says so in Argo."""
    keep_old: Seconds = 600
    """How long the old version stays, to move back to."""


class Shadow(Part):
    """The new version gets copies of requests; its answers are kept and compared, and nobody receives them.

    Then all traffic moves to it, where errors, latency and scores were as they should be.
    """

    strategy: Literal["shadow"]
    """Copies of the traffic."""
    share: Percent = 100
    """The share of requests that is copied."""
    hold: Timeout
    """How long, before the comparison is judged."""


Rollout = Annotated[
    Rolling | Canary | BlueGreen | Shadow,
    Choice("Rollout", "strategy", default="rolling"),
]
