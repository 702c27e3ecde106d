"""Calibrate a baseline: cumulative daily histograms of each column, and the distances between its own windows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType
from plimsoll.runtime.profiles import values
from plimsoll.runtime.profiles.calibration import Calibration, ColumnCalibration, Threshold, reference_days
from plimsoll.runtime.profiles.histograms import (
    Counts,
    bin_edges,
    bin_numbers,
    daily_histogram,
    js_distance,
    longest_absences,
)

_LENGTHS = (1, 2, 3, 5, 7, 10, 14, 21, 28, 30, 60, 90)
_PERCENTILE = 0.99
_MIN_WINDOWS = 8
"""Fewer windows than this say nothing of a 99th percentile."""
_MAX_CATEGORIES = 200
MIN_VALUES = 50
"""A window with fewer values in a column is not compared."""
_SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class _Days:
    """The day of each row, from 0, and how many days the baseline spans."""

    start: date
    count: int
    of_row: values.Ints

    def totals(self, marked: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Counts:
        """How many marked rows each day has."""
        return np.bincount(self.of_row[marked], minlength=self.count)


def calibrate(table: values.Table, timestamp: str, columns: values.Columns, window_days: int) -> Calibration:
    """Calibrate a baseline for windows of ``window_days`` and for shorter and longer ones (see ``calibration``).

    Args:
        table: the baseline's rows: a ``pyarrow.Table``, a ``pandas.DataFrame`` or a mapping from names to sequences.
        timestamp: the column that says on which day (UTC) a row belongs.
        columns: what to calibrate and how it is declared; the model's score among them.
        window_days: the window length that is meant to be judged. When the baseline is too short for it, the longest
            is used that gives eight windows and is no longer than half the baseline; the note says so.

    Raises:
        Refused: when a column is lacking, holds values that are not of its declared family, or a timestamp is missing.
    """
    days = _days(_column(table, timestamp), timestamp)
    used = max(0, min(window_days, days.count - _MIN_WINDOWS + 1, days.count // 2))
    lengths = sorted({used, *(length for length in _LENGTHS if _fits(length, days.count))} - {0})
    return Calibration(
        start=days.start,
        days=days.count,
        rows=len(days.of_row),
        asked_window_days=window_days,
        window_days=used or window_days,
        note=_note(window_days, used, days.count),
        columns=tuple(
            _calibrated(name, values.column_type(column), _column(table, name), days, lengths)
            for name, column in columns.items()
        ),
    )


def _fits(length: int, days: int) -> bool:
    return length <= days - _MIN_WINDOWS + 1 and length <= days // 2


def _note(asked: int, used: int, days: int) -> str:
    if used == asked:
        return ""
    if used == 0:
        return f"the baseline spans {days} days, too few to calibrate any window: drift can't be judged"
    return (
        f"the baseline spans {days} days, too few for windows of {asked} days: windows of {used} days were calibrated"
    )


def _column(table: values.Table, name: str) -> object:
    found = values.column_of(table, name)
    if found is None:
        raise Refused("baseline can't be calibrated", name, "the table has no such column", "check the table's schema")
    return found


def _days(column: object, name: str) -> _Days:
    seconds = _numbers(name, column, "timestamp")
    if not seconds.size or not np.isfinite(seconds).all():
        why = "a row has no timestamp" if seconds.size else "the table has no rows"
        raise Refused("baseline can't be calibrated", name, why, "leave out such rows, or widen the training window")
    days = np.floor(seconds / _SECONDS_A_DAY).astype(np.int64)
    first = int(days.min())
    start = datetime.fromtimestamp(0, UTC).date() + timedelta(days=first)
    return _Days(start, int(days.max()) - first + 1, days - first)


def _calibrated(name: str, declared: ColumnType, column: object, days: _Days, lengths: list[int]) -> ColumnCalibration:
    if values.family_of(declared) == "number":
        return _calibrated_numbers(name, declared, column, days, lengths)
    return _calibrated_categories(name, declared, column, days, lengths)


def _numbers(name: str, column: object, declared: ColumnType) -> values.Floats:
    try:
        return values.aligned_numbers(column, declared)
    except TypeError as error:
        raise Refused("baseline can't be calibrated", name, str(error), "mend the column or its declaration") from error


def _calibrated_numbers(
    name: str, declared: ColumnType, column: object, days: _Days, lengths: list[int]
) -> ColumnCalibration:
    numbers = _numbers(name, column, declared)
    edges = bin_edges(numbers)
    daily = daily_histogram(bin_numbers(numbers, edges), days.of_row, (days.count, len(edges) + 1))
    missing = np.isnan(numbers)
    return ColumnCalibration(
        name=name,
        type=declared,
        edges=edges,
        histogram=tuple(daily.sum(axis=0).tolist()),
        missing_share=float(missing.mean()),
        infinite_share=float(np.isinf(numbers).mean()),
        thresholds=_thresholds(daily, days, days.totals(missing), lengths),
    )


def _calibrated_categories(
    name: str, declared: ColumnType, column: object, days: _Days, lengths: list[int]
) -> ColumnCalibration:
    try:
        codes, found = values.aligned_categories(column, declared)
    except TypeError as error:
        raise Refused("baseline can't be calibrated", name, str(error), "mend the column or its declaration") from error
    missing = codes < 0
    order = np.argsort(-np.bincount(codes[~missing], minlength=len(found)), kind="stable")
    kept = order[:_MAX_CATEGORIES]
    bin_of_code = np.full(len(found) + 1, len(kept))
    bin_of_code[kept] = np.arange(len(kept))
    bin_of_code[-1] = -1
    daily = daily_histogram(bin_of_code[codes], days.of_row, (days.count, len(kept) + 1))
    return ColumnCalibration(
        name=name,
        type=declared,
        categories=tuple(found[code] for code in kept),
        categories_complete=len(kept) == len(found),
        absences=tuple(longest_absences(daily)[:-1].tolist()),
        histogram=tuple(daily.sum(axis=0).tolist()),
        missing_share=float(missing.mean()),
        infinite_share=0.0,
        thresholds=_thresholds(daily, days, days.totals(missing), lengths),
    )


def _thresholds(daily: Counts, days: _Days, missing: Counts, lengths: list[int]) -> tuple[Threshold, ...]:
    rows = days.totals(np.ones(len(days.of_row), dtype=np.bool_))
    until = _cumulated(daily)
    return tuple(_threshold(until, _cumulated(missing), _cumulated(rows), length) for length in lengths)


def _threshold(until: Counts, missing: Counts, rows: Counts, length: int) -> Threshold:
    """The threshold of one window length, from counts before each day: ``until[d]`` are those of days 0 to d - 1."""
    windows = until[length:] - until[:-length]
    near = _usual_distances(windows, until[-1] - windows)
    reference = reference_days(length)
    before = until[reference:-length] - until[: -length - reference] if len(until) > length + reference else None
    recent = _usual_distances(windows[reference:], before) if before is not None else near[:0]
    held = rows[length:] - rows[:-length]
    shares = (missing[length:] - missing[:-length])[held > 0] / held[held > 0]
    return Threshold(
        window_days=length,
        windows=len(near),
        baseline=_percentile(near),
        previous=_percentile(recent),
        missing_share=float(np.quantile(shares, _PERCENTILE)),
    )


def _usual_distances(windows: Counts, references: Counts) -> values.Floats:
    enough = (windows.sum(axis=1) >= MIN_VALUES) & (references.sum(axis=1) >= MIN_VALUES)
    return js_distance(windows[enough], references[enough])


def _percentile(distances: values.Floats) -> float | None:
    return float(np.quantile(distances, _PERCENTILE)) if len(distances) >= _MIN_WINDOWS else None


def _cumulated(daily: Counts) -> Counts:
    return np.concatenate([np.zeros_like(daily[:1]), np.cumsum(daily, axis=0)])
