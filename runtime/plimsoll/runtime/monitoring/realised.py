"""The realised performance of a window: late labels are the authority, as far as they have come."""

from plimsoll.contract.requests import PerformanceRule
from plimsoll.runtime.metrics import check_gate, evaluate
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.report import Realised


def realised(rule: PerformanceRule | None, window: WindowEvidence) -> Realised | None:
    """A window's realised metric; nothing without a rule or without labels.

    A window with fewer than ``min_labels`` labels, or whose metric is undefined, is shown and doesn't count.
    """
    if rule is None or window.labels is None or window.scores is None:
        return None
    found = evaluate(rule.gate.metric, window.labels, window.scores)
    few = f"{found.n:,} labels are too few; {rule.min_labels:,} are needed" if found.n < rule.min_labels else ""
    reason = found.reason or few
    return Realised(
        metric=rule.gate.metric,
        value=found.value,
        reason=reason,
        labels=found.n,
        completeness=min(1.0, found.n / window.profile.rows) if window.profile.rows else 0.0,
        gate_met=None if reason else check_gate(rule.gate, found),
    )
