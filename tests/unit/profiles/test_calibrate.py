import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.calibration import Calibration, reference_days
from plimsoll.runtime.profiles.comparison import ColumnDrift
from plimsoll.runtime.profiles.drift import distances
from plimsoll.runtime.profiles.histograms import js_distance
from plimsoll.runtime.profiles.sketches import profile

FEATURES = ("carrier", "origin", "dest", "hour", "distance", "temp", "dewp", "wind_speed", "precip", "visib", "weekend")


@pytest.fixture(scope="module")
def declared(columns: dict[str, ColumnType]) -> dict[str, ColumnType]:
    return {name: columns[name] for name in FEATURES}


@pytest.fixture(scope="module")
def baseline(flights: pd.DataFrame) -> pd.DataFrame:
    return flights[flights["time_hour"] < "2013-07-01"]


@pytest.fixture(scope="module")
def calibration(baseline: pd.DataFrame, declared: dict[str, ColumnType]) -> Calibration:
    return calibrate(baseline, "time_hour", declared, 7)


def judged(
    calibration: Calibration, rows: pd.DataFrame, declared: dict[str, ColumnType], days: int = 7
) -> dict[str, ColumnDrift]:
    return {drift.name: drift for drift in distances(calibration, profile(rows, declared), window_days=days)}


def between(rows: pd.DataFrame, start: str, days: int) -> pd.DataFrame:
    first = pd.Timestamp(start, tz="UTC")
    return rows[(rows["time_hour"] >= first) & (rows["time_hour"] < first + pd.Timedelta(days=days))]


def test_a_baseline_is_described(calibration: Calibration, baseline: pd.DataFrame) -> None:
    assert (calibration.start, calibration.days, calibration.rows) == (date(2013, 1, 1), 181, len(baseline))
    assert (calibration.asked_window_days, calibration.window_days, calibration.note) == (7, 7, "")
    carrier, temp = calibration.column("carrier"), calibration.column("temp")
    assert carrier is not None
    assert temp is not None
    counted = baseline["carrier"].value_counts()
    assert dict(zip(carrier.categories, carrier.histogram, strict=False)) == counted.to_dict()
    assert carrier.histogram[-1] == 0
    assert sum(temp.histogram) == baseline["temp"].notna().sum()
    assert temp.missing_share == pytest.approx(baseline["temp"].isna().mean())


def test_a_threshold_is_the_percentile_of_windows_against_the_rest(
    calibration: Calibration, baseline: pd.DataFrame
) -> None:
    day = (baseline["time_hour"] - pd.Timestamp("2013-01-01", tz="UTC")).dt.days
    table = pd.crosstab(day, baseline["carrier"]).to_numpy()
    near, recent = [], []
    for start in range(181 - 7 + 1):
        window = table[start : start + 7].sum(axis=0)
        near.append(float(js_distance(window, table.sum(axis=0) - window)))
        if start >= 7:
            recent.append(float(js_distance(window, table[start - 7 : start].sum(axis=0))))
    column = calibration.column("carrier")
    assert column is not None
    threshold = column.threshold(7)
    assert threshold is not None
    assert threshold.windows == len(near) == 175
    assert threshold.baseline == pytest.approx(np.quantile(near, 0.99))
    assert threshold.previous == pytest.approx(np.quantile(recent, 0.99))


@pytest.mark.parametrize(("days", "reference"), [(1, 7), (2, 8), (3, 9), (5, 10), (7, 7), (30, 30)])
def test_a_window_is_held_against_at_least_the_week_before(days: int, reference: int) -> None:
    assert reference_days(days) == reference


