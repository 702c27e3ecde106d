"""What a monitor found and decided: values that are written as JSON, one row a window, one cell a column."""

from datetime import date
from typing import Literal

from pydantic import Field

from plimsoll.contract.requests import MonitorRules, left_out
from plimsoll.contract.tasks import Metric
from plimsoll.runtime.profiles.calibration import Frozen
from plimsoll.runtime.profiles.comparison import ColumnDrift

FaultKind = Literal["schema", "volume", "missing", "infinite", "range", "category", "unit"]
Decision = Literal["none", "data-fault", "performance-loss", "persistent-drift"]
Action = Literal["none", "block", "retrain"]


class Fault(Frozen):
    """Something wrong with the data itself. No model can mend it, so it never leads to retraining."""

    kind: FaultKind
    column: str | None
    """The column at fault; nothing when it is the window as a whole."""
    said: str


class Realised(Frozen):
    """The realised performance of a window, from labels that came late."""

    metric: Metric
    value: float | None
    reason: str
    """Why there is no value, or why the value doesn't count; empty when it counts."""
    labels: int
    completeness: float
    """Labelled rows as a share of the window's rows, 0 to 1."""
    gate_met: bool | None
    """Whether the gate is met; nothing when the window doesn't count."""


class WindowReport(Frozen):
    """One window, judged."""

    start: date
    end: date
    """The first day after the window."""
    rows: int
    expected_rows: float
    """The baseline's rows in as many days."""
    faults: tuple[Fault, ...]
    features: tuple[ColumnDrift, ...]
    score: ColumnDrift | None
    """The model's score, judged like a feature and counted apart; of several classes, the most likely one."""
    probabilities: tuple[ColumnDrift, ...] | None = Field(default=None, exclude_if=left_out)
    """The probability of each of several classes, judged and counted likewise."""
    drifted_share: float
    """Drifted features as a share of those that could be judged, 0 to 1."""
    drifts: bool
    """Whether the share reaches the rule's, in a window without a data fault."""
    performance: Realised | None

    @property
    def drifted(self) -> tuple[str, ...]:
        """The names of the features beyond their threshold against the baseline."""
        return tuple(feature.name for feature in self.features if feature.drifted)


class MonitorReport(Frozen):
    """Every window, and the decision for the last of them.

    Laws: a ``data-fault`` never has the action ``retrain``; the action is ``retrain`` only for a decision that the
    rules' ``retrain_on`` names; reading the JSON of a report gives the same report.
    """

    rules: MonitorRules
    calibration_note: str
    windows: tuple[WindowReport, ...]
    decision: Decision
    action: Action
    reasons: tuple[str, ...]
    """Why this was decided and done, in sentences, the weightiest first."""
    cooldown_until: date | None
    """The first day on which retraining is allowed again; nothing when there was none."""
