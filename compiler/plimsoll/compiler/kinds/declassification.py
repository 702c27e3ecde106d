"""Declassification: where a label of the sources ends at a feature set, how that is brought about, and who answers."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import Category, Classification, Part, PersonalData
from plimsoll.compiler.kinds.scalars import Column, Contact, Days, Name, Whole


class Lowered(Part):
    """What the labels become where they are higher; a label that is not named stays as it is."""

    personal_data: PersonalData | None = None
    """At most this about people."""
    classification: Classification | None = None
    """At most this classified."""
    categories: Annotated[tuple[Category, ...], Field(max_length=20)] | None = None
    """The categories that are left; an empty list leaves none."""
    purposes: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)] | None = None
    """Purposes that are allowed beside those of the sources."""
    retention: Days | None = None
    """How long it may be kept, where the sources allow less."""

    @model_validator(mode="after")
    def _something(self) -> "Lowered":
        if not self.model_fields_set:
            raise ValueError("name at least one label that is lowered")
        return self


class Declassification(Part):
    """An end of labels, which rules judge: FLW-03 and those that follow it."""

    features: Annotated[tuple[Column, ...], Field(min_length=1, max_length=2000)] | None = None
    """The features that it is about; left out, all of the set."""
    method: Literal["anonymised", "aggregated", "consented"]
    """What is done to the data, or what the people concerned agreed to."""
    k: Annotated[Whole, Field(ge=2, le=1_000_000, json_schema_extra={"x-unit": "people"})] | None = None
    """For what is aggregated: every value is of at least so many people."""
    to: Lowered
    """What the labels become."""
    reason: Annotated[str, Field(min_length=10, max_length=2000)]
    """Why this may be said of the data."""
    approver: Contact
    """Who allowed it: not who owns the feature set."""

    @model_validator(mode="after")
    def _as_the_method_asks(self) -> "Declassification":
        if (self.method == "aggregated") != (self.k is not None):
            raise ValueError("k is for what is aggregated, and is needed there")
        return self
