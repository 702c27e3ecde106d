"""Looking at data as the steps will read it, batch by batch: the memory that it takes does not grow with the data.

Every table is opened by ``sandbox.reading``, every expectation held by ``expectations``, every label and filter made by
``examples``, so that what is found here is what a run would find.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.inspection import ColumnFault, ExamplesSeen, Labels, Repeated, SourceSeen
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import MOST_PARTS, Examples, Table
from plimsoll.runtime.features.columns import ARROW_TYPES, column_faults, microseconds
from plimsoll.runtime.features.examples import filter_of, label_of, moment, require_declared
from plimsoll.runtime.features.expectations import check_expectations, merged
from plimsoll.runtime.features.quoting import quoted, view_name
from plimsoll.runtime.features.sandbox import reading, refusing_sql, schema_of, table_file, value_faults

Progress = Callable[[int], None]
"""Told how many rows have been looked at."""

_BATCH = 1 << 17
"""Rows that are held at a time."""
_IDS = 1 << 21
"""Ids that are held at a time; of a larger table they are looked at in several passes, each at those of one hash."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANCIENT = 366 * 86_400 * 1_000_000
"""Microseconds after 1970: seconds or milliseconds that were taken for microseconds lie before."""


def look(table: Table, data: Path, now: datetime, progress: Progress) -> SourceSeen:
    """What a data source's file holds, beside its declaration.

    Args:
        table: the source.
        data: the root below which it lies.
        now: aware; what is later has not come yet.
        progress: told from time to time how many rows have been read.
    """
    seen = SourceSeen(table.name, table.path)
    try:
        found = schema_of(table, table_file(table, data))
        faults = column_faults(table.columns, found)
        faults += value_faults(_without(table, faults), table_file(table, data))
        undeclared = {name: str(found.field(name).type) for name in found.names if name not in table.columns}
        seen = replace(seen, faults=faults, undeclared=undeclared)
        sound = _without(table, faults)
        return _counted(seen, sound, data, now, progress) if sound.columns else seen
    except Refused as refused:
        return replace(seen, refused=refused)


def _without(table: Table, faults: Sequence[ColumnFault]) -> Table:
    """The table as it is without its faulty columns."""
    bad = {one.column for one in faults}
    return table.model_copy(update={"columns": {n: kind for n, kind in table.columns.items() if n not in bad}})


def _counted(seen: SourceSeen, table: Table, data: Path, now: datetime, progress: Progress) -> SourceSeen:
    rows, nulls = 0, dict.fromkeys(table.columns, 0)
    times = _Times(now)
    whole = f"data source '{table.name}'", table.path, "it is damaged, or of a kind that is not read: write it anew"
    with reading([table], data, verified=True) as connection, _refusing(*whole):
        for batch in _batches(connection, f"SELECT * FROM {quoted(view_name(table.name))}"):  # noqa: S608 -- quoted
            rows += batch.num_rows
            for name in table.columns:
                nulls[name] += _missing(batch[name])
            if table.timestamp in table.columns:
                times.add(batch[table.timestamp])
            progress(rows)
    return replace(
        seen,
        rows=rows,
        nulls={name: count for name, count in nulls.items() if count},
        first=times.first,
        last=times.last,
        ordered=times.ordered,
        ahead=times.ahead,
        ancient=times.ancient,
    )


class _Times:
    """The span and the order of moments, as they come."""

    def __init__(self, now: datetime) -> None:
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.ordered, self.ahead, self.ancient = True, 0, 0
        self._now = pa.scalar(now, ARROW_TYPES["timestamp"])
        self._before: pa.Scalar | None = None

    def add(self, moments: pa.ChunkedArray) -> None:
        """Look at the next ones; nulls are left aside."""
        present = moments.drop_null().cast(ARROW_TYPES["timestamp"])
        if not len(present):
            return
        first, last = _span(present)
        self.first = first if self.first is None else min(self.first, first)
        self.last = last if self.last is None else max(self.last, last)
        whole = present.combine_chunks()
        backwards = _sum(pc.less(whole[1:], whole[:-1])) > 0
        sooner = self._before is not None and bool(pc.less(whole[0], self._before).as_py())
        self.ordered = self.ordered and not backwards and not sooner
        self._before = whole[-1]
        self.ahead += _sum(pc.greater(present, self._now))
        self.ancient += _sum(pc.less(present.cast(pa.int64()), _ANCIENT))


def look_at_examples(
    model: str, examples: Examples, data: Path, cut_by: Sequence[str], progress: Progress
) -> ExamplesSeen:
    """What the examples of a model hold, beside what is said of them. ``look`` must have found no fault in its table.

    Args:
        model: whose examples they are.
        examples: where they lie and how they are labelled.
        data: the root below which their table lies.
        cut_by: keys or inputs by whose values a batch is cut.
        progress: told from time to time how many rows have been read.
    """
    seen = ExamplesSeen(model)
    part: Literal["inputs", "filter", "label"] = "inputs"
    require_declared(examples)
    with reading([examples.table], data, verified=True) as connection:
        try:
            nothing = check_expectations(_empty(examples), examples.columns)
            part = "filter"
            conditions = filter_of(connection, examples)
            part = "label"
            label = label_of(connection, examples)
            seen = replace(seen, results=nothing)
            return _held(seen, connection, examples, _sql(examples, conditions, label), cut_by, progress)
        except Refused as refused:
            return replace(seen, refused=refused, part=part)


