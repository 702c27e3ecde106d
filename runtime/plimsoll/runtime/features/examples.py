"""Labelled examples, read from their table for a span of time."""

from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples
from plimsoll.runtime.features.columns import microseconds
from plimsoll.runtime.features.quoting import quoted, view_name
from plimsoll.runtime.features.sandbox import reading, refusing_sql

KNOWN_AT = "known_at"
"""The column of a label table that says from when on the label is known."""

_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_NUMBERS = {"FLOAT", "DOUBLE", *_WHOLE}


def load_examples(examples: Examples, data: Path, start: datetime, end: datetime) -> pa.Table:
    """The labelled examples with start <= timestamp < end that pass the filter, ordered by timestamp and id.

    Columns: id, timestamp, keys, inputs, label, each once. A boolean label becomes int64 0 or 1, any other number
    float64; a label of several classes is text. A row whose label is null is no labelled example and is left out.

    Args:
        examples: where the examples lie and how they are labelled.
        data: the root below which their table lies.
        start: aware, inclusive.
        end: aware, exclusive.

    Raises:
        Refused: when the table disagrees with its declaration, an expression fails or is of the wrong type, or an id
            is null or repeated.
    """
    return _load(examples, data, start, end, (*_columns(examples),), labelled=True)


def load_unlabelled(examples: Examples, data: Path, start: datetime, end: datetime) -> pa.Table:
    """As ``load_examples``, for scoring: without the label, and with the rows whose label is not known."""
    return _load(examples, data, start, end, (*_columns(examples),), labelled=False)


def label_table(examples: Examples, data: Path, start: datetime, end: datetime) -> pa.Table:
    """The labels of the examples with start <= timestamp < end: id, label, and from when on it is known.

    ``known_at`` is the timestamp plus the label's delay, in UTC. Arguments and errors as for ``load_examples``.
    """
    table = _load(examples, data, start, end, (examples.id, examples.timestamp), labelled=True)
    delay = pa.scalar(examples.label_delay * 1_000_000, pa.duration("us"))
    known_at = pc.add(table[examples.timestamp], delay)
    return table.select([examples.id, examples.label]).append_column(KNOWN_AT, known_at)


def none_between(what: str, examples: Examples, data: Path, start: datetime, end: datetime, mend: str) -> Refused:
    """A refusal that says of a span of time that no example lies in it, and between which days there are any.

    Whoever chose the span mostly took one of another year, or today.
    """
    timestamp, view = quoted(examples.timestamp), quoted(view_name(examples.table.name))
    with reading([examples.table], data) as connection:
        select = f"SELECT min({timestamp}) AS first, max({timestamp}) AS last FROM {view}"  # noqa: S608 -- quoted names
        (span,) = connection.sql(select).to_arrow_table().to_pylist()
    there = f"has rows of {span['first']:%Y-%m-%d} to {span['last']:%Y-%m-%d}" if span["last"] else "has no row at all"
    where = f"{start:%Y-%m-%d} to {end:%Y-%m-%d}"
    return Refused(what, where, f"there is not one example in it; {examples.table.path} {there}", mend)


def _columns(examples: Examples) -> dict[str, None]:
    """Id, timestamp, keys and inputs in that order, each once."""
    return dict.fromkeys((examples.id, examples.timestamp, *examples.keys, *examples.columns))


def _what(examples: Examples) -> str:
    return f"examples of '{examples.table.name}'"


def _load(
    examples: Examples, data: Path, start: datetime, end: datetime, columns: tuple[str, ...], *, labelled: bool
) -> pa.Table:
    require_declared(examples)
    with reading([examples.table], data) as connection:
        view = quoted(view_name(examples.table.name))
        timestamp = moment(examples)
        chosen = [f"{timestamp} AS {quoted(n)}" if n == examples.timestamp else quoted(n) for n in columns]
        conditions = [f"{timestamp} >= make_timestamptz($1)", f"{timestamp} < make_timestamptz($2)"]
        conditions += filter_of(connection, examples)
        if labelled:
            label = label_of(connection, examples)
            chosen.append(f"{label} AS {quoted(examples.label)}")
            conditions.append(f"{label} IS NOT NULL")
        select = f"SELECT {', '.join(chosen)} FROM {view} WHERE {' AND '.join(conditions)}"  # noqa: S608 -- quoted names
        sql = f"{select} ORDER BY {timestamp}, {quoted(examples.id)}"
        with refusing_sql(_what(examples), "its label or filter expression"):
            table = connection.sql(sql, params=[microseconds(start), microseconds(end)]).to_arrow_table()
    _require_distinct_ids(examples, table)
    return table


