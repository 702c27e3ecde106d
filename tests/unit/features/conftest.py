"""Two real months of flights and weather as the data root, and two feature sets over them."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from nyc_flights import data_folder

from plimsoll.contract.places import State
from plimsoll.contract.requests import Examples, FeatureColumn, FeatureSetRequest, Table
from plimsoll.runtime.features.build import build_feature_table

FLIGHTS = Table(
    name="flights",
    path="flights.parquet",
    timestamp="departs",
    columns={
        "id": "string",
        "departs": "timestamp",
        "origin": "string",
        "carrier": "string",
        "distance": "int",
        "dep_delay": "float",
        "arr_delay": "float",
    },
)
WEATHER = Table(
    name="weather-hourly",
    path="weather.parquet",
    timestamp="time_hour",
    columns={"origin": "string", "time_hour": "timestamp", "temp": "float", "wind_speed": "float", "visib": "float"},
)


def _written(frame: pd.DataFrame, table: Table, root: Path) -> None:
    types = {"string": pa.string(), "int": pa.int64(), "float": pa.float64(), "timestamp": pa.timestamp("us", tz="UTC")}
    schema = pa.schema([(name, types[kind]) for name, kind in table.columns.items()])
    frame = frame[list(table.columns)].astype({n: "float64" for n, kind in table.columns.items() if kind == "float"})
    pq.write_table(
        pa.Table.from_pandas(frame, schema=schema, preserve_index=False), root / table.path, row_group_size=4096
    )


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("data")
    with ZipFile(data_folder() / "flights.csv.zip") as archive, archive.open("flights.csv") as stream:
        flights = pd.read_csv(stream, parse_dates=["time_hour"])
    flights = flights[flights["month"] <= 2]
    flights["departs"] = flights["time_hour"] + pd.to_timedelta(flights["minute"], unit="min")
    flights["id"] = flights.index.astype(str)
    _written(flights, FLIGHTS, root)
    weather = pd.read_csv(data_folder() / "weather.csv", parse_dates=["time_hour"])
    _written(weather[weather["month"] <= 2].drop_duplicates(["origin", "time_hour"]), WEATHER, root)
    return root


@pytest.fixture(scope="session")
def weather() -> FeatureSetRequest:
    return FeatureSetRequest(
        name="airport-weather",
        entity="airport",
        keys={"origin": "string"},
        timestamp="observed",
        features={name: FeatureColumn(type="float") for name in ("temp", "wind_speed", "visib")},
        ttl=2 * 3600,
        sql="SELECT origin, time_hour AS observed, temp, wind_speed, visib\nFROM weather_hourly",
        sources=(WEATHER,),
    )


@pytest.fixture(scope="session")
def carrier() -> FeatureSetRequest:
    return FeatureSetRequest(
        name="carrier-day",
        entity="carrier-at-airport",
        keys={"carrier": "string", "origin": "string"},
        timestamp="known_at",
        features={
            "mean_delay": FeatureColumn(type="float"),
            "departures": FeatureColumn(type="int"),
            "any_late": FeatureColumn(type="bool"),
        },
        ttl=0,
        sql=(
            "SELECT carrier, origin, date_trunc('day', departs) + INTERVAL 1 DAY AS known_at,\n"
            "  avg(dep_delay) AS mean_delay, count(*) AS departures, bool_or(arr_delay > 60) AS any_late\n"
            "FROM flights GROUP BY ALL"
        ),
        sources=(FLIGHTS,),
    )


@pytest.fixture(scope="session")
def flights() -> Examples:
    return Examples(
        table=FLIGHTS,
        id="id",
        timestamp="departs",
        columns={"distance": FeatureColumn(type="int"), "carrier": FeatureColumn(type="string")},
        keys=("origin", "carrier"),
        label="late",
        label_sql="arr_delay > 15",
        label_delay=6 * 3600,
        filter_sql="distance > 100",
    )


@pytest.fixture(scope="session")
def _prepared(
    weather: FeatureSetRequest, carrier: FeatureSetRequest, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> State:
    from plimsoll.runtime.features.store import FeatureStore

    state = State(tmp_path_factory.mktemp("prepared"))
    for request in (weather, carrier):
        build_feature_table(request, data, state.feature_table(request.name))
    store = FeatureStore(state, [weather, carrier])
    store.apply()
    store.close()
    return state


@pytest.fixture
def registered(_prepared: State, tmp_path: Path) -> State:
    """A state folder of the test's own, with both feature sets built and registered, and nothing online."""
    return State(shutil.copytree(_prepared.root, tmp_path / "state"))
