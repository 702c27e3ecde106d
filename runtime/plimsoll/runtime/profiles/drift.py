"""How far a profile lies from the baseline and from the profile before it, column by column, against what is usual."""

import math

import numpy as np

from plimsoll.runtime.profiles.calibrate import MIN_VALUES
from plimsoll.runtime.profiles.calibration import Calibration, ColumnCalibration
from plimsoll.runtime.profiles.comparison import ColumnDrift, Comparison
from plimsoll.runtime.profiles.histograms import js_distance
from plimsoll.runtime.profiles.sketches import ColumnView, Profile
from plimsoll.runtime.profiles.values import Family, Floats

_SKETCH_ERROR = 0.02
"""What the sketch alone may add to a distance: an error of 0.3 % of rank in each of ten bins comes to 0.013."""
_NORMAL_99 = 2.326
_LISTED = 20


def distances(
    calibration: Calibration, profile: Profile, *, window_days: int | None = None, previous: Profile | None = None
) -> tuple[ColumnDrift, ...]:
    """Each calibrated column of a window's profile, in the calibration's order.

    Args:
        calibration: the baseline and what is usual inside it.
        profile: what the window held.
        window_days: the window's length; the calibration's own when not given.
        previous: the profile of the ``calibration.reference_days(window_days)`` days before the window, where known.
    """
    length = window_days or calibration.window_days
    return tuple(_drift(column, profile, previous, length) for column in calibration.columns)


def histogram(column: ColumnCalibration, view: ColumnView) -> Floats:
    """A profiled column counted in the baseline's bins: about how many values lie in each."""
    if column.family == "number":
        return np.asarray(view.pmf(column.edges) or [0.0] * len(column.histogram)) * view.numbers
    found = view.frequent()
    known = [found.get(category, 0) for category in column.categories]
    return np.asarray([*known, max(0, sum(found.values()) - sum(known))], dtype=np.float64)


def _drift(column: ColumnCalibration, profile: Profile, previous: Profile | None, length: int) -> ColumnDrift:
    view = profile.column(column.name)
    counts = np.zeros(len(column.histogram)) if view is None else histogram(column, view)
    usual = column.threshold(length)
    new, gone = ((), ()) if view is None or column.family == "number" else _categories(column, view)
    return ColumnDrift(
        name=column.name,
        baseline=compared(column, counts, np.asarray(column.histogram), usual.baseline if usual else None),
        previous=compared(column, counts, _before(column, previous), usual.previous if usual else None),
        missing_before=column.missing_share,
        missing_after=profile.missing_share(column.name),
        family_before=column.family,
        family_after=_main_family(view),
        new_categories=new,
        gone_categories=gone,
    )


def _before(column: ColumnCalibration, previous: Profile | None) -> Floats | None:
    view = previous.column(column.name) if previous else None
    return None if view is None else histogram(column, view)


def _main_family(view: ColumnView | None) -> Family | None:
    families = view.families if view else {}
    return max(families, key=lambda family: families[family], default=None)


def _categories(column: ColumnCalibration, view: ColumnView) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = view.frequent()
    known = set(column.categories)
    new = [category for category in found if category not in known] if column.categories_complete else []
    gone = [category for category in column.categories if category not in found]
    return tuple(new[:_LISTED]), tuple(gone[:_LISTED])


def compared(
    column: ColumnCalibration, counts: Floats, reference: Floats | None, calibrated: float | None
) -> Comparison:
    """The distance of two histograms of a column, and the one that is usual, or why there is none.

    Args:
        column: whose bins they are counted in.
        counts: what is judged.
        reference: what it is held against.
        calibrated: the distance that the baseline says is usual; chance and sketch may make it greater.
    """
    if reference is None:
        return Comparison(reason="there is nothing before to compare with")
    fewest = min(counts.sum(), reference.sum())
    if fewest < MIN_VALUES:
        return Comparison(reason=f"{fewest:.0f} values are too few to compare")
    distance = float(js_distance(counts, reference))
    if calibrated is None:
        return Comparison(distance=distance, reason="the baseline is too short to calibrate a threshold")
    chance = _chance(int(np.count_nonzero(counts + reference)), float(counts.sum()), float(reference.sum()))
    sketch = _SKETCH_ERROR if column.family == "number" else 0.0
    return Comparison(distance=distance, threshold=min(1.0, max(calibrated, chance, sketch)))


def _chance(bins: int, left: float, right: float) -> float:
    """The 99th percentile of the distance between two samples of one distribution, from their sizes alone.

    A window with far fewer rows than the baseline's windows strays farther by chance than they did. With ``k`` bins the
    divergence times ``8 ln 2 / (1/n + 1/m)`` is about chi-square with ``k - 1`` degrees of freedom (second-order
    expansion of the divergence); its percentile is Wilson and Hilferty's (1931).
    """
    degrees = max(1, bins - 1)
    spread = 2 / (9 * degrees)
    chi_square = degrees * (1 - spread + _NORMAL_99 * math.sqrt(spread)) ** 3
    return math.sqrt(chi_square * (1 / left + 1 / right) / (8 * math.log(2)))
