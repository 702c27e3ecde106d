"""What the newest report of a deployment's monitor says, for those who scrape its servers."""

from contextlib import suppress
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from plimsoll.contract.requests import ModelPin
from plimsoll.runtime.monitoring.report import Decision, MonitorReport
from plimsoll.runtime.serving.metrics import head


class Watch:
    """Shows the report in the folder whose name is the latest day; nothing while there is none.

    A report that is being written as it is read is left for the next time, and the one before it is shown.
    """

    def __init__(self, reports: Path) -> None:
        self._reports = reports
        self._seen: tuple[str, int] | None = None
        self._lines: tuple[str, ...] = ()

    def prometheus(self, model: ModelPin) -> str:
        """When the report was left, its decision, and the share of features that drifted in its last window."""
        with suppress(OSError, ValidationError):
            self._look(f'model="{model.name}"')
        return "".join(f"{line}\n" for line in self._lines)

    def _look(self, label: str) -> None:
        newest = max(self._reports.glob("*.json"), key=lambda path: path.name, default=None)
        if newest is None:
            return
        left = newest.stat().st_mtime_ns
        if self._seen == (newest.name, left):
            return
        report = MonitorReport.model_validate_json(newest.read_bytes())
        self._lines = (
            head("plimsoll_monitor_report_timestamp_seconds"),
            f"plimsoll_monitor_report_timestamp_seconds{{{label}}} {left / 1e9:.3f}",
            head("plimsoll_monitor_drifted_share"),
            f"plimsoll_monitor_drifted_share{{{label}}} {report.windows[-1].drifted_share:.6f}",
            head("plimsoll_monitor_decision"),
            *(
                f'plimsoll_monitor_decision{{{label},decision="{decision}"}} {int(report.decision == decision)}'
                for decision in get_args(Decision)
            ),
        )
        self._seen = (newest.name, left)
