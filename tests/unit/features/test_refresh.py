"""What keeps the online store fresh: never back, never behind, whoever writes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract.places import State
from plimsoll.contract.requests import FeatureSetRequest, FeatureUse
from plimsoll.runtime.features.build import build_feature_table
from plimsoll.runtime.features.refreshed import recall
from plimsoll.runtime.features.store import FeatureStore

START = datetime(2013, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEYS = [{"origin": origin, "carrier": carrier} for origin in ("JFK", "LGA", "EWR") for carrier in ("UA", "B6", "AA")]
WEATHER = FeatureUse(feature_set="airport-weather", features=("temp", "wind_speed", "visib"))
CARRIER = FeatureUse(feature_set="carrier-day", features=("mean_delay", "departures", "any_late"))


@pytest.fixture
def store(weather: FeatureSetRequest, carrier: FeatureSetRequest, registered: State) -> Iterator[FeatureStore]:
    store = FeatureStore(registered, [weather, carrier])
    yield store
    store.close()


def _read(store: FeatureStore, now: datetime, *uses: FeatureUse) -> dict[str, list[Any]]:
    return store.read_online(KEYS, uses or (WEATHER, CARRIER), now, "serve").values


def _offline(store: FeatureStore, now: datetime) -> dict[str, list[Any]]:
    times = pa.array([now] * len(KEYS), pa.timestamp("us", tz="UTC"))
    joined = store.retrieve(pa.Table.from_pylist(KEYS).append_column("now", times), (WEATHER, CARRIER), "now")
    return joined.drop_columns(["carrier", "origin", "now"]).to_pydict()


def _rewrite(state: State, request: FeatureSetRequest, change: Any) -> None:
    """Change the rows of a feature set's table."""
    file = state.feature_table(request.name)
    schema = pq.read_schema(file)
    pq.write_table(pa.Table.from_pylist(change(pq.read_table(file).to_pylist()), schema=schema), file)


def test_after_each_refresh_the_online_values_are_the_offline_ones(store: FeatureStore) -> None:
    for hour in (0, 7, 8, 30):
        for use in (WEATHER, CARRIER):
            store.refresh(use.feature_set, START + hour * HOUR)
        assert _read(store, START + hour * HOUR) == _offline(store, START + hour * HOUR)


def test_what_is_there_already_is_not_written_again(store: FeatureStore, registered: State) -> None:
    first = store.refresh("airport-weather", START)
    assert (first.keys, first.written, first.since) == (3, 3, None)
    again = store.refresh("airport-weather", START + HOUR / 2)
    assert (again.keys, again.written, again.since) == (3, 0, START)
    assert store.refresh("airport-weather", START + HOUR).written == 3
    known = recall(registered, "airport-weather")
    assert known is not None
    assert known.until == START + HOUR


def test_nobody_takes_a_key_back_to_an_older_value(store: FeatureStore) -> None:
    """Feast's sqlite store would: it replaces what is there, whatever the time, as ``advance`` needs it to."""
    store.refresh("airport-weather", START + 9 * HOUR)
    late = _read(store, START + 9 * HOUR, WEATHER)
    assert store.refresh("airport-weather", START).written == 0
    assert _read(store, START + 9 * HOUR, WEATHER) == late
    store.advance("airport-weather", None, START)
    assert _read(store, START + 9 * HOUR, WEATHER) != late
    assert store.refresh("airport-weather", START + 9 * HOUR).written == 3
    assert _read(store, START + 9 * HOUR, WEATHER) == late


def test_rows_that_come_late_or_are_corrected_are_written(
    store: FeatureStore, registered: State, weather: FeatureSetRequest
) -> None:
    """A span of times that begins where the last refresh ended would pass over both."""
    store.refresh("airport-weather", START)
    newest = {"origin": "XYZ", "observed": START - HOUR, "temp": 1.0, "wind_speed": None, "visib": float("nan")}

    def change(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [{**row, "temp": -40.0} if (row["origin"], row["observed"]) == ("JFK", START) else row for row in rows]
        return [*rows, newest]

    _rewrite(registered, weather, change)
    assert store.refresh("airport-weather", START + HOUR / 2).written == 2
    assert store.refresh("airport-weather", START + HOUR / 2).written == 0, "what is missing, and NaN, are themselves"
    read = store.read_online([{"origin": "JFK"}, {"origin": "XYZ"}], (WEATHER,), START, "serve")
    assert read.values["temp"] == [-40.0, 1.0]


def test_who_dies_before_remembering_begins_again_and_changes_nothing(store: FeatureStore, registered: State) -> None:
    file = registered.refreshed("airport-weather")
    in_the_way = file.with_name(f".{file.name}.part")
    in_the_way.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        store.refresh("airport-weather", START)
    written = _read(store, START, WEATHER)
    assert None not in written["temp"]
    in_the_way.rmdir()
    assert recall(registered, "airport-weather") is None
    assert store.refresh("airport-weather", START).written == 0
    assert recall(registered, "airport-weather") is not None
    assert _read(store, START, WEATHER) == written


def test_a_memory_that_was_cut_off_is_none(store: FeatureStore, registered: State) -> None:
    store.refresh("airport-weather", START)
    registered.refreshed("airport-weather").write_text('{"definition": "sha256:')
    assert store.refresh("airport-weather", START).written == 0


def test_another_definition_is_written_from_the_beginning(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest, data: Path
) -> None:
    """Its newest rows may be of an earlier time than what the former one left."""
    store.refresh("airport-weather", START + 9 * HOUR)
    sql = f"{weather.sql} WHERE hour(time_hour) < 3"
    changed = weather.model_copy(update={"sql": sql})
    build_feature_table(changed, data, registered.feature_table(weather.name))
    other = FeatureStore(registered, [changed, carrier])
    other.apply()
    done = other.refresh("airport-weather", START + 9 * HOUR)
    assert (done.written, done.since) == (3, None)
    assert _read(other, START + 9 * HOUR)["temp"] == _offline(other, START + 2 * HOUR)["temp"]
    other.close()


def test_other_columns_are_written_from_the_beginning(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest, data: Path
) -> None:
    store.refresh("airport-weather", START)
    features = {name: weather.features[name] for name in ("temp", "visib")}
    changed = weather.model_copy(update={"features": features, "sql": weather.sql.replace("wind_speed, ", "")})
    build_feature_table(changed, data, registered.feature_table(weather.name))
    other = FeatureStore(registered, [changed, carrier])
    assert other.apply(delete_others=False).emptied == ("airport-weather",)
    assert other.refresh("airport-weather", START).written == 3
    use = FeatureUse(feature_set="airport-weather", features=("temp", "visib"))
    assert None not in _read(other, START, use)["temp"]
    other.close()


def test_two_deployments_that_share_a_set_may_refresh_at_once(
    weather: FeatureSetRequest, carrier: FeatureSetRequest, registered: State, store: FeatureStore
) -> None:
    stores = [FeatureStore(registered, [weather, carrier]) for _ in range(2)]
    moments = [START + hour * HOUR for hour in range(12)]

    def refresh(which: int) -> None:
        for moment in moments if which else reversed(moments):
            for use in (WEATHER, CARRIER):
                stores[which].refresh(use.feature_set, moment)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(refresh, (0, 1)))
    assert _read(store, moments[-1]) == _offline(store, moments[-1])
    for one in stores:
        one.close()
