"""A year of real flights with the weather at departure, a baseline of its first half, and a simple model's scores."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from nyc_flights import flights_with_weather

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.requests import ColumnType, FeatureColumn
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.windows import cut
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.calibration import Calibration
from plimsoll.runtime.profiles.sketches import profile

TYPES: dict[str, ColumnType] = {
    "carrier": "string",
    "origin": "string",
    "hour": "int",
    "distance": "int",
    "temp": "float",
    "wind_speed": "float",
    "visib": "float",
}
PROFILED: dict[str, ColumnType] = {**TYPES, SCORE_COLUMN: "float"}
SPLIT = date(2013, 7, 1)

Evidence = Callable[[pd.DataFrame, date, date, int], list[WindowEvidence]]


UNITS = {"temp": "degF", "distance": "mile"}


@pytest.fixture(scope="session")
def columns() -> dict[str, FeatureColumn]:
    return {name: FeatureColumn(type=kind, unit=UNITS.get(name, "")) for name, kind in TYPES.items()}


@pytest.fixture(scope="session")
def flights() -> pd.DataFrame:
    """Flights of the year; the score is the late rate of the carrier at that hour in the first half."""
    rows = flights_with_weather()
    rows["day"] = rows["time_hour"].dt.date
    rows["late"] = (rows["arr_delay"] > 15).where(rows["arr_delay"].notna()).astype(float)
    rates = rows[rows["day"] < SPLIT].groupby(["carrier", "hour"])["late"].mean().rename(SCORE_COLUMN)
    return rows.join(rates, on=["carrier", "hour"]).fillna({SCORE_COLUMN: 0.2})


@pytest.fixture(scope="session")
def calibration(flights: pd.DataFrame) -> Calibration:
    return calibrate(flights[flights["day"] < SPLIT], "time_hour", PROFILED, 7)


@pytest.fixture(scope="session")
def evidence() -> Evidence:
    """Windows of a table, each with its profile, late labels and scores."""

    def of(rows: pd.DataFrame, start: date, end: date, days: int) -> list[WindowEvidence]:
        inside = [
            (window, rows[(rows["day"] >= window.start) & (rows["day"] < window.end)])
            for window in cut(start, end, days)
        ]
        return [
            WindowEvidence(
                window.start,
                window.end,
                profile(part, PROFILED),
                part["late"].to_numpy(),
                part[SCORE_COLUMN].to_numpy(),
            )
            for window, part in inside
        ]

    return of