def moment(examples: Examples) -> str:
    """The time of an example as SQL: where it is a date, the start of that day in UTC."""
    name = quoted(examples.timestamp)
    return f"{name}::TIMESTAMPTZ" if examples.table.columns[examples.timestamp] == "date" else name


def filter_of(connection: duckdb.DuckDBPyConnection, examples: Examples) -> list[str]:
    """The condition that an example must meet, as SQL; empty where there is none.

    Raises:
        Refused: when it fails, or is no condition.
    """
    if examples.filter_sql is None:
        return []
    _require_boolean(connection, quoted(view_name(examples.table.name)), examples)
    return [f"(\n{examples.filter_sql}\n)"]


def label_of(connection: duckdb.DuckDBPyConnection, examples: Examples) -> str:
    """The label in the type in which it is kept, as SQL.

    Raises:
        Refused: when its expression fails, or is neither a condition nor a number.
    """
    kind = _label_type(connection, quoted(view_name(examples.table.name)), examples)
    return f"(\n{examples.label_sql}\n)::{kind}"


def require_declared(examples: Examples) -> None:
    """Check that the columns used are declared by the table, with the same type, and that the label is none of them."""
    declared = examples.table.columns
    wanted = {**_columns(examples), **{name: column.type for name, column in examples.columns.items()}}
    for name, kind in wanted.items():
        if name not in declared:
            raise Refused(
                _what(examples), examples.table.path, f"column '{name}' is used and the table declares none such"
            )
        if declared[name] == "date" and name in examples.keys:
            why = f"key '{name}' is a date, by which nothing is joined"
            raise Refused(_what(examples), examples.table.path, why)
        if kind is not None and declared[name] != kind:
            why = f"input '{name}' is declared as {kind}, in the table as {declared[name]}"
            raise Refused(_what(examples), examples.table.path, why)
    if examples.label in wanted:
        why = f"the label '{examples.label}' is also an input, a key, the id or the timestamp"
        raise Refused(_what(examples), examples.table.path, why, "give the label a name of its own")


def _type_of(connection: duckdb.DuckDBPyConnection, view: str, expression: str, what: str, where: str) -> str:
    """DuckDB's name of an expression's type. The expression starts on line 1, so that an error's line is its own."""
    with refusing_sql(what, where):
        select = f"SELECT ({expression}\n) FROM {view}"  # noqa: S608 -- the expression is the user's own SQL
        described = connection.execute(f"DESCRIBE {select}").fetchall()
    return str(described[0][1])


def _require_boolean(connection: duckdb.DuckDBPyConnection, view: str, examples: Examples) -> None:
    kind = _type_of(connection, view, str(examples.filter_sql), _what(examples), "the filter expression")
    if kind != "BOOLEAN":
        raise Refused(_what(examples), "the filter expression", f"it is of type {kind}, not BOOLEAN")


def _label_type(connection: duckdb.DuckDBPyConnection, view: str, examples: Examples) -> str:
    """The DuckDB type in which the label is kept: BIGINT for a boolean, DOUBLE for a number, VARCHAR for a class."""
    kind = _type_of(connection, view, examples.label_sql, _what(examples), "the label expression")
    if examples.classes is not None:
        if kind == "VARCHAR" or kind.startswith("ENUM") or kind in _WHOLE:
            return "VARCHAR"
        why = f"it is of type {kind}; one of several classes is text or a whole number"
        raise Refused(_what(examples), "the label expression", why, "cast it, as in rating::INTEGER")
    if kind == "BOOLEAN":
        return "BIGINT"
    if kind in _NUMBERS or kind.startswith("DECIMAL"):
        return "DOUBLE"
    raise Refused(_what(examples), "the label expression", f"it is of type {kind}, neither BOOLEAN nor a number")


def _require_distinct_ids(examples: Examples, table: pa.Table) -> None:
    counts = table[examples.id].value_counts()
    ids, rows = counts.field("values"), counts.field("counts")
    mend = "an id must name one example and never be null"
    if nulls := table[examples.id].null_count:
        raise Refused(_what(examples), examples.table.path, f"column '{examples.id}' is null in {nulls:,} rows", mend)
    repeated = counts.filter(pc.greater(rows, 1))
    if len(repeated):
        example = repeated[0].as_py()
        why = (
            f"column '{examples.id}' has {len(ids):,} distinct values in {len(table):,} rows:"
            f" {example['values']!r} stands in {example['counts']:,}"
        )
        raise Refused(_what(examples), examples.table.path, why, f"{mend}; keep one row of each")
