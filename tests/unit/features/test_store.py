import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples, FeatureColumn, FeatureSetRequest, FeatureUse
from plimsoll.runtime.features.examples import load_examples
from plimsoll.runtime.features.store import FeatureStore

JANUARY, FEBRUARY = datetime(2013, 1, 1, tzinfo=UTC), datetime(2013, 2, 1, tzinfo=UTC)
USES = (
    FeatureUse(feature_set="carrier-day", features=("any_late", "departures", "mean_delay")),
    FeatureUse(feature_set="airport-weather", features=("visib", "temp")),
)


@pytest.fixture
def store(registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest) -> FeatureStore:
    return FeatureStore(registered, [weather, carrier])


@pytest.fixture(scope="session")
def january(data: Path) -> pa.Table:
    table = pq.read_table(data / "flights.parquet")
    return table.filter(pa.compute.less(table["departs"], pa.scalar(FEBRUARY, pa.timestamp("us", tz="UTC"))))


def _merged(examples: pa.Table, request: FeatureSetRequest, state: State, names: tuple[str, ...]) -> pd.DataFrame:
    """The join as pandas does it, in the order of the examples."""
    left = examples.select(["departs", *request.keys]).to_pandas().reset_index()
    right = pq.read_table(state.feature_table(request.name)).to_pandas(types_mapper=pd.ArrowDtype)
    right = right.astype(dict.fromkeys(request.keys, "object"))
    right[request.timestamp] = pd.to_datetime(right[request.timestamp]).astype(left["departs"].dtype)
    merged = pd.merge_asof(
        left.sort_values("departs", kind="stable"),
        right.sort_values(request.timestamp),
        left_on="departs",
        right_on=request.timestamp,
        by=list(request.keys),
        tolerance=pd.Timedelta(seconds=request.ttl) if request.ttl else None,
    )
    return merged.sort_values("index")[list(names)]


def test_a_real_month_equals_an_independent_join_cell_for_cell(
    registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest, january: pa.Table
) -> None:
    weather = weather.model_copy(update={"ttl": 40 * 60})
    store = FeatureStore(registered, [weather, carrier])
    store.apply()
    joined = store.retrieve(january, USES, "departs")
    assert joined.column_names == [*january.column_names, "any_late", "departures", "mean_delay", "visib", "temp"]
    assert joined.select(january.column_names).equals(january)
    types = [joined.schema.field(name).type for name in ("any_late", "departures", "mean_delay", "visib")]
    assert types == [pa.bool_(), pa.int64(), pa.float64(), pa.float64()]
    for request, use in ((carrier, USES[0]), (weather, USES[1])):
        expected = _merged(january, request, registered, use.features)
        for name in use.features:
            column = pa.chunked_array([pa.array(expected[name])]).cast(joined.schema.field(name).type)
            assert joined[name].to_pylist() == column.to_pylist(), name
            assert 0 < joined[name].null_count < 0.4 * joined.num_rows


def test_the_order_of_the_examples_is_kept(store: FeatureStore, january: pa.Table) -> None:
    backwards = january.take(list(range(january.num_rows - 1, -1, -7)))
    joined = store.retrieve(backwards, USES, "departs")
    whole = store.retrieve(january, USES, "departs")
    assert joined.equals(whole.take(list(range(january.num_rows - 1, -1, -7))))


def test_labelled_examples_can_be_joined(store: FeatureStore, flights: Examples, data: Path) -> None:
    examples = load_examples(flights, data, JANUARY, JANUARY + timedelta(days=2))
    joined = store.retrieve(examples, USES, flights.timestamp)
    assert joined.column_names[-6:] == ["late", "any_late", "departures", "mean_delay", "visib", "temp"]
    assert joined.num_rows == examples.num_rows


def test_no_examples_give_no_rows_in_the_same_columns(store: FeatureStore, january: pa.Table) -> None:
    nothing = store.retrieve(january.slice(0, 0), USES, "departs")
    assert nothing.schema.equals(store.retrieve(january.slice(0, 5), USES, "departs").schema)


def test_a_null_key_has_no_features(store: FeatureStore, january: pa.Table) -> None:
    few = january.slice(20_000, 3)
    keyless = few.set_column(few.column_names.index("origin"), "origin", pa.array(["JFK", None, "JFK"]))
    temps = store.retrieve(keyless, USES, "departs")["temp"].to_pylist()
    assert temps[1] is None
    assert None not in (temps[0], temps[2])


def test_repeated_names_are_refused(store: FeatureStore, january: pa.Table) -> None:
    taken = january.append_column("temp", january["distance"])
    with pytest.raises(Refused, match="more than one column is named temp"):
        store.retrieve(taken, USES, "departs")
    with pytest.raises(Refused, match="more than one column is named any_late, departures, mean_delay"):
        store.retrieve(january, (USES[0], USES[0]), "departs")


def test_examples_without_a_key_or_with_another_type_are_refused(store: FeatureStore, january: pa.Table) -> None:
    with pytest.raises(Refused, match="column 'origin' is declared as string and is missing"):
        store.retrieve(january.drop_columns(["origin"]), USES, "departs")
    numbers = january.set_column(january.column_names.index("origin"), "origin", january["distance"])
    with pytest.raises(Refused, match=r"column 'origin' is declared as string .* is int64"):
        store.retrieve(numbers, USES, "departs")


def test_a_set_that_is_not_registered_is_refused(weather: FeatureSetRequest, january: pa.Table, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="feature set 'airport-weather': it is not registered"):
        FeatureStore(State(tmp_path), [weather]).retrieve(january, USES[1:], "departs")