def _sql(examples: Examples, conditions: Sequence[str], label: str) -> str:
    """One row for each example, labelled or not."""
    names = dict.fromkeys((examples.id, examples.timestamp, *examples.keys, *examples.columns))
    columns = [f"{moment(examples)} AS {quoted(n)}" if n == examples.timestamp else quoted(n) for n in names]
    chosen = ", ".join([*columns, f"{label} AS {quoted(examples.label)}"])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {chosen} FROM {quoted(view_name(examples.table.name))}{where}"  # noqa: S608 -- names are quoted


def _held(
    seen: ExamplesSeen,
    connection: duckdb.DuckDBPyConnection,
    examples: Examples,
    sql: str,
    cut_by: Sequence[str],
    progress: Progress,
) -> ExamplesSeen:
    rows, labels, named = 0, Labels(), (examples.id, *examples.keys)
    nulls: dict[str, int] = dict.fromkeys(named, 0)
    values: dict[str, set[object]] = {name: set() for name in cut_by}
    results = seen.results
    what = f"examples of '{examples.table.name}'", "its label or filter expression"
    with _refusing(*what, "see to it that it has a value for every row"), refusing_sql(*what):
        for batch in _batches(connection, sql):
            rows += batch.num_rows
            labels = _with(labels, batch[examples.label], batch[examples.timestamp], examples.classes)
            results = merged([results, check_expectations(batch, examples.columns)], examples.columns)
            for name in named:
                nulls[name] += batch[name].null_count
            for name, known in values.items():
                if len(known) <= MOST_PARTS:
                    known.update(pc.unique(batch[name]).slice(0, 2 * MOST_PARTS).to_pylist())
            progress(rows)
        repeated = _repeated(connection, sql, examples.id, rows, progress)
    return replace(
        seen,
        rows=rows,
        nulls={name: count for name, count in nulls.items() if count},
        repeated=repeated,
        results=results,
        labels=labels,
        values={name: min(len(known), MOST_PARTS + 1) for name, known in values.items()},
    )


def _empty(examples: Examples) -> pa.Table:
    """No row, with the inputs' columns: what expectations make of a table without rows."""
    return pa.table({name: pa.array([], ARROW_TYPES[column.type]) for name, column in examples.columns.items()})


def _with(labels: Labels, column: pa.ChunkedArray, moments: pa.ChunkedArray, classes: tuple[str, ...] | None) -> Labels:
    """The labels with those of a batch."""
    known = pc.is_valid(column)
    given = column.filter(known)
    if not len(given):
        return labels
    span = _span(moments.filter(known).cast(ARROW_TYPES["timestamp"]))
    values = pa.array((0.0, 1.0) if classes is None else classes)
    given, names = given.cast(values.type), classes or ("0", "1")
    counts = {
        name: labels.counts.get(name, 0) + _sum(pc.equal(given, value))
        for name, value in zip(names, values, strict=True)
    }
    others = given.filter(pc.invert(pc.is_in(given, value_set=values)))
    firsts = [one for one in (labels.first, span[0]) if one is not None]
    lasts = [one for one in (labels.last, span[1]) if one is not None]
    return Labels(
        rows=labels.rows + len(given),
        counts=counts,
        others=labels.others + len(others),
        other=labels.other or (others[0].as_py() if classes and len(others) else ""),
        first=min(firsts, default=None),
        last=max(lasts, default=None),
    )


def _repeated(connection: duckdb.DuckDBPyConnection, sql: str, column: str, rows: int, progress: Progress) -> Repeated:
    """How many values of a column stand in more than one row; nulls are left aside."""
    passes, name, found = max(1, -(-rows // _IDS)), quoted(column), Repeated()
    for number in range(passes):
        counts = (
            f"SELECT {name} AS id, count(*) AS times FROM ({sql}) WHERE {name} IS NOT NULL"  # noqa: S608 -- quoted
            f" AND hash({name}) % {passes} = {number} GROUP BY ALL HAVING count(*) > 1"
        )
        most = "SELECT count(*), arg_max(id::VARCHAR, (times, id::VARCHAR)), max(times)"
        (row,) = connection.execute(f"{most} FROM ({counts})").fetchall()
        progress(rows)
        values, example, times = int(row[0]), str(row[1]), int(row[2] or 0)
        worse = (times, example) > (found.times, found.example)
        found = replace(found, values=found.values + values)
        found = replace(found, example=example, times=times) if worse and values else found
    return found


def _batches(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[pa.Table]:
    reader = connection.sql(sql).to_arrow_reader(_BATCH)
    for batch in reader:
        yield pa.Table.from_batches([batch])


@contextmanager
def _refusing(what: str, where: str, mend: str) -> Iterator[None]:
    """Turn what DuckDB says of values into a refusal. Once Arrow reads from it, it says so by an OSError of no number.

    Raises:
        Refused: with DuckDB's message.
    """
    try:
        yield
    except (duckdb.ProgrammingError, duckdb.DataError, duckdb.IOException) as error:
        raise Refused(what, where, str(error).splitlines()[0], mend) from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise Refused(what, where, str(error).splitlines()[0], mend) from error


def _span(moments: pa.ChunkedArray) -> tuple[datetime, datetime]:
    """The first and the last of some moments, each the nearest that Python can say: a file may hold the year 20000."""
    span = pc.min_max(moments.cast(pa.int64()))
    earliest, latest = (microseconds(one.replace(tzinfo=UTC)) for one in (datetime.min, datetime.max))
    first, last = (
        _EPOCH + timedelta(microseconds=min(max(span[one].as_py(), earliest), latest)) for one in ("min", "max")
    )
    return first, last


def _missing(column: pa.ChunkedArray) -> int:
    return _sum(pc.is_null(column, nan_is_null=True))


def _sum(mask: pa.ChunkedArray | pa.Array) -> int:
    return int(pc.sum(mask, min_count=0).as_py())
