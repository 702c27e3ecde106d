from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.runtime.features.as_of import History, join_as_of

_EPOCH = datetime(2013, 1, 1, tzinfo=UTC)
_INSTANT = pa.timestamp("us", tz="UTC")
_HOURS = st.integers(0, 12)
_KEYS = st.sampled_from(["a", "b", None])
_ENTITIES = st.lists(st.tuples(_KEYS, _HOURS), max_size=8)
_FEATURES = st.lists(
    st.tuples(_KEYS, _HOURS, _HOURS | st.none(), st.integers(0, 99) | st.none()),
    max_size=12,
    unique_by=lambda row: row[:3],
)
_laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _at(hour: int | None) -> datetime | None:
    return None if hour is None else _EPOCH + timedelta(hours=hour)


def _entities(rows: list[tuple[str | None, int]]) -> pa.Table:
    keys, times = pa.array([row[0] for row in rows], pa.string()), pa.array([_at(row[1]) for row in rows], _INSTANT)
    return pa.table({"who": keys, "asked": times})


def _write(rows: list[tuple[str | None, int, int | None, int | None]], path: Path) -> None:
    columns = {
        "key": pa.array([row[0] for row in rows], pa.string()),
        "seen": pa.array([_at(row[1]) for row in rows], _INSTANT),
        "created": pa.array([_at(row[2]) for row in rows], _INSTANT),
        "x": pa.array([row[3] for row in rows], pa.int64()),
    }
    pq.write_table(pa.table(columns), path)


def _by_hand(
    entities: list[tuple[str | None, int]],
    features: list[tuple[str | None, int, int | None, int | None]],
    ttl: int | None,
    *,
    created_by_then: bool,
) -> Iterator[int | None]:
    """The definition, row by row: the newest row seen by then, and among these the newest created."""
    for key, asked in entities:
        known = [
            (seen, -1 if created is None else created, x)
            for own, seen, created, x in features
            if key is not None and own == key and seen <= asked
            if not created_by_then or (created is not None and created <= asked)
        ]
        newest = max(known, key=lambda row: row[:2], default=None)
        yield None if newest is None or (ttl is not None and newest[0] < asked - ttl) else newest[2]


@_laws
@given(entities=_ENTITIES, features=_FEATURES, ttl=st.none() | st.integers(0, 6), created_by_then=st.booleans())
def test_a_join_is_its_definition_and_never_looks_ahead(
    tmp_path: Path,
    entities: list[tuple[str | None, int]],
    features: list[tuple[str | None, int, int | None, int | None]],
    ttl: int | None,
    created_by_then: bool,
) -> None:
    _write(features, tmp_path / "features.parquet")
    history = History(
        path=tmp_path / "features.parquet",
        keys={"who": "key"},
        features={"x": "x"},
        timestamp="seen",
        created="created",
        ttl=None if ttl is None else timedelta(hours=ttl),
    )
    joined = join_as_of(_entities(entities), "asked", [history], created_by_then=created_by_then)
    assert joined.drop_columns(["x"]).equals(_entities(entities))
    assert joined["x"].to_pylist() == list(_by_hand(entities, features, ttl, created_by_then=created_by_then))


@settings(_laws, max_examples=25)
@given(entities=_ENTITIES, features=_FEATURES, now=_HOURS)
def test_what_comes_later_changes_nothing(
    tmp_path: Path,
    entities: list[tuple[str | None, int]],
    features: list[tuple[str | None, int, int | None, int | None]],
    now: int,
) -> None:
    asked = _entities([row for row in entities if row[1] <= now])
    history = History(tmp_path / "f.parquet", {"who": "key"}, {"x": "x"}, "seen", "created")
    _write(features, history.path)
    whole = join_as_of(asked, "asked", [history])
    _write([row for row in features if row[1] <= now], history.path)
    assert join_as_of(asked, "asked", [history]).equals(whole)


def _one(tmp_path: Path, asked: datetime, seen: datetime, ttl: timedelta) -> Any:
    table = pa.table({"key": ["a"], "seen": pa.array([seen], _INSTANT), "x": [1]})
    pq.write_table(table, tmp_path / "f.parquet")
    history = History(tmp_path / "f.parquet", {"who": "key"}, {"x": "x"}, "seen", ttl=ttl)
    entities = pa.table({"who": ["a"], "asked": pa.array([asked], _INSTANT)})
    return join_as_of(entities, "asked", [history])["x"][0].as_py()


@pytest.mark.parametrize(("late", "value"), [(timedelta(0), 1), (timedelta(microseconds=1), None)])
def test_the_ttl_is_inclusive_to_the_microsecond(tmp_path: Path, late: timedelta, value: int | None) -> None:
    ttl = timedelta(seconds=90)
    assert _one(tmp_path, _EPOCH + ttl + late, _EPOCH, ttl) == value


def test_a_row_of_the_same_microsecond_counts_and_the_next_does_not(tmp_path: Path) -> None:
    assert _one(tmp_path, _EPOCH, _EPOCH, timedelta(days=1)) == 1
    assert _one(tmp_path, _EPOCH, _EPOCH + timedelta(microseconds=1), timedelta(days=1)) is None
