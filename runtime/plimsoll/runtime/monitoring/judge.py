"""Hold windows against the baseline: faults, drift, realised performance, then the decision."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.requests import FeatureColumn, MonitorRules
from plimsoll.runtime.models.answers import is_answer
from plimsoll.runtime.monitoring.decision import decide
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.faults import find_faults
from plimsoll.runtime.monitoring.realised import realised
from plimsoll.runtime.monitoring.report import MonitorReport, WindowReport
from plimsoll.runtime.profiles.calibration import Calibration, reference_days
from plimsoll.runtime.profiles.comparison import ColumnDrift
from plimsoll.runtime.profiles.drift import distances
from plimsoll.runtime.profiles.sketches import Profile, merged


def judge(
    rules: MonitorRules,
    columns: Mapping[str, FeatureColumn],
    calibration: Calibration,
    windows: Sequence[WindowEvidence],
    *,
    last_retraining: date | None = None,
) -> MonitorReport:
    """Judge windows of a deployment, and decide for the last.

    Args:
        rules: the deployment's monitor. Where it names inputs, no other is judged: neither for drift nor for faults.
        columns: the model's inputs with their expectations (``ModelInputs.columns``).
        calibration: the model's baseline. Its ``SCORE_COLUMN`` is the score, or the class, judged apart; so are the
            probabilities of classes.
        windows: oldest first, each beginning on or after the end of the one before; at least one.
        last_retraining: the day of the last retraining, for the cooldown.

    Raises:
        ValueError: when there is no window, or they overlap or are out of order.
    """
    _check_order(windows)
    if rules.features is not None:
        columns = {name: column for name, column in columns.items() if name in rules.features}
        answers = (column.name for column in calibration.columns if is_answer(column.name))
        calibration = calibration.of((*columns, *answers))
    judged: list[WindowReport] = []
    for number, window in enumerate(windows):
        sound = [past for past, report in zip(windows[:number], judged, strict=True) if not report.faults]
        judged.append(_judge_window(rules, columns, calibration, window, _before(sound, window.days)))
    verdict = decide(rules, judged, last_retraining)
    return MonitorReport(
        rules=rules,
        calibration_note=calibration.note,
        windows=tuple(judged),
        decision=verdict.decision,
        action=verdict.action,
        reasons=verdict.reasons,
        cooldown_until=verdict.cooldown_until,
    )


def _check_order(windows: Sequence[WindowEvidence]) -> None:
    if not windows:
        raise ValueError("there is no window to judge")
    if any(window.days < 1 for window in windows):
        raise ValueError("a window has at least one day")
    if any(later.start < earlier.end for earlier, later in itertools.pairwise(windows)):
        raise ValueError("windows must follow each other, oldest first, without overlap")


def _before(sound: Sequence[WindowEvidence], days: int) -> Profile | None:
    """The latest windows without a fault, as many as the calibration compared with.

    Faulty ones are passed over so that a fault is found for as long as it lasts, not only where it begins.
    """
    needed, chosen = reference_days(days), list[Profile]()
    for past in reversed(sound):
        if needed <= 0:
            break
        chosen.append(past.profile)
        needed -= past.days
    return merged(chosen) if chosen and needed <= 0 else None


def _judge_window(
    rules: MonitorRules,
    columns: Mapping[str, FeatureColumn],
    calibration: Calibration,
    window: WindowEvidence,
    before: Profile | None,
) -> WindowReport:
    drifts = {
        drift.name: drift for drift in distances(calibration, window.profile, window_days=window.days, previous=before)
    }
    faults = find_faults(rules, columns, calibration, window, drifts, before)
    features = tuple(drift for name, drift in drifts.items() if not is_answer(name))
    share = _drifted_share(features)
    return WindowReport(
        start=window.start,
        end=window.end,
        rows=window.profile.rows,
        expected_rows=calibration.daily_rows * window.days,
        faults=faults,
        features=features,
        score=drifts.get(SCORE_COLUMN),
        probabilities=tuple(drift for name, drift in drifts.items() if is_answer(name) and name != SCORE_COLUMN)
        or None,
        drifted_share=share,
        drifts=not faults and share > 0 and share >= rules.drift.share,
        performance=realised(rules.performance, window),
    )


def _drifted_share(features: Sequence[ColumnDrift]) -> float:
    judged = [feature for feature in features if feature.baseline.threshold is not None]
    return sum(feature.drifted for feature in judged) / len(judged) if judged else 0.0
