"""How each trained version did: its metrics beside the champion's, and every gate with how far the value clears it."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import cast, get_args

from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status, holds
from plimsoll.cli.report.words import bar, count, metric
from plimsoll.contract.package import ClassResult, Evaluation, GateResult
from plimsoll.contract.requests import Gate
from plimsoll.contract.tasks import Metric
from plimsoll.runtime.metrics import higher_is_better

_MARGIN = 0.18
"""The room left and right of a gate's marks, as a share of their span."""
_LEAST_SPAN = 0.02


@dataclass(frozen=True)
class ShownMetric:
    """A metric of the version, of the champion, and the difference in words and as a status."""

    name: str
    value: str
    champion: str
    difference: str
    status: Status
    meaning: str


@dataclass(frozen=True)
class ShownGate:
    """A gate; ``value_at`` and ``bars_at`` are places on an axis of 0 to 100 that all gates of a metric share."""

    scope: str
    metric: str
    bar: str
    value: str
    rows: int
    status: Status
    reason: str
    value_at: float | None
    minimum_at: float | None
    maximum_at: float | None


@dataclass(frozen=True)
class ShownClass:
    """One of several classes: how many examples it had, and how often it was predicted and found."""

    name: str
    rows: str
    predicted: str
    recall: str
    """The share of its examples for which it was predicted."""
    precision: str
    """The share of its predictions that were right."""


@dataclass(frozen=True)
class ShownVersion:
    """A trained version."""

    version: str
    status: Status
    verdict: str
    champion: str
    """The digest of the version that served when this one was trained; empty for the first."""
    metrics: tuple[ShownMetric, ...]
    classes: tuple[ShownClass, ...]
    """Empty where the model is not one of several classes."""
    gates: tuple[ShownGate, ...]


def metrics_section(evaluations: tuple[tuple[str, Evaluation], ...]) -> Section | None:
    """The section on trained versions, where any was evaluated; its verdict is that of the last."""
    if not evaluations:
        return None
    versions = tuple(_version(name, one) for name, one in evaluations)
    last = versions[-1]
    lead = "Each trained version on data that it never saw: as a whole, in every slice, and beside the one that served."
    verdict = f"version {last.version}: {last.verdict}"
    return Section("metrics", "Metrics and gates", last.status, verdict, lead, versions)


def _version(name: str, one: Evaluation) -> ShownVersion:
    held = sum(result.passed for result in one.results)
    return ShownVersion(
        version=name,
        status=holds(one.passed),
        verdict=f"{held} of {count(len(one.results), 'gate')} held",
        champion=one.champion or "",
        metrics=tuple(_metric(key, one) for key in one.metrics),
        classes=tuple(map(_class, one.classes or ())),
        gates=tuple(_gates(one.results)),
    )


def _metric(name: str, one: Evaluation) -> ShownMetric:
    value, champion = one.metrics[name], one.champion_metrics.get(name)
    if champion is None or name not in get_args(Metric):
        return ShownMetric(name, metric(value), metric(champion), "", Status.NONE, "")
    difference = value - champion
    if metric(abs(difference)) == metric(0.0):
        return ShownMetric(name, metric(value), metric(champion), "±0.0000", Status.NONE, "equal")
    better = (difference > 0) == higher_is_better(cast(Metric, name))
    status = Status.GOOD if better else Status.WARN
    return ShownMetric(
        name, metric(value), metric(champion), f"{difference:+.4f}", status, "better" if better else "worse"
    )


def _class(one: ClassResult) -> ShownClass:
    recall, precision = (one.right / of if of else None for of in (one.rows, one.predicted))
    return ShownClass(one.name, f"{one.rows:,}", f"{one.predicted:,}", metric(recall), metric(precision))


def _gates(results: tuple[GateResult, ...]) -> Iterator[ShownGate]:
    for result in results:
        gate = result.gate
        marks = [mark for other in results if other.gate.metric == gate.metric for mark in _marks(other)]
        low, high = min(marks, default=0.0), max(marks, default=1.0)
        room = max(high - low, _LEAST_SPAN) * _MARGIN
        axis = _Axis(low - room, high + room)
        yield ShownGate(
            scope=result.scope,
            metric=gate.metric,
            bar=bar(gate),
            value=metric(result.value),
            rows=result.rows,
            status=holds(result.passed),
            reason=result.reason,
            value_at=axis.at(result.value),
            minimum_at=axis.at(gate.minimum),
            maximum_at=axis.at(gate.maximum),
        )


def _marks(result: GateResult) -> Iterator[float]:
    gate: Gate = result.gate
    yield from (mark for mark in (result.value, gate.minimum, gate.maximum) if mark is not None and isfinite(mark))


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float

    def at(self, value: float | None) -> float | None:
        """The place of a value, 0 to 100; nothing for one that is missing or not finite."""
        return (
            None
            if value is None or not isfinite(value)
            else round(100 * (value - self.low) / (self.high - self.low), 1)
        )
