"""What a model of several classes answers is judged apart from its inputs: it drifts, and is never at fault."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.requests import DriftRule, FeatureColumn, MonitorRules
from plimsoll.runtime.models.answers import answer_columns, as_columns
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.judge import judge
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.sketches import profile

JULY = date(2013, 7, 1)
WEEK = timedelta(days=7)
RULES = MonitorRules(
    window=7,
    drift=DriftRule(share=0.5, windows=2, of=3),
    performance=None,
    max_missing_increase=0.03,
    min_volume_share=0.5,
    retrain_on=(),
    cooldown_days=30,
    features=("carrier",),
)


def test_a_class_that_is_predicted_no_longer_is_drift_and_no_fault(
    flights: pd.DataFrame, columns: dict[str, FeatureColumn]
) -> None:
    """A carrier as an input is missed; the same carrier as what a model answers has only drifted."""
    classes = tuple(sorted(set(flights["carrier"])))
    answered = answer_columns(classes)
    sure = np.eye(len(classes))[[classes.index(name) for name in flights["carrier"]]]
    rows = flights.assign(**{name: list(column) for name, column in as_columns(sure, classes).items()})
    names: dict[str, FeatureColumn] = {"carrier": columns["carrier"], **answered}
    baseline = calibrate(rows[rows["day"] < JULY], "time_hour", names, 7)
    week = rows[(rows["day"] >= JULY) & (rows["day"] < JULY + WEEK) & (rows["carrier"] != "WN")]
    evidence = WindowEvidence(JULY, JULY + WEEK, profile(week, names))
    (window,) = judge(RULES, {"carrier": columns["carrier"]}, baseline, [evidence]).windows
    assert [(fault.kind, fault.column) for fault in window.faults] == [("category", "carrier")]
    assert [feature.name for feature in window.features] == ["carrier"]
    assert window.score is not None
    assert window.score.gone_categories[0] == "WN"
    assert window.probabilities is not None
    assert {drift.name for drift in window.probabilities} == set(answered) - {SCORE_COLUMN}
