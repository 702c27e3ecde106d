"""A year of real flights with the weather at departure, rows in order of time."""

import pandas as pd
import pytest
from nyc_flights import flights_with_weather

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
    rows = flights_with_weather()
    rows["weekend"] = rows["time_hour"].dt.dayofweek >= 5
    return rows[list(COLUMNS)].sort_values("time_hour", ignore_index=True)
