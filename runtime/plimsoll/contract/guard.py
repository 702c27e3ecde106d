"""The guard of a request: what is to be observed about the data that comes to its steps, and what the place admits.

A request whose data nothing is to be observed about has none. Steps hold one against the other when they run, as
``runtime.guard`` says.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

REGION_VARIABLE = "PLIMSOLL_REGION"
"""The environment variable by which a platform says in which region a step really runs; unset, nobody says."""

REGION_FIELD = "metadata.labels['topology.kubernetes.io/region']"
"""The field of a pod in which Kubernetes says so, since 1.35: the label is copied from the node that it came to."""

Classification = Literal["public", "internal", "confidential", "restricted"]
"""How far data may travel, the least first."""

PersonalData = Literal["none", "pseudonymous", "personal", "special"]
"""How much data is about people, the least first."""

GuardRule = Literal["RES-01", "PRV-13", "FLW-08", "PRV-05"]
"""The rules of the catalogue that say which data may enter which place, and what for: steps hold to them whatever binds
them."""


def _unsaid(value: object) -> bool:
    return value is None


def _left_out(value: object) -> bool:
    """What says nothing is not written into a request."""
    return not value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GuardedSource(_Part):
    """A data source, with the label that its data still has where it comes to the model."""

    name: str
    personal_data: tuple[PersonalData, ...] = Field(default=(), exclude_if=_left_out)
    """What it is about people, each kind that came to the model on some way; nothing where it is about nobody."""
    classification: Classification
    jurisdiction: str
    """The law that the data is under."""
    transfers: tuple[str, ...] = Field(default=(), exclude_if=_left_out)
    """The countries that it may be transferred to."""
    purposes: tuple[str, ...] | None = Field(default=None, exclude_if=_unsaid)
    """What it may still be used for, where it is about people; none in a request that was compiled before this was
    said."""


class GuardedPlace(_Part):
    """The place that a request was compiled for, and what it admits."""

    environment: str
    stage: str
    region: str
    jurisdiction: str
    personal_data: tuple[PersonalData, ...]
    clearance: Classification | None = Field(default=None, exclude_if=_left_out)
    """The highest classification that may enter; None for any."""


class Guard(_Part):
    """What steps check before they read any data."""

    place: GuardedPlace
    sources: tuple[GuardedSource, ...]
    purposes: tuple[str, ...] = Field(default=(), exclude_if=_left_out)
    """What the model that is run uses data for."""
    waived: dict[GuardRule, date] = Field(default_factory=dict, exclude_if=_left_out)
    """The rules that somebody allowed to be broken here, each with the last day of that."""
