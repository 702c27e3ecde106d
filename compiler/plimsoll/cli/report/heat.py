"""The heat map of drift: a row for each feature, a column for each window, in each cell distance over threshold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from plimsoll.cli.report.status import Status, holds
from plimsoll.cli.report.watched import Watched
from plimsoll.cli.report.words import metric, share, window
from plimsoll.runtime.models.answers import class_of
from plimsoll.runtime.profiles.comparison import ColumnDrift

_STEPS = ((0.5, "h0"), (0.8, "h1"), (1.0, "h2"), (1.5, "h3"), (2.5, "h4"))
_HIGHEST = "h5"


@dataclass(frozen=True)
class Cell:
    """A column in a window. ``text`` is its distance as a multiple of its threshold; ``look`` a step of the scale."""

    text: str
    look: str
    drifted: bool
    shifted: bool
    title: str


@dataclass(frozen=True)
class Row:
    """A feature, or an answer."""

    name: str
    cells: tuple[Cell, ...]
    drifted: int
    """In how many windows it lies beyond its threshold."""


@dataclass(frozen=True)
class Column:
    """A window: how it is called, and what stands at its foot."""

    name: str
    label: str
    first: bool
    """Whether another version's windows stand before it."""
    faults: int
    share: str
    drifts: bool
    rows: str
    performance: str
    performance_status: Status
    labels: str


@dataclass(frozen=True)
class HeatMap:
    """The whole map. Features that drifted most often come first, then those that lay farthest out."""

    bands: tuple[tuple[str, int], ...]
    """The versions in the order of time, and how many neighbouring columns are theirs."""
    columns: tuple[Column, ...]
    features: tuple[Row, ...]
    answers: tuple[Row, ...]
    """The score; or of several classes the most likely one, then the probability of each."""
    metric: str
    """The name of the realised metric; empty when none was watched."""


def heat_map(windows: tuple[Watched, ...]) -> HeatMap:
    """Draw windows of all versions side by side, in the order in which they are given."""
    names = dict.fromkeys(feature.name for one in windows for feature in one.report.features)
    features = [_row(name, [_found(one, name) for one in windows]) for name in names]
    metrics = dict.fromkeys(one.report.performance.metric for one in windows if one.report.performance)
    return HeatMap(
        bands=tuple((label, len(list(group))) for label, group in groupby(one.label for one in windows)),
        columns=tuple(_column(one, windows[number - 1] if number else None) for number, one in enumerate(windows)),
        features=tuple(sorted(features, key=lambda row: (-row.drifted, -_farthest(windows, row.name), row.name))),
        answers=tuple(_answers(windows)),
        metric=", ".join(metrics),
    )


def _answers(windows: tuple[Watched, ...]) -> Iterator[Row]:
    scores = [one.report.score for one in windows]
    if any(scores):
        several = any(one.report.probabilities for one in windows)
        yield _row("most likely class" if several else "score", scores)
    by_name = [{drift.name: drift for drift in one.report.probabilities or ()} for one in windows]
    for name in dict.fromkeys(name for drifts in by_name for name in drifts):
        yield _row(f"probability of {class_of(name)}", [drifts.get(name) for drifts in by_name])


def _found(one: Watched, name: str) -> ColumnDrift | None:
    return next((feature for feature in one.report.features if feature.name == name), None)


def _ratio(drift: ColumnDrift | None) -> float | None:
    """Distance over threshold; nothing where either is missing or the threshold is zero."""
    if drift is None or drift.baseline.distance is None or not drift.baseline.threshold:
        return None
    return drift.baseline.distance / drift.baseline.threshold


def _farthest(windows: tuple[Watched, ...], name: str) -> float:
    return max((_ratio(_found(one, name)) or 0.0 for one in windows), default=0.0)


def _row(name: str, drifts: Iterable[ColumnDrift | None]) -> Row:
    cells = tuple(map(_cell, drifts))
    return Row(name, cells, sum(cell.drifted for cell in cells))


def _cell(drift: ColumnDrift | None) -> Cell:
    if drift is None:
        return Cell("–", "hx", False, False, "this version has none")
    ratio = _ratio(drift)
    if ratio is None:
        look = _HIGHEST if drift.drifted else "hx"
        return Cell("–", look, drift.drifted, drift.shifted, _title(drift))
    look = next((look for most, look in _STEPS if ratio <= most), _HIGHEST)
    return Cell(f"{ratio:.2f}" if ratio < 9.995 else f"{ratio:.0f}", look, drift.drifted, drift.shifted, _title(drift))


def _title(drift: ColumnDrift) -> str:
    against = drift.baseline
    if against.distance is None:
        return f"{drift.name}: not judged, {against.reason or 'no distance'}"
    usual = f"threshold {against.threshold:.4f}" if against.threshold is not None else against.reason or "no threshold"
    parts = [f"{drift.name}: distance {against.distance:.4f}, {usual}"]
    if drift.missing_after != drift.missing_before:
        parts.append(f"missing {share(drift.missing_before)} → {share(drift.missing_after)}")
    if drift.new_categories:
        parts.append(f"new: {', '.join(drift.new_categories)}")
    if drift.gone_categories:
        parts.append(f"gone: {', '.join(drift.gone_categories)}")
    if drift.shifted:
        parts.append("a sudden shift against the days before")
    return "; ".join(parts)


def _column(one: Watched, before: Watched | None) -> Column:
    report, found = one.report, one.report.performance
    return Column(
        name=window(report.start, report.end),
        label=one.label,
        first=before is not None and before.label != one.label,
        faults=len(report.faults),
        share=share(report.drifted_share),
        drifts=report.drifts,
        rows=f"{report.rows:,}",
        performance=metric(found.value if found else None),
        performance_status=holds(found.gate_met if found else None),
        labels=share(found.completeness) if found else "–",
    )
