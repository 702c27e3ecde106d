import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureSetRequest, FeatureUse
from plimsoll.runtime.features.protos import decode, encode
from plimsoll.runtime.features.store import FeatureStore

START = datetime(2013, 1, 5, tzinfo=UTC)
USES = (
    FeatureUse(feature_set="carrier-day", features=("departures", "any_late", "mean_delay")),
    FeatureUse(feature_set="airport-weather", features=("visib", "temp", "wind_speed")),
)
NAMES = [name for use in USES for name in use.features]


@pytest.fixture
def store(weather: FeatureSetRequest, carrier: FeatureSetRequest, registered: State) -> Iterator[FeatureStore]:
    store = FeatureStore(registered, [weather, carrier])
    yield store
    store.close()


@pytest.fixture
def rows(data: Path) -> list[dict[str, Any]]:
    table = pq.read_table(data / "flights.parquet", columns=["origin", "carrier"]).slice(0, 900)
    return [*table.to_pylist(), {"origin": None, "carrier": "UA"}, {"origin": "XXX", "carrier": "YY"}]


def _advance_all(store: FeatureStore, after: datetime | None, until: datetime) -> None:
    for use in USES:
        store.advance(use.feature_set, after, until)


def _offline(store: FeatureStore, rows: list[dict[str, Any]], now: datetime) -> dict[str, list[Any]]:
    times = pa.array([now] * len(rows), pa.timestamp("us", tz="UTC"))
    examples = pa.Table.from_pylist(rows).append_column("now", times)
    return store.retrieve(examples, USES, "now").select(NAMES).to_pydict()


def test_online_values_are_the_offline_ones_at_every_hour(store: FeatureStore, rows: list[dict[str, Any]]) -> None:
    former = None
    for hour in range(0, 60, 4):
        now = START + timedelta(hours=hour)
        _advance_all(store, former, now)
        former = now
        online = store.read_online(rows, USES, now, "null")
        assert list(online.values) == NAMES
        assert online.values == _offline(store, rows, now)
        assert any(value is not None for value in online.values["temp"])


def test_advancing_by_hours_equals_advancing_at_once(
    store: FeatureStore, weather: FeatureSetRequest, rows: list[dict[str, Any]]
) -> None:
    assert store.advance(weather.name, None, START) == 3
    assert [store.advance(weather.name, START + timedelta(hours=h), START + timedelta(hours=h + 1)) for h in range(9)]
    stepwise = store.read_online(rows, USES[1:], START + timedelta(hours=9), "serve")
    assert store.advance(weather.name, None, START + timedelta(hours=9)) == 3
    assert store.read_online(rows, USES[1:], START + timedelta(hours=9), "serve") == stepwise


def test_a_span_excludes_its_start_and_includes_its_end(store: FeatureStore, weather: FeatureSetRequest) -> None:
    assert store.advance(weather.name, START, START + timedelta(minutes=59)) == 0
    assert store.advance(weather.name, START, START + timedelta(hours=1)) == 3


@pytest.mark.parametrize(("age", "stale"), [(timedelta(hours=2), 0), (timedelta(hours=2, microseconds=1), 2)])
def test_the_policy_decides_on_values_past_their_ttl(store: FeatureStore, age: timedelta, stale: int) -> None:
    _advance_all(store, None, START)
    keys = [{"origin": "JFK", "carrier": "B6"}, {"origin": "JFK", "carrier": "UA"}, {"origin": "XXX", "carrier": "UA"}]
    served = store.read_online(keys, USES, START + age, "serve")
    assert served.stale == {"airport-weather": stale, "carrier-day": 0}
    assert served.unknown == {"airport-weather": 1, "carrier-day": 1}
    assert served.values["temp"][0] is not None
    nulled = store.read_online(keys, USES, START + age, "null")
    assert (nulled.values["temp"] == [None] * 3) == bool(stale)
    assert nulled.values["departures"] == served.values["departures"]
    if stale:
        with pytest.raises(Refused, match=r"1 of 1 keys are stale at .* under a TTL of 7200 s.*'JFK'.*2013-01-05T00"):
            store.read_online(keys, USES, START + age, "reject")
    else:
        assert store.read_online(keys, USES, START + age, "reject") == served


def test_values_from_the_future_do_not_count(store: FeatureStore) -> None:
    _advance_all(store, None, START)
    keys = [{"origin": "JFK", "carrier": "B6"}]
    read = store.read_online(keys, USES, START - timedelta(microseconds=1), "null")
    assert read.stale == {"airport-weather": 1, "carrier-day": 1}
    assert all(column == [None] for column in read.values.values())


