"""Parquet files that appear whole, with bytes that repeat; and what a feature set's table must look like."""

import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureSetRequest
from plimsoll.runtime.features.columns import require_columns

_ROW_GROUP = 1 << 15
"""Small enough that reading one hour of a table ordered by time skips nearly all of it."""


def write_whole(table: pa.Table, destination: Path) -> None:
    """Write a table as parquet so that a reader sees the former file or all of the new one.

    Law: equal tables give equal bytes, under the same version of Arrow.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    unfinished = destination.with_name(f".{destination.name}.{uuid.uuid4().hex}")
    try:
        pq.write_table(table.combine_chunks(), unfinished, compression="zstd", row_group_size=_ROW_GROUP)
        unfinished.replace(destination)
    finally:
        unfinished.unlink(missing_ok=True)


def table_columns(request: FeatureSetRequest) -> dict[str, ColumnType]:
    """The columns of a feature set's table, in order: keys, timestamp, features."""
    features: dict[str, ColumnType] = {name: feature.type for name, feature in request.features.items()}
    return {**request.keys, request.timestamp: "timestamp", **features}


def require_feature_table(request: FeatureSetRequest, state: State) -> Path:
    """The file of a feature set's table, once it has the declared columns.

    Raises:
        Refused: when there is none, or it was built for another declaration.
    """
    what, file = f"feature set '{request.name}'", state.feature_table(request.name)
    mend = "build the feature set's table first"
    if not file.is_file():
        raise Refused(what, file.name, "its table is not in the state folder", mend)
    require_columns(table_columns(request), pq.read_schema(file), what, file.name)
    return file
