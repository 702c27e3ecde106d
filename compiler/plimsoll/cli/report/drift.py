"""Drift, faults and realised performance of everything that was watched, window by window."""

from collections.abc import Iterator
from dataclasses import dataclass

from plimsoll.cli.report.chart import Chart, performance_charts
from plimsoll.cli.report.heat import HeatMap, heat_map
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.watched import Watched, watched
from plimsoll.cli.report.words import bar, count, share, window
from plimsoll.contract.requests import MonitorRules
from plimsoll.runtime.monitoring.report import Action, Decision, MonitorReport

_DECISION: dict[Decision, tuple[Status, str]] = {
    "none": (Status.GOOD, "nothing to do"),
    "data-fault": (Status.BAD, "data fault"),
    "performance-loss": (Status.WARN, "performance lost"),
    "persistent-drift": (Status.WARN, "persistent drift"),
}
_ACTION: dict[Action, str] = {
    "none": "no action",
    "block": "block: no retraining on faulty data",
    "retrain": "retrain",
}


@dataclass(frozen=True)
class ShownDecision:
    """What the monitor of a version decided for its last window, and why."""

    label: str
    status: Status
    decision: str
    action: str
    reasons: tuple[str, ...]
    rules: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class ShownFault:
    """A fault of the data itself."""

    window: str
    label: str
    kind: str
    column: str
    said: str


@dataclass(frozen=True)
class DriftView:
    """The decisions, the heat map, the charts, the faults, and why some windows do not count."""

    decisions: tuple[ShownDecision, ...]
    heat: HeatMap
    charts: tuple[Chart, ...]
    faults: tuple[ShownFault, ...]
    uncounted: tuple[str, ...]


def drift_section(monitors: tuple[tuple[str, MonitorReport], ...]) -> Section | None:
    """The section on drift, where anything was watched; its verdict is that of the last report."""
    if not monitors:
        return None
    windows = watched(monitors)
    decisions = tuple(_decision(label, report) for label, report in monitors)
    last = decisions[-1]
    lead = "What was served, held against what the model had learnt from, and against the outcomes that came in later."
    view = DriftView(
        decisions=decisions,
        heat=heat_map(windows),
        charts=performance_charts(windows),
        faults=tuple(_faults(windows)),
        uncounted=tuple(_uncounted(windows)),
    )
    return Section("drift", "Drift and performance", last.status, f"{last.label}: {last.decision}", lead, view)


def _decision(label: str, report: MonitorReport) -> ShownDecision:
    status, word = _DECISION[report.decision]
    return ShownDecision(
        label=label,
        status=status,
        decision=word,
        action=_ACTION[report.action],
        reasons=report.reasons,
        rules=tuple(_rules(report.rules)),
        note=report.calibration_note,
    )


def _rules(rules: MonitorRules) -> Iterator[str]:
    yield "windows of a calendar month" if rules.window == "month" else f"windows of {count(rules.window, 'day')}"
    drift = rules.drift
    yield (
        f"drift persists when {share(drift.share)} of the features or more are beyond their threshold "
        f"in {drift.windows} of {count(drift.of, 'window')}"
    )
    if rules.performance:
        rule = rules.performance
        yield (
            f"performance is lost when {rule.gate.metric} is not {bar(rule.gate)} in "
            f"{count(rule.windows, 'window')} with {rule.min_labels:,} labels or more"
        )
    yield f"retrains on {' or '.join(rules.retrain_on)}" if rules.retrain_on else "never retrains by itself"
    yield f"at least {count(rules.cooldown_days, 'day')} between retrainings"


def _faults(windows: tuple[Watched, ...]) -> Iterator[ShownFault]:
    for one in windows:
        for fault in one.report.faults:
            name = window(one.report.start, one.report.end)
            yield ShownFault(name, one.label, fault.kind, fault.column or "the window", fault.said)


def _uncounted(windows: tuple[Watched, ...]) -> Iterator[str]:
    for one in windows:
        found = one.report.performance
        if found is not None and found.gate_met is None:
            yield f"{window(one.report.start, one.report.end)}: {found.reason}"
