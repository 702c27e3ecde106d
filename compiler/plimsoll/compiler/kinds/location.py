"""Where a table of data lies: a file, an object store, a warehouse, or a stream that is written into one of them."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.choice import Choice
from plimsoll.compiler.kinds.common import Part, left_out
from plimsoll.compiler.kinds.scalars import Bucket, Identifier, Line, Name, RelativePath, Seconds, TimeZone, Topic


class Csv(Part):
    """How a CSV file is written, beyond what all have: a line of names, UTF-8, and double quotes where they are needed.

    Every value is read as its column is declared, and by nothing else: moments and days as ISO 8601 has them.
    """

    delimiter: Literal["comma", "semicolon", "tab", "bar"] = "comma"
    """What stands between two fields."""
    decimal: Literal["point", "comma"] = "point"
    """What stands before the fraction of a number."""
    nulls: Annotated[tuple[Line, ...], Field(max_length=20)] = ()
    """Texts that stand for a missing value, such as NA, unless they are quoted; an empty field always does."""
    timezone: TimeZone | None = None
    """The zone whose clock moments without a zone are read by; left out, they are refused."""

    @model_validator(mode="after")
    def _fields_can_be_told_from_fractions(self) -> "Csv":
        if self.decimal == self.delimiter:
            raise ValueError("a comma cannot stand both between fields and in numbers; write delimiter: semicolon")
        return self


class FileLocation(Part):
    """A file below the environment's data root."""

    type: Literal["file"]
    """A file."""
    path: RelativePath
    """Relative to the environment's data root."""
    format: Literal["parquet", "csv"] | None = Field(default=None, exclude_if=left_out)
    """How the file is written; left out, it is parquet."""
    csv: Csv | None = Field(default=None, exclude_if=left_out)
    """How a CSV file differs from the usual."""

    @model_validator(mode="after")
    def _csv_is_said(self) -> "FileLocation":
        if self.csv is not None and self.format != "csv":
            raise ValueError("csv says how a CSV file is written; write format: csv as well")
        return self


class ObjectStoreLocation(Part):
    """Objects below a prefix of a bucket: S3, Google Cloud Storage, Azure Blob Storage, MinIO."""

    type: Literal["object-store"]
    """Objects in a bucket."""
    bucket: Bucket
    """The bucket or container."""
    prefix: RelativePath
    """The folder in the bucket; everything below it is the table."""
    format: Literal["parquet", "csv", "delta", "iceberg"] = "parquet"
    """How the objects are to be read together."""
    connection: Name
    """The secret in the environment's namespace that holds endpoint and credentials; neither stands in a spec."""


class WarehouseLocation(Part):
    """A table or a view of a database that answers SQL."""

    type: Literal["warehouse"]
    """A table in a database."""
    engine: Literal["bigquery", "clickhouse", "databricks", "postgres", "redshift", "snowflake", "trino"]
    """The database's dialect and driver."""
    database: Identifier
    """The database; BigQuery's project."""
    db_schema: Annotated[Identifier, Field(alias="schema")]
    """The schema in the database; BigQuery's dataset."""
    table: Identifier
    """The table or the view."""
    connection: Name
    """The secret in the environment's namespace that holds address and credentials; neither stands in a spec."""


Landing = Annotated[
    FileLocation | ObjectStoreLocation | WarehouseLocation,
    Choice("Landing", "type"),
]


class StreamLocation(Part):
    """A topic of Kafka or of what speaks its protocol, and the table that it is written into for training."""

    type: Literal["stream"]
    """Events in a topic."""
    topic: Topic
    """The topic."""
    format: Literal["avro", "json", "protobuf"]
    """How an event is written."""
    lateness: Seconds
    """How long after its own time an event may still come; the watermark trails the newest event by this much."""
    landing: Landing
    """Where the events are kept: training reads them there."""
    connection: Name
    """The secret in the environment's namespace that holds brokers, registry and credentials."""


Location = Annotated[
    FileLocation | ObjectStoreLocation | WarehouseLocation | StreamLocation,
    Choice("Location", "type"),
]
