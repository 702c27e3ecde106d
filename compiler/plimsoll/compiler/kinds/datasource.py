"""DataSource: where data lies, and the labels that travel with it."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Classification, ColumnType, Part, PersonalData, Resource
from plimsoll.compiler.kinds.scalars import Column, Country, Days, Name, Region, RelativePath


class FileLocation(Part):
    """A parquet file below the environment's data root."""

    type: Literal["file"]
    path: RelativePath


class Transfer(Part):
    """A transfer of the data out of its jurisdiction (PDPL articles 22 and 23, GDPR chapter V)."""

    country: Country
    basis: Literal["adequacy", "contract-clauses", "consent", "contract-performance", "legal-claim"]
    safeguard: str | None = None


class DataSourceSpec(Part):
    """Where the data lies, where it may go, and what its columns are."""

    location: FileLocation
    region: Region
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,8})?$")]
    """The law that governs the data: a country, or a free zone with a law of its own, such as AE-DIFC."""
    classification: Classification
    personal_data: PersonalData
    legal_basis: Literal["consent", "contract", "legal-obligation", "public-interest", "legitimate-interest"] | None = (
        None
    )
    purposes: tuple[Name, ...] = ()
    retention: Days | None = None
    """How long the data is kept, in days."""
    erasure: Literal["delete", "anonymise", "not-applicable"] | None = None
    transfers: tuple[Transfer, ...] = ()
    timestamp: Column
    """The column that says when a row was known."""
    columns: Annotated[dict[Column, ColumnType], Field(min_length=1)]


class DataSource(Resource):
    """A table of data, governed where it is declared."""

    kind: Literal["DataSource"]
    spec: DataSourceSpec
