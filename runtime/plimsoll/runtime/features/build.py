"""Building a feature set's table: one SELECT over declared sources, checked, ordered and written whole."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest
from plimsoll.runtime.features.columns import conform, require_columns
from plimsoll.runtime.features.sandbox import one_select, reading, refusing_sql
from plimsoll.runtime.features.tables import table_columns, write_whole

_THREADS = 1
"""Two threads add floating-point numbers in an order that changes from run to run, and with it the table's digest."""


@dataclass(frozen=True)
class BuiltTable:
    """What was written: rows, the file's digest, the seconds it took, the span of its timestamps (None if empty)."""

    rows: int
    digest: str
    seconds: float
    first: datetime | None
    last: datetime | None


def build_feature_table(
    request: FeatureSetRequest,
    data: Path,
    destination: Path,
    *,
    state: Path | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BuiltTable:
    """Run a feature set's SQL over its sources and write the result to ``destination`` as parquet.

    Law: the same request over the same sources gives the same bytes, provided that the SQL calls nothing random and no
    clock. Rows are ordered by timestamp, then keys; timestamps are microseconds in UTC.

    Args:
        request: the feature set.
        data: the root below which the sources lie. Nothing but the declared sources can be read.
        destination: where the table appears, whole or not at all.
        state: the root below which the tables of other feature sets lie; needed where a source is one of those.
        progress: told how many of the four parts of the work are done: select, check, write, digest.

    Raises:
        Refused: when a source disagrees with its declaration, the SQL fails, or its result has a missing, extra or
            mistyped column, a null key or timestamp, two rows for one key and timestamp, or a feature that is a moment
            between two seconds.
    """
    started = time.perf_counter()
    progress(0, 4)
    selected = _select(request, data, state)
    progress(1, 4)
    table = _conformed(request, selected)
    _require_identity(request, table)
    _require_whole_seconds(request, table)
    progress(2, 4)
    order = [(name, "ascending") for name in (request.timestamp, *request.keys)]
    write_whole(table.sort_by(order), destination)
    progress(3, 4)
    span = pc.min_max(table[request.timestamp])
    digest = digests.of_file(destination)
    progress(4, 4)
    return BuiltTable(
        rows=table.num_rows,
        digest=digest,
        seconds=time.perf_counter() - started,
        first=span["min"].as_py(),
        last=span["max"].as_py(),
    )


def _what(request: FeatureSetRequest) -> str:
    return f"feature set '{request.name}'"


def _select(request: FeatureSetRequest, data: Path, state: Path | None) -> pa.Table:
    sql = one_select(request.sql, _what(request), "its SQL")
    opened = reading(request.sources, data, state=state, threads=_THREADS)
    with opened as connection, refusing_sql(_what(request), "its SQL"):
        # DuckDB names the line of an error when it executes a statement, and not when it makes a relation of it.
        connection.execute(f"EXPLAIN {sql}")
        return connection.sql(sql).to_arrow_table()


def _conformed(request: FeatureSetRequest, result: pa.Table) -> pa.Table:
    """The result in the declared columns and types."""
    columns, where = table_columns(request), "the result of its SQL"
    repeated = sorted({name for name in result.column_names if result.column_names.count(name) > 1})
    extra = [name for name in result.column_names if name not in columns]
    if repeated or extra:
        why = f"columns appear twice: {', '.join(repeated)}" if repeated else f"undeclared columns: {', '.join(extra)}"
        raise Refused(_what(request), where, why, "select each key, the timestamp and each declared feature once")
    require_columns(columns, result.schema, _what(request), where, naive_as_utc=True)
    return conform(result, columns)


def _require_identity(request: FeatureSetRequest, table: pa.Table) -> None:
    """Check that keys and timestamp name each row: none is null, and no two rows share them."""
    identity = [*request.keys, request.timestamp]
    for name in identity:
        if nulls := table[name].null_count:
            mend = f"add `WHERE {name} IS NOT NULL`"
            raise Refused(_what(request), "the result of its SQL", f"column '{name}' is null in {nulls} rows", mend)
    counts = table.group_by(identity).aggregate([([], "count_all")])
    repeated = counts.filter(pc.greater(counts["count_all"], 1))
    if repeated.num_rows:
        example = ", ".join(f"{name}={repeated[name][0].as_py()}" for name in identity)
        why = f"{repeated.num_rows} pairs of key and timestamp have more than one row, such as {example}"
        raise Refused(_what(request), "the result of its SQL", why, "aggregate, so that one row is left for each")


def _require_whole_seconds(request: FeatureSetRequest, table: pa.Table) -> None:
    """Check that the online store, which keeps moments to the second, can hold every feature as training sees it."""
    for name in [name for name, feature in request.features.items() if feature.type == "timestamp"]:
        cut = pc.not_equal(table[name], pc.floor_temporal(table[name], unit="second"))
        if between := pc.sum(cut, min_count=0).as_py():
            why = f"feature '{name}' lies between two seconds in {between:,} rows, and is served to the second"
            raise Refused(_what(request), "the result of its SQL", why, f"select `date_trunc('second', {name})`")
