"""What a monitor decides from judged windows.

The order of the rules: a data fault in the last window comes first, and blocks; it never retrains, since a model
trained on faulty data learns the fault. Then a realised loss of performance, then drift that persists. Windows with a
data fault are evidence of neither.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from plimsoll.contract.requests import Gate, MonitorRules
from plimsoll.runtime.monitoring.report import Action, Decision, WindowReport


@dataclass(frozen=True)
class Verdict:
    """A decision, what to do, and why."""

    decision: Decision
    action: Action
    reasons: tuple[str, ...]
    cooldown_until: date | None = None


def decide(rules: MonitorRules, windows: Sequence[WindowReport], last_retraining: date | None) -> Verdict:
    """Decide for the last window.

    Args:
        rules: the deployment's rules.
        windows: judged windows, oldest first, at least one.
        last_retraining: the day of the last retraining, whatever came of it.
    """
    until = last_retraining + timedelta(days=rules.cooldown_days) if last_retraining else None
    last = windows[-1]
    if last.faults:
        reasons = tuple(f"{fault.column or 'the window'}: {fault.said} ({fault.kind})" for fault in last.faults)
        return Verdict("data-fault", "block", (*reasons, "a data fault blocks and never retrains"), until)
    lost, drifted = _performance_loss(rules, windows), _persistent_drift(rules, windows)
    if lost:
        return _retraining("performance-loss", (lost, *filter(None, [drifted])), rules, last.end, until)
    if drifted:
        return _retraining("persistent-drift", (drifted,), rules, last.end, until)
    return Verdict("none", "none", (_all_quiet(last),), until)


def _performance_loss(rules: MonitorRules, windows: Sequence[WindowReport]) -> str:
    """The reason, when the gate was broken in the last so many windows that count; otherwise nothing."""
    rule = rules.performance
    if rule is None:
        return ""
    counted = [
        (window, window.performance)
        for window in windows
        if not window.faults and window.performance is not None and window.performance.gate_met is not None
    ][-rule.windows :]
    if len(counted) < rule.windows or any(found.gate_met for _, found in counted):
        return ""
    shown = ", ".join(f"{found.value:.3f} from {window.start} ({found.labels:,} labels)" for window, found in counted)
    consecutive = f"{rule.windows} consecutive windows" if rule.windows > 1 else "one window"
    return f"{rule.gate.metric} was not {_bar(rule.gate)} in {consecutive}: {shown}"


def _bar(gate: Gate) -> str:
    bounds = [("at least", gate.minimum), ("at most", gate.maximum)]
    return " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)


def _persistent_drift(rules: MonitorRules, windows: Sequence[WindowReport]) -> str:
    """The reason, when enough of the last windows drift; otherwise nothing."""
    rule = rules.drift
    recent = windows[-rule.of :]
    drifting = [window for window in recent if window.drifts]
    if len(drifting) < max(1, rule.windows):
        return ""
    shown = "; ".join(f"from {window.start}: {', '.join(window.drifted)}" for window in drifting)
    share = f"{rule.share:.0%} of the features or more were beyond their threshold"
    return f"{share} in {len(drifting)} of the last {len(recent)} windows ({shown})"


def _retraining(
    decision: Literal["performance-loss", "persistent-drift"],
    reasons: tuple[str, ...],
    rules: MonitorRules,
    today: date,
    until: date | None,
) -> Verdict:
    if decision not in rules.retrain_on:
        return Verdict(decision, "none", (*reasons, f"the deployment doesn't retrain on {decision}"), until)
    if until is not None and today < until:
        waiting = f"the last retraining is less than {rules.cooldown_days} days past: none before {until}"
        return Verdict(decision, "none", (*reasons, waiting), until)
    return Verdict(decision, "retrain", reasons, until)


def _all_quiet(last: WindowReport) -> str:
    drifted = f"{', '.join(last.drifted)} drifted" if last.drifted else "no feature drifted"
    return f"no data fault, no lasting loss of performance and no lasting drift; in the last window {drifted}"
