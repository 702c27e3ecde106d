"""Rules that find faults of the data itself, before anything is called drift.

What peers' drift tests miss and these find: nulls by a few percent, a column renamed, numbers turned text, infinities,
a fall in volume, a few outliers, a rare category gone, a unit changed within the seasons' range.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from plimsoll.contract.requests import FeatureColumn, MonitorRules
from plimsoll.runtime.models.answers import is_answer
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.report import Fault, FaultKind
from plimsoll.runtime.monitoring.units import recognised
from plimsoll.runtime.profiles.calibration import Calibration, ColumnCalibration
from plimsoll.runtime.profiles.comparison import ColumnDrift
from plimsoll.runtime.profiles.sketches import ColumnView, Profile
from plimsoll.runtime.profiles.values import family_of

_WRONG_FAMILY = 0.001
"""The share of values of another family that is a fault: one in a thousand."""
_EXPECTED = 20
"""A category is missed when at least this many rows were expected to have it."""
_NOTICED = 0.01
"""And when it is at least this share of the baseline; rarer ones come and go with the seasons, and are only shown."""
_UNIT_DAYS = 7
"""In shorter windows weather alone doubles or halves a quantity, which is what many a change of unit does."""


@dataclass(frozen=True)
class _Column:
    """One column of a window, beside what is expected of it."""

    name: str
    expected: FeatureColumn
    baseline: ColumnCalibration | None
    drift: ColumnDrift | None
    view: ColumnView
    before: ColumnView | None
    missing_share: float
    days: int


def find_faults(
    rules: MonitorRules,
    columns: Mapping[str, FeatureColumn],
    calibration: Calibration,
    window: WindowEvidence,
    drifts: Mapping[str, ColumnDrift],
    before: Profile | None,
) -> tuple[Fault, ...]:
    """The faults of a window: its volume first, then column by column.

    Args:
        rules: the bounds that a deployment sets.
        columns: the model's inputs and what their values are expected to be.
        calibration: the baseline; a column of it that isn't an input, such as the score, is held to its type alone: a
            class that is predicted no longer is drift.
        window: what was served.
        drifts: how far each calibrated column lies from the baseline and from ``before``.
        before: the profile of the days before the window, where known and without a fault.
    """
    faults = [*_volume(rules, calibration, window)]
    if window.profile.rows:
        declared = {column.name: FeatureColumn(type=column.type) for column in calibration.columns}
        for name, expected in {**declared, **columns}.items():
            faults.extend(_column_faults(rules, calibration, window, name, expected, drifts.get(name), before))
    return tuple(faults)


def _volume(rules: MonitorRules, calibration: Calibration, window: WindowEvidence) -> Iterator[Fault]:
    expected = calibration.daily_rows * window.days
    share = window.profile.rows / expected
    if share < rules.min_volume_share:
        said = f"{window.profile.rows:,} rows are {share:.1%} of the {expected:,.0f} that the baseline has in "
        yield Fault(
            kind="volume", column=None, said=f"{said}{window.days} days; at least {rules.min_volume_share:.0%} must be"
        )


def _column_faults(
    rules: MonitorRules,
    calibration: Calibration,
    window: WindowEvidence,
    name: str,
    expected: FeatureColumn,
    drift: ColumnDrift | None,
    before: Profile | None,
) -> Iterator[Fault]:
    view = window.profile.column(name)
    if view is None:
        yield Fault(kind="schema", column=name, said="the column is absent")
        return
    column = _Column(
        name=name,
        expected=expected,
        baseline=calibration.column(name),
        drift=drift,
        view=view,
        before=before.column(name) if before else None,
        missing_share=window.profile.missing_share(name),
        days=window.days,
    )
    yield from _family(column)
    yield from _missing(rules, column)
    yield from _infinite(column)
    yield from _range(column)
    yield from _unknown_categories(column)
    if not is_answer(name):
        yield from _gone_categories(column)
    yield from _unit(column)


def _family(column: _Column) -> Iterator[Fault]:
    families = column.view.families
    wrong = {family: count for family, count in families.items() if family != family_of(column.expected.type)}
    share = sum(wrong.values()) / max(1, sum(families.values()))
    if share > _WRONG_FAMILY:
        found = " and ".join(sorted(wrong))
        yield _fault(
            "schema", column, f"it is declared {column.expected.type}, and {share:.1%} of its values are {found}"
        )


def _missing(rules: MonitorRules, column: _Column) -> Iterator[Fault]:
    share = column.missing_share
    if share > column.expected.max_missing:
        yield _fault("missing", column, f"{share:.1%} are missing; at most {column.expected.max_missing:.1%} may be")
    elif column.baseline is not None:
        usual = column.baseline.threshold(column.days)
        highest = max(column.baseline.missing_share, usual.missing_share if usual else 0.0)
        if share > highest + rules.max_missing_increase:
            was = f"{column.baseline.missing_share:.1%} in the baseline and at most {highest:.1%} in its windows"
            yield _fault("missing", column, f"{share:.1%} are missing, against {was}")


def _infinite(column: _Column) -> Iterator[Fault]:
    usual = column.baseline.infinite_share if column.baseline else 0.0
    if column.view.infinite > usual * column.view.count:
        yield _fault("infinite", column, f"{column.view.infinite:,} values are infinite")


def _range(column: _Column) -> Iterator[Fault]:
    low, high = column.view.minimum, column.view.maximum
    if low is not None and column.expected.minimum is not None and low < column.expected.minimum:
        yield _fault(
            "range", column, f"the smallest value is {low:g}; it may be {column.expected.minimum:g} at the least"
        )
    if high is not None and column.expected.maximum is not None and high > column.expected.maximum:
        yield _fault(
            "range", column, f"the largest value is {high:g}; it may be {column.expected.maximum:g} at the most"
        )


def _unknown_categories(column: _Column) -> Iterator[Fault]:
    if column.expected.allowed is None or column.expected.type != "string":
        return
    unknown = sorted(set(column.view.frequent()) - set(column.expected.allowed))
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        yield _fault("category", column, f"values that are not allowed: {', '.join(map(repr, unknown[:5]))}{more}")


def _gone_categories(column: _Column) -> Iterator[Fault]:
    """A category is missed when the baseline never lacked it for half as long, and enough rows should have had it."""
    baseline = column.baseline
    if baseline is None or not baseline.categories:
        return
    found = column.view.frequent()
    rows = sum(baseline.histogram)
    scale = sum(found.values()) / rows
    for category, count, absence in zip(baseline.categories, baseline.histogram, baseline.absences, strict=False):
        weighty = count * scale >= _EXPECTED and count >= _NOTICED * rows
        if category not in found and weighty and 2 * absence < column.days:
            said = f"{category!r} is gone: about {count * scale:,.0f} rows should have it, and the baseline never "
            yield _fault("category", column, f"{said}lacked it for more than {absence} days")


def _unit(column: _Column) -> Iterator[Fault]:
    """A change of unit, in a column that has one: a share or a score that shifts is drift, and never a conversion."""
    if not column.expected.unit or column.days < _UNIT_DAYS:
        return
    if column.drift is None or not column.drift.shifted or column.before is None:
        return
    conversions = recognised(column.before, column.view, column.expected.unit)
    if conversions:
        before, after = column.before.quantiles([0.5])[0], column.view.quantiles([0.5])[0]
        looks = f"its values look converted, as from {' or '.join(found.name for found in conversions[:3])}"
        yield _fault("unit", column, f"{looks}: the median went from {before:g} to {after:g}")


def _fault(kind: FaultKind, column: _Column, said: str) -> Fault:
    return Fault(kind=kind, column=column.name, said=said)