def test_timestamps_are_exact_in_every_time_zone(
    weather: FeatureSetRequest, registered: State, store: FeatureStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New York has no 02:30 on 10 March 2013; UTC has, and microseconds too."""
    at = datetime(2013, 3, 10, 2, 30, 0, 250_000, tzinfo=UTC)
    row = {"origin": "JFK", "observed": at, "temp": 41.0, "wind_speed": None, "visib": 10.0}
    schema = pq.read_schema(registered.feature_table(weather.name))
    pq.write_table(pa.Table.from_pylist([row], schema=schema), registered.feature_table(weather.name))
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert store.advance(weather.name, at - timedelta(microseconds=1), at) == 1
        reads = [store.read_online([row], USES[1:], at + age, "null") for age in (timedelta(0), timedelta(hours=2))]
        late = store.read_online([row], USES[1:], at + timedelta(hours=2, microseconds=1), "null")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [read.values for read in reads] == [{"visib": [10.0], "temp": [41.0], "wind_speed": [None]}] * 2
    assert late.stale == {"airport-weather": 1}


def test_features_come_by_name_in_the_order_asked_for(store: FeatureStore) -> None:
    _advance_all(store, None, START)
    keys = pa.table({"origin": ["JFK", "EWR"], "unused": [1, 2]})
    forth = store.read_online(
        keys, [FeatureUse(feature_set="airport-weather", features=("temp", "visib"))], START, "null"
    )
    back = store.read_online(
        keys, [FeatureUse(feature_set="airport-weather", features=("visib", "temp"))], START, "null"
    )
    assert (list(forth.values), list(back.values)) == (["temp", "visib"], ["visib", "temp"])
    assert forth.values == back.values


def test_a_missing_key_column_or_a_key_of_another_type_is_refused(store: FeatureStore) -> None:
    with pytest.raises(Refused, match="key column 'carrier' is missing"):
        store.read_online([{"origin": "JFK"}], USES, START, "serve")
    with pytest.raises(Refused, match="key 'origin' is declared as string and is 7"):
        store.read_online([{"origin": 7}], USES[1:], START, "serve")


def test_a_span_without_a_zone_is_a_bug(store: FeatureStore, weather: FeatureSetRequest) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        store.advance(weather.name, None, datetime(2013, 1, 5))


def test_threads_read_while_one_writes(
    store: FeatureStore, weather: FeatureSetRequest, rows: list[dict[str, Any]]
) -> None:
    store.advance(weather.name, None, START)

    def read(_: int) -> int:
        return sum(value is not None for value in store.read_online(rows, USES[1:], START, "serve").values["temp"])

    with ThreadPoolExecutor(4) as pool:
        reads = pool.map(read, range(24))
        for hour in range(12):
            store.advance(weather.name, START + timedelta(hours=hour), START + timedelta(hours=hour + 1))
        assert set(reads) == {900}


def test_more_keys_than_one_statement_takes_are_read(store: FeatureStore, weather: FeatureSetRequest) -> None:
    store.advance(weather.name, None, START)
    keys = [{"origin": f"X{number}"} for number in range(40_000)] + [{"origin": "JFK"}]
    read = store.read_online(keys, USES[1:], START, "serve")
    assert read.unknown == {"airport-weather": 40_000}
    assert read.values["temp"][-1] is not None


@given(
    value=st.one_of(
        st.tuples(st.just("int"), st.integers(-(2**63), 2**63 - 1)),
        st.tuples(st.just("float"), st.floats(allow_nan=False)),
        st.tuples(st.just("string"), st.text(st.characters(exclude_categories=["Cs"]))),
        st.tuples(st.just("bool"), st.booleans()),
        st.tuples(
            st.just("timestamp"),
            st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)).map(
                lambda moment: moment.replace(microsecond=0)
            ),
        ),
        st.tuples(st.sampled_from(["int", "string", "timestamp"]), st.none()),
    )
)
def test_a_value_comes_back_from_protobuf(value: tuple[Any, Any]) -> None:
    kind, plain = value
    assert decode(encode(plain, kind), kind) == plain


def test_a_timestamp_between_seconds_is_refused_by_the_encoder() -> None:
    with pytest.raises(ValueError, match="to the second"):
        encode(START + timedelta(microseconds=1), "timestamp")
