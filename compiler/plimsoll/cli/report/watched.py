"""The windows of all monitored versions in the order of time."""

from dataclasses import dataclass

from plimsoll.contract.requests import Gate
from plimsoll.runtime.monitoring.report import MonitorReport, WindowReport


@dataclass(frozen=True)
class Watched:
    """A judged window, and whose it is."""

    label: str
    report: WindowReport
    gate: Gate | None
    """What its realised performance was held against."""


def watched(monitors: tuple[tuple[str, MonitorReport], ...]) -> tuple[Watched, ...]:
    """Every window of every report, by its start; windows of several versions stand in the order of the reports."""
    numbered = [
        (window.start, window.end, number, label, report, window)
        for number, (label, report) in enumerate(monitors)
        for window in report.windows
    ]
    return tuple(
        Watched(label, window, report.rules.performance.gate if report.rules.performance else None)
        for _, _, _, label, report, window in sorted(numbered, key=lambda one: one[:3])
    )
