"""The realised metric over windows as a line chart: where each point stands, in units of a pixel."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from plimsoll.cli.report.status import Status, holds
from plimsoll.cli.report.watched import Watched
from plimsoll.cli.report.words import bar, fit, metric, window

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 290, 48, 16, 62, 36
_WIDE, _LEAST_STEP, _MOST_STEP, _LABEL_ROOM = 900, 76, 130, 64
_LABEL_ROW, _LABEL_LETTERS = 17, 24
_ABOVE, _BELOW = -11, 20
_TICKS = 4
_TEXT_ROOM = 0.15
"""The room for a text below the lowest point, as a share of the values' span."""


@dataclass(frozen=True)
class Point:
    """A window's value; ``title`` says it in words."""

    x: float
    y: float
    status: Status
    text: str
    text_y: float
    """Where the text stands: below a point that is lower than its neighbours, else above."""
    title: str


@dataclass(frozen=True)
class Bar:
    """A bound of a gate, across the windows that were held against it."""

    x1: float
    x2: float
    y: float


@dataclass(frozen=True)
class Change:
    """Where a version's windows begin, and what it is called and held against. Neighbours stand in two rows."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    """The chart of one metric."""

    metric: str
    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    lines: tuple[str, ...]
    """One for each version, as the points of an SVG polyline."""
    points: tuple[Point, ...]
    gates: tuple[Bar, ...]
    changes: tuple[Change, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]


@dataclass(frozen=True)
class _Value:
    number: int
    """The place of its window among all."""
    one: Watched
    value: float


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    step: float

    def x(self, number: float) -> float:
        return round(LEFT + (number + 0.5) * self.step, 1)

    def y(self, value: float) -> float:
        return round(TOP + (self.high - value) / (self.high - self.low) * (HEIGHT - TOP - BOTTOM), 1)


def performance_charts(windows: tuple[Watched, ...]) -> tuple[Chart, ...]:
    """A chart for each metric that was realised in any window; versions whose windows interleave are all drawn."""
    metrics = dict.fromkeys(one.report.performance.metric for one in windows if one.report.performance)
    return tuple(chart for name in metrics if (chart := _chart(name, windows)) is not None)


def _chart(name: str, windows: tuple[Watched, ...]) -> Chart | None:
    values = [
        _Value(number, one, found.value)
        for number, one in enumerate(windows)
        if (found := one.report.performance) is not None and found.metric == name and found.value is not None
    ]
    if not values:
        return None
    step = min(_MOST_STEP, max(_LEAST_STEP, _WIDE / len(windows)))
    width = LEFT + RIGHT + step * len(windows)
    drawn = [*(one.value for one in values), *(bound for one in values for bound in _bounds(one.one))]
    marks = _nice(min(drawn) - _TEXT_ROOM * (max(drawn) - min(drawn)), max(drawn))
    scale = _Scale(marks[0], marks[-1], step)
    return Chart(
        metric=name,
        width=width,
        height=HEIGHT,
        left=LEFT,
        right=width - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        lines=tuple(_lines(values, scale)),
        points=tuple(_points(values, scale)),
        gates=tuple(_gates(windows, scale)),
        changes=tuple(_changes(windows, scale)),
        across=tuple(_across(windows, scale)),
        up=tuple(Tick(scale.y(mark), f"{mark:.4g}") for mark in marks),
    )


def _bounds(one: Watched) -> list[float]:
    gate = one.gate
    return [bound for bound in (gate.minimum, gate.maximum) if bound is not None] if gate else []


def _nice(low: float, high: float) -> list[float]:
    """Round marks, about four steps, that hold all values between them."""
    rough = max(high - low, 0.02) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _lines(values: Iterable[_Value], scale: _Scale) -> Iterable[str]:
    """A line a version. An empty window interrupts none: its version's neighbours are joined."""
    grouped: dict[str, list[_Value]] = {}
    for one in values:
        grouped.setdefault(one.one.label, []).append(one)
    for group in grouped.values():
        yield " ".join(f"{scale.x(one.number):g},{scale.y(one.value):g}" for one in group)


def _points(values: Sequence[_Value], scale: _Scale) -> Iterable[Point]:
    for index, one in enumerate(values):
        beside = [other.value for other in values[max(0, index - 1) : index + 2] if other is not one]
        lowest = bool(beside) and one.value < min(beside)
        yield _point(one, scale, _BELOW if lowest else _ABOVE)


def _point(value: _Value, scale: _Scale, offset: float) -> Point:
    report, gate_met = value.one.report, None
    name, reason = window(report.start, report.end), ""
    if report.performance is not None:
        gate_met, reason = report.performance.gate_met, report.performance.reason
    said = reason or ("meets its bar" if gate_met else "misses its bar")
    title = f"{name}, {value.one.label}: {metric(value.value)}, {said}"
    y = scale.y(value.value)
    return Point(scale.x(value.number), y, holds(gate_met), f"{value.value:.3f}", round(y + offset, 1), title)


def _gates(windows: tuple[Watched, ...], scale: _Scale) -> Iterable[Bar]:
    """Each bound of a gate, once for each stretch of windows that share the gate."""
    for gate, group in groupby(enumerate(windows), key=lambda pair: pair[1].gate):
        numbers = [number for number, _ in group]
        for bound in (gate.minimum, gate.maximum) if gate else ():
            if bound is not None:
                yield Bar(scale.x(numbers[0] - 0.5), scale.x(numbers[-1] + 0.5), scale.y(bound))


def _changes(windows: tuple[Watched, ...], scale: _Scale) -> Iterable[Change]:
    """Where each version's first window begins."""
    first: dict[str, int] = {}
    for number, one in enumerate(windows):
        first.setdefault(one.label, number)
    for index, (label, number) in enumerate(first.items()):
        gate = windows[number].gate
        shown = fit(label, _LABEL_LETTERS)
        text = f"{shown}, bar {bar(gate)}" if gate else shown
        yield Change(scale.x(number - 0.5), TOP - 40 + _LABEL_ROW * (index % 2), text)


def _across(windows: tuple[Watched, ...], scale: _Scale) -> Iterable[Tick]:
    every = max(1, math.ceil(_LABEL_ROOM / scale.step))
    months = all(one.report.start.day == 1 and one.report.end.day == 1 for one in windows)
    for number in range(0, len(windows), every):
        start = windows[number].report.start
        yield Tick(scale.x(number), f"{start:%b %Y}" if months else f"{start:%d %b %y}")