def test_a_set_registered_with_another_ttl_is_not_joined(
    registered: State, weather: FeatureSetRequest, january: pa.Table
) -> None:
    shorter = FeatureStore(registered, [weather.model_copy(update={"ttl": 60})])
    with pytest.raises(
        Refused, match="registered with TTL 2:00:00 and timestamp column observed and is declared with TTL 0:01:00"
    ):
        shorter.retrieve(january, USES[1:], "departs")
    assert shorter.apply(delete_others=False).emptied == ()
    assert shorter.retrieve(january, USES[1:], "departs")["temp"].null_count > 0


def test_registering_is_seen_by_a_store_opened_before(
    weather: FeatureSetRequest, carrier: FeatureSetRequest, registered: State, january: pa.Table, tmp_path: Path
) -> None:
    fresh = State(tmp_path / "fresh")
    shutil.copytree(registered.root / "features", fresh.root / "features")
    early = FeatureStore(fresh, [weather, carrier])
    with pytest.raises(Refused, match="not registered"):
        early.retrieve(january, USES, "departs")
    FeatureStore(fresh, [weather, carrier]).apply()
    assert early.retrieve(january, USES, "departs").num_rows == january.num_rows


def test_a_table_of_another_declaration_is_refused(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest, january: pa.Table
) -> None:
    shutil.copy(registered.feature_table(carrier.name), registered.feature_table(weather.name))
    with pytest.raises(Refused, match="column 'visib' is declared as float and is missing"):
        store.retrieve(january, USES, "departs")
    registered.feature_table(weather.name).unlink()
    with pytest.raises(Refused, match="its table is not in the state folder"):
        store.retrieve(january, USES, "departs")


def test_applying_again_changes_nothing(store: FeatureStore) -> None:
    applied = store.apply()
    assert (applied.registered, applied.removed, applied.emptied) == (("airport-weather", "carrier-day"), (), ())


def test_stores_that_apply_at_once_take_turns(
    weather: FeatureSetRequest, carrier: FeatureSetRequest, tmp_path: Path
) -> None:
    stores = [FeatureStore(State(tmp_path), [weather, carrier]) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        applied = list(pool.map(FeatureStore.apply, stores))
    assert {each.registered for each in applied} == {("airport-weather", "carrier-day")}
    assert stores[0].read_online([{"origin": "JFK"}], USES[1:], FEBRUARY, "reject").unknown == {"airport-weather": 1}


def test_what_is_gone_is_deleted_unless_others_may_use_it(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest
) -> None:
    store.advance(carrier.name, None, FEBRUARY)
    only_weather = FeatureStore(registered, [weather])
    assert only_weather.apply(delete_others=False).removed == ()
    keys = [{"carrier": "UA", "origin": "EWR"}]
    assert store.read_online(keys, USES[:1], FEBRUARY, "serve").unknown == {"carrier-day": 0}
    assert only_weather.apply().removed == ("carrier-day",)
    with pytest.raises(Refused, match="'carrier-day': it is not registered"):
        FeatureStore(registered, [carrier]).read_online(keys, USES[:1], FEBRUARY, "serve")


def test_a_set_whose_columns_change_loses_its_online_values(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest
) -> None:
    store.advance(weather.name, None, FEBRUARY)
    store.advance(carrier.name, None, FEBRUARY)
    fewer = weather.model_copy(update={"features": {"temp": FeatureColumn(type="float")}})
    changed = FeatureStore(registered, [fewer, carrier])
    with pytest.raises(Refused, match="registered with other columns"):
        changed.advance(weather.name, None, FEBRUARY)
    assert changed.apply().emptied == ("airport-weather",)
    uses = (FeatureUse(feature_set="airport-weather", features=("temp",)), USES[0])
    read = changed.read_online([{"carrier": "UA", "origin": "EWR"}], uses, FEBRUARY, "serve")
    assert read.unknown == {"airport-weather": 1, "carrier-day": 0}


def test_the_state_folder_may_lie_elsewhere_in_the_next_step(
    store: FeatureStore, registered: State, weather: FeatureSetRequest, carrier: FeatureSetRequest, january: pa.Table
) -> None:
    before = store.retrieve(january, USES, "departs")
    store.advance(weather.name, None, FEBRUARY)
    store.close()
    moved = State(registered.root.rename(registered.root.with_name("moved")))
    elsewhere = FeatureStore(moved, [weather, carrier])
    assert elsewhere.retrieve(january, USES, "departs").equals(before)
    assert elsewhere.read_online([{"origin": "JFK"}], USES[1:], FEBRUARY, "serve").unknown == {"airport-weather": 0}


def test_a_key_that_can_be_no_key_is_refused(registered: State, weather: FeatureSetRequest) -> None:
    with pytest.raises(Refused, match="a key can't be of type float"):
        FeatureStore(registered, [weather.model_copy(update={"keys": {"origin": "float"}})])


def test_one_key_of_one_entity_has_one_type(registered: State, weather: FeatureSetRequest) -> None:
    other = weather.model_copy(update={"name": "other", "keys": {"origin": "int"}})
    with pytest.raises(Refused, match="another feature set of entity 'airport' gives it another type"):
        FeatureStore(registered, [weather, other])


def test_nothing_is_said_on_the_standard_streams(
    registered: State, weather: FeatureSetRequest, january: pa.Table, capfd: pytest.CaptureFixture[str]
) -> None:
    store = FeatureStore(registered, [weather])
    store.apply()
    store.retrieve(january.slice(0, 100), USES[1:], "departs")
    store.advance(weather.name, None, FEBRUARY)
    store.read_online([{"origin": "JFK"}], USES[1:], FEBRUARY, "serve")
    assert capfd.readouterr() == ("", "")


def test_building_and_loading_never_import_feast() -> None:
    modules = "build, expectations, examples, as_of"
    program = f"import sys; from plimsoll.runtime.features import {modules}; sys.exit('feast' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