@pytest.mark.parametrize("days", [1, 7, 30])
def test_the_training_months_raise_few_flags(
    calibration: Calibration, baseline: pd.DataFrame, declared: dict[str, ColumnType], days: int
) -> None:
    starts = pd.date_range("2013-01-01", "2013-06-30", freq=f"{days}D")[: 181 // days]
    flags = [
        drift.drifted
        for start in starts
        for drift in judged(calibration, between(baseline, str(start.date()), days), declared, days).values()
    ]
    assert len(flags) >= 6 * len(FEATURES)
    assert np.mean(flags) <= 0.02


def test_another_window_length_is_judged_by_the_longest_calibrated_one(calibration: Calibration) -> None:
    column = calibration.column("temp")
    assert column is not None
    lengths = [threshold.window_days for threshold in column.thresholds]
    assert lengths == [1, 2, 3, 5, 7, 10, 14, 21, 28, 30, 60, 90]
    for asked, used in [(1, 1), (4, 3), (7, 7), (29, 28), (365, 90)]:
        threshold = column.threshold(asked)
        assert threshold is not None
        assert threshold.window_days == used


@pytest.mark.parametrize(("days", "asked", "used"), [(60, 30, 30), (30, 30, 15), (14, 30, 7), (9, 7, 2), (8, 7, 1)])
def test_a_short_baseline_calibrates_a_shorter_window_and_says_so(
    baseline: pd.DataFrame, declared: dict[str, ColumnType], days: int, asked: int, used: int
) -> None:
    short = calibrate(between(baseline, "2013-03-01", days), "time_hour", declared, asked)
    assert (short.days, short.asked_window_days, short.window_days) == (days, asked, used)
    assert (short.note == "") == (used == asked)
    assert used == asked or f"{days} days" in short.note
    for column in short.columns:
        threshold = column.threshold(used)
        assert threshold is not None
        assert threshold.windows >= 8


def test_a_baseline_of_a_few_days_judges_no_drift_and_says_so(
    flights: pd.DataFrame, declared: dict[str, ColumnType]
) -> None:
    tiny = calibrate(between(flights, "2013-03-01", 4), "time_hour", declared, 7)
    assert "drift can't be judged" in tiny.note
    for drift in judged(tiny, between(flights, "2013-07-01", 7), declared).values():
        assert drift.baseline.distance is not None
        assert (drift.baseline.threshold, drift.drifted) == (None, False)
        assert "too short" in drift.baseline.reason


def test_a_column_that_never_changes_drifts_when_it_does(flights: pd.DataFrame) -> None:
    columns: dict[str, ColumnType] = {"year": "int"}
    rows = between(flights, "2013-01-01", 60).assign(year=2013)
    calibration = calibrate(rows, "time_hour", columns, 7)
    same, other = (profile({"year": [year] * 1000}, columns) for year in (2013, 2014))
    assert [drift.drifted for drift in distances(calibration, same)] == [False]
    assert [(drift.drifted, drift.baseline.distance) for drift in distances(calibration, other)] == [(True, 1.0)]


def test_few_values_are_not_judged(calibration: Calibration, declared: dict[str, ColumnType]) -> None:
    for drift in distances(calibration, profile({name: [] for name in declared}, declared)):
        assert (drift.baseline.distance, drift.drifted, drift.family_after) == (None, False, None)
        assert drift.baseline.reason


def test_a_small_sample_of_the_baseline_does_not_drift(
    calibration: Calibration, baseline: pd.DataFrame, declared: dict[str, ColumnType]
) -> None:
    flagged = [
        drift.drifted
        for seed in range(30)
        for drift in judged(calibration, baseline.sample(60, random_state=seed), declared, 90).values()
    ]
    assert np.mean(flagged) <= 0.03


def test_drift_tells_of_categories_types_and_missing_values(
    calibration: Calibration, flights: pd.DataFrame, declared: dict[str, ColumnType]
) -> None:
    week = between(flights, "2013-07-08", 7).copy()
    week["carrier"] = week["carrier"].replace({"B6": "XX"})
    week["distance"] = week["distance"].astype(str)
    week.loc[week.index[::4], "temp"] = np.nan
    drifts = judged(calibration, week, declared)
    assert drifts["carrier"].new_categories == ("XX",)
    assert "B6" in drifts["carrier"].gone_categories
    assert drifts["carrier"].drifted
    assert (drifts["distance"].family_before, drifts["distance"].family_after) == ("number", "text")
    assert drifts["temp"].missing_after == pytest.approx(0.25, abs=0.01)
    assert drifts["temp"].missing_before < 0.01


def test_a_shift_is_judged_against_the_days_before(
    calibration: Calibration, flights: pd.DataFrame, declared: dict[str, ColumnType]
) -> None:
    before = profile(between(flights, "2013-07-08", 7), declared)
    week = between(flights, "2013-07-15", 7)
    celsius = profile(week.assign(temp=(week["temp"] - 32) * 5 / 9), declared)
    same = {d.name: d for d in distances(calibration, profile(week, declared), previous=before)}
    found = {d.name: d for d in distances(calibration, celsius, previous=before)}
    assert not same["temp"].shifted
    assert found["temp"].shifted
    assert [name for name in found if found[name].shifted and not same[name].shifted] == ["temp"]


def test_a_calibration_is_read_back(calibration: Calibration, tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    calibration.write(path)
    assert Calibration.read(path) == calibration
    path.write_text(path.read_text().replace('"days"', '"daze"'))
    with pytest.raises(Refused) as refusal:
        Calibration.read(path)
    assert refusal.value.where == str(path)


def test_arrow_and_pandas_calibrate_alike(
    calibration: Calibration, baseline: pd.DataFrame, declared: dict[str, ColumnType]
) -> None:
    table = pa.Table.from_pandas(baseline, preserve_index=False)
    assert calibrate(table, "time_hour", declared, 7) == calibration


def test_absences_are_the_longest_runs_of_days() -> None:
    start = datetime(2013, 1, 1, tzinfo=UTC)
    days = [start + timedelta(days=day) for day in range(20) for _ in range(2)]
    names = [name for day in range(20) for name in ("a", "b" if day in (0, 1, 2, 12, 19) else "a")]
    column = calibrate({"at": days, "x": names}, "at", {"x": "string"}, 1).column("x")
    assert column is not None
    assert dict(zip(column.categories, column.absences, strict=True)) == {"a": 0, "b": 9}


@pytest.mark.parametrize(
    ("table", "declared", "where"),
    [
        ({"at": [datetime(2013, 1, 1, tzinfo=UTC)]}, {"x": "int"}, "x"),
        ({"at": [None], "x": [1]}, {"x": "int"}, "at"),
        ({"at": [], "x": []}, {"x": "int"}, "at"),
        ({"x": [1]}, {"x": "int"}, "at"),
        ({"at": [datetime(2013, 1, 1, tzinfo=UTC)], "x": ["a"]}, {"x": "float"}, "x"),
        ({"at": [datetime(2013, 1, 1, tzinfo=UTC)], "x": [1.5]}, {"x": "string"}, "x"),
    ],
)
def test_a_table_that_is_not_as_declared_is_refused(
    table: dict[str, list[object]], declared: dict[str, ColumnType], where: str
) -> None:
    with pytest.raises(Refused) as refusal:
        calibrate(table, "at", declared, 7)
    assert refusal.value.where == where


def test_calibration_is_fast(baseline: pd.DataFrame, declared: dict[str, ColumnType]) -> None:
    begun = time.perf_counter()
    calibrate(baseline, "time_hour", declared, 7)
    assert time.perf_counter() - begun < 2.0
