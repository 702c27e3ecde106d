"""Point-in-time joins in DuckDB: for each entity row the newest feature row that was there by then.

DuckDB's ASOF join does for a sorted merge what the usual join-and-rank does by pairing every entity row with every
earlier feature row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.runtime.features.quoting import literal, quoted
from plimsoll.runtime.features.sandbox import in_utc

_ROW = "__row"
_ENTITIES = "__entities"


@dataclass(frozen=True)
class History:
    """A parquet table of feature values over time.

    Args:
        path: the parquet file.
        keys: for each key column of the entity rows the table's own column.
        features: for each output column the table's own column.
        timestamp: when a row's values became true.
        created: when a row was written, where the table says so: of the rows for one key and timestamp the newest
            counts.
        ttl: how long a row stays valid, both ends included; None for ever.
    """

    path: Path
    keys: Mapping[str, str]
    features: Mapping[str, str]
    timestamp: str
    created: str | None = None
    ttl: timedelta | None = None


def join_as_of(
    entities: pa.Table, timestamp: str, histories: Sequence[History], *, created_by_then: bool = False
) -> pa.Table:
    """Append to each entity row the features of its keys as of its timestamp.

    Law: a value in the result comes from the row with the greatest feature timestamp ``t`` of equal keys such that
    ``t <= timestamp`` and, with ``created_by_then``, ``created <= timestamp``; it is null where there is none or where
    ``t < timestamp - ttl``. The rows keep their number and order. A null key equals nothing.

    Args:
        entities: rows with the key columns and ``timestamp``.
        timestamp: the name of the column with the time as of which features are wanted.
        histories: what to join; their output columns must differ from each other and from the entities' columns.
        created_by_then: leave out rows that were written after the entity row's timestamp, as a backfill is.
    """
    rows = entities.append_column(_ROW, pa.array(range(entities.num_rows), pa.int64()))
    joins, columns = [], []
    for number, history in enumerate(histories):
        name = f"h{number}"
        relation = (
            _known_since(history) if created_by_then and history.created else _newest(history, entities, timestamp)
        )
        equal = [f"e.{quoted(theirs)} = {name}.{quoted(own)}" for theirs, own in history.keys.items()]
        condition = " AND ".join([*equal, f"e.{quoted(timestamp)}::TIMESTAMPTZ >= {name}.__since"])
        joins.append(f"ASOF LEFT JOIN ({relation}) {name} ON {condition}")
        columns += [
            f"{_valid(history, name, own, timestamp)} AS {quoted(out)}" for out, own in history.features.items()
        ]
    with in_utc() as connection:
        connection.register(_ENTITIES, rows)
        chosen = ", ".join(["e.*", *columns])
        sql = f"SELECT {chosen} FROM {_ENTITIES} e {' '.join(joins)} ORDER BY e.{_ROW}"  # noqa: S608 -- quoted names
        return connection.sql(sql).to_arrow_table().drop_columns([_ROW])


def _valid(history: History, name: str, column: str, timestamp: str) -> str:
    """The feature's value while its row is valid, as SQL."""
    value = f"{name}.{quoted(column)}"
    if history.ttl is None:
        return value
    ttl = history.ttl // timedelta(microseconds=1)
    return f"CASE WHEN {name}.__at >= e.{quoted(timestamp)}::TIMESTAMPTZ - to_microseconds({ttl}) THEN {value} END"


def _columns(history: History) -> list[str]:
    """The key and feature columns, each once and quoted."""
    return [quoted(name) for name in dict.fromkeys((*history.keys.values(), *history.features.values()))]


def _newest(history: History, entities: pa.Table, timestamp: str) -> str:
    """The rows that can count for any entity row; the newest by ``created`` for each key and timestamp."""
    at = f"{quoted(history.timestamp)}::TIMESTAMPTZ"
    bounds = pc.min_max(entities[timestamp].cast(pa.timestamp("us", tz="UTC")))
    where = f"{at} <= make_timestamptz({bounds['max'].value or 0})"
    if history.ttl is not None:
        earliest = (bounds["min"].value or 0) - history.ttl // timedelta(microseconds=1)
        where += f" AND {at} >= make_timestamptz({earliest})"
    source = f"read_parquet({literal(str(history.path))})"
    columns = ", ".join(_columns(history))
    sql = f"SELECT {columns}, {at} AS __at, __at AS __since FROM {source} WHERE {where}"  # noqa: S608 -- quoted names
    if history.created is None:
        return sql
    same = ", ".join(quoted(name) for name in (*history.keys.values(), history.timestamp))
    order = f"{quoted(history.created)} DESC NULLS LAST"
    return f"{sql} QUALIFY row_number() OVER (PARTITION BY {same} ORDER BY {order}) = 1"


def _known_since(history: History) -> str:
    """For each moment at which a row came to be known, the row that counts from then on.

    A row is known from the later of its timestamp and its creation. Of the rows known, the one with the greatest
    timestamp counts, and among these the newest created.
    """
    at, created = f"{quoted(history.timestamp)}::TIMESTAMPTZ", f"{quoted(history.created or '')}::TIMESTAMPTZ"
    source = f"read_parquet({literal(str(history.path))})"
    keys = ", ".join(quoted(name) for name in history.keys.values())
    known = f"SELECT *, {at} AS __at, {created} AS __created, greatest(__at, __created) AS __since FROM {source}"  # noqa: S608
    best = (
        "arg_max(known, {'at': __at, 'created': __created}) OVER (PARTITION BY " + keys + " ORDER BY __since"
        " RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS best"
    )
    columns = ", ".join(f"best.{name}" for name in _columns(history))
    complete = "known.__at IS NOT NULL AND known.__created IS NOT NULL"
    ranked = f"SELECT known.__since AS __since, {best} FROM ({known}) known WHERE {complete}"  # noqa: S608
    return f"SELECT {columns}, best.__at AS __at, __since FROM ({ranked})"  # noqa: S608
