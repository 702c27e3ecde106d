"""DataSource: where data lies, and the labels that travel with it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import (
    Category,
    Classification,
    Part,
    PersonalData,
    Resource,
    SourceType,
    VersionedMetadata,
    left_out,
)
from plimsoll.compiler.kinds.evidence import DataEvidence
from plimsoll.compiler.kinds.location import Csv, FileLocation, Location
from plimsoll.compiler.kinds.scalars import (
    Column,
    Country,
    Days,
    Jurisdiction,
    Licence,
    Line,
    Name,
    Region,
    Timeout,
)

LegalBasis = Literal["consent", "contract", "legal-obligation", "public-interest", "legitimate-interest"]
"""GDPR article 6, PDPL article 4."""


Masking = Literal["clear", "hashed", "tokenised", "encrypted", "removed"]
"""How a column that says who somebody is stands in the table."""


class Transfer(Part):
    """A transfer of the data out of its jurisdiction (PDPL articles 22 and 23, GDPR chapter V)."""

    country: Country
    """Where the data goes."""
    basis: Literal["adequacy", "contract-clauses", "consent", "contract-performance", "legal-claim"]
    """What allows it."""
    safeguard: Line | None = None
    """The document that protects it there, by reference."""


class DataSourceSpec(Part):
    """Where the data lies, where it may go, and what its columns are."""

    location: Location
    """A file, an object store, a warehouse or a stream; ``type`` says which."""
    region: Region
    """The cloud region or the site where it is stored."""
    jurisdiction: Jurisdiction
    """The law that governs the data: a country, or a free zone with a law of its own, such as AE-DIFC."""
    classification: Classification
    """How far the data may travel, from freely to need-to-know."""
    personal_data: PersonalData
    """Whether it is about people: special is health, belief, biometrics and the like."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=20)] | None = Field(
        default=None, exclude_if=left_out
    )
    """What the personal data reveals, such as health; it stays so when names become pseudonyms."""
    legal_basis: LegalBasis | None = None
    """What allows personal data to be processed."""
    purposes: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    """What the data may be used for; a model's purposes must lie within."""
    retention: Days | None = None
    """How long the data is kept, in days."""
    erasure: Literal["delete", "anonymise", "not-applicable"] | None = None
    """How a person's data is taken out on request."""
    transfers: Annotated[tuple[Transfer, ...], Field(max_length=250)] = ()
    """Every transfer out of the jurisdiction."""
    licence: Licence | None = Field(default=None, exclude_if=left_out)
    """The licence that the data is used under, as an SPDX expression; one of your own is LicenseRef-…"""
    identifiers: Annotated[dict[Column, Masking], Field(max_length=2000)] | None = Field(
        default=None, exclude_if=left_out
    )
    """The columns that by themselves say who somebody is, such as a name or a number of an identity card, and how each
    is masked in the table; empty means that there is none. Each is one of ``columns``, unless it is removed."""
    evidence: DataEvidence | None = Field(default=None, exclude_if=left_out)
    """Documents about the data that lie elsewhere."""
    timestamp: Column
    """The column that says when a row was known; one of ``columns``. A date is the start of its day in UTC."""
    known_after: Annotated[dict[Column, Timeout], Field(max_length=2000)] | None = Field(
        default=None, exclude_if=left_out
    )
    """Those of ``columns`` that are filled in after their row, such as an outcome: how long after its timestamp."""
    columns: Annotated[dict[Column, SourceType], Field(min_length=1, max_length=2000)]
    """Every column that may be used, with its type."""

    @model_validator(mode="after")
    def _categories_are_of_people(self) -> "DataSourceSpec":
        if self.categories and self.personal_data == "none":
            raise ValueError("categories are of data about people, but personalData is none")
        return self

    @property
    def file(self) -> str:
        """The path of a file, below the data root.

        Raises:
            ValueError: when the data lies elsewhere, which the reference stage refuses (PLM-REF-011).
        """
        if not isinstance(self.location, FileLocation):
            raise ValueError(f"the data lies in {self.location.type}, not in a file")
        return self.location.path

    @property
    def csv(self) -> Csv | None:
        """How a file is written that is CSV; None where it is parquet."""
        given = self.location
        return (given.csv or Csv()) if isinstance(given, FileLocation) and given.format == "csv" else None


class DataSource(Resource):
    """A table of data, governed where it is declared."""

    kind: Literal["DataSource"]
    """What kind of spec this is."""
    metadata: VersionedMetadata
    """Who the spec is, and the version of its columns."""
    spec: DataSourceSpec
    """Where the data lies, where it may go, and what its columns are."""
