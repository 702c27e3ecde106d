"""Thresholds that a baseline sets itself: how far its own windows lie from the rest of it.

Rows within a day are correlated, so that the effective sample is days, not rows, and any fixed threshold alarms on
every month, those of the training included. So the threshold of a column for windows of W days is the 99th percentile
of the Jensen-Shannon distance between a window and what it is held against, over all windows inside the baseline,
moved by a day:

- against the baseline: the window against all days outside it (leave-window-out);
- against the days before: the window against the ``reference_days(W)`` days just before it. It finds sudden shifts
  that stay within the baseline's seasons, such as a change of unit.

One calibration holds thresholds for several lengths, so that it serves windows of any length asked for later.
"""

from collections.abc import Container
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType
from plimsoll.runtime.profiles.files import write_atomically
from plimsoll.runtime.profiles.values import Family, family_of


def reference_days(window_days: int) -> int:
    """How many days before a window it is held against: whole windows, at least a week, since weekdays differ."""
    return window_days * -(-7 // window_days)


class Frozen(BaseModel):
    """A value that is written as JSON and read back unchanged."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Threshold(Frozen):
    """What is normal inside the baseline for windows of one length. A distance is in [0, 1]."""

    window_days: int
    windows: int
    """How many windows of the baseline held enough values to be compared."""
    baseline: float | None
    """The 99th percentile of distances to the rest; nothing when there were too few windows."""
    previous: float | None
    """The 99th percentile of distances to the days before; nothing when there were too few windows."""
    missing_share: float
    """The 99th percentile of the windows' share of missing values, 0 to 1."""


class ColumnCalibration(Frozen):
    """One column of the baseline. Numbers are binned by ``edges``; text and booleans by ``categories`` and the rest."""

    name: str
    type: ColumnType
    edges: tuple[float, ...] = ()
    categories: tuple[str, ...] = ()
    """The most frequent values, most frequent first."""
    categories_complete: bool = True
    """Whether ``categories`` are all the values that the baseline has."""
    absences: tuple[int, ...] = ()
    """For each category, the longest run of days in the baseline on which it did not occur."""
    histogram: tuple[int, ...]
    """The baseline's counts: one for each bin, or for each category and one for the rest."""
    missing_share: float
    infinite_share: float
    thresholds: tuple[Threshold, ...]
    """By window length, rising."""

    @property
    def family(self) -> Family:
        """The family that the column's values belong to."""
        return family_of(self.type)

    def threshold(self, window_days: int) -> Threshold | None:
        """The threshold for a window: that of the longest calibrated length no longer than it.

        Shorter windows stray farther, so a length in between is judged leniently.
        """
        fitting = [threshold for threshold in self.thresholds if threshold.window_days <= window_days]
        return fitting[-1] if fitting else None


class Calibration(Frozen):
    """A baseline: its histograms, and the thresholds that it sets for windows of several lengths.

    Law: ``Calibration.read`` after ``write`` is the same value.
    """

    start: date
    """The first day of the baseline, UTC."""
    days: int
    rows: int
    asked_window_days: int
    window_days: int
    """The window length that is judged by default: as asked, or the longest that the baseline can calibrate."""
    note: str
    """What a reader must know of the choice of window; empty when it is as asked."""
    columns: tuple[ColumnCalibration, ...]

    @property
    def daily_rows(self) -> float:
        """The mean number of rows a day."""
        return self.rows / self.days

    def column(self, name: str) -> ColumnCalibration | None:
        """The calibration of a column; nothing when the baseline didn't have it."""
        return next((column for column in self.columns if column.name == name), None)

    def of(self, names: Container[str]) -> "Calibration":
        """The same baseline with these columns alone."""
        return self.model_copy(update={"columns": tuple(column for column in self.columns if column.name in names)})

    def write(self, path: Path) -> None:
        """Write the calibration as JSON, atomically."""
        write_atomically(path, self.model_dump_json(indent=1).encode())

    @classmethod
    def read(cls, path: Path) -> "Calibration":
        """Read a written calibration.

        Raises:
            Refused: when it isn't a calibration; it names the path and the first fault.
            OSError: when it can't be read.
        """
        try:
            return cls.model_validate_json(path.read_bytes())
        except ValidationError as error:
            fault = error.errors()[0]
            why = f"{'.'.join(map(str, fault['loc'])) or 'the document'}: {fault['msg']}"
            raise Refused("damaged calibration", str(path), why, "calibrate the baseline again") from error
