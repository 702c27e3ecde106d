"""The gauge that a canary is judged by: quiet for scores like the baseline's, loud for others, else silent."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.requests import FeatureColumn, ModelPin
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.calibration import ColumnCalibration
from plimsoll.runtime.serving.score_drift import ScoreDrift

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PIN = ModelPin(name="parcels", version=3, digest="sha256:" + "5e" * 32)
CHANCE = np.random.default_rng(8)


def _scores(count: int, mean: float = 0.3) -> np.ndarray:
    return np.clip(CHANCE.normal(mean, 0.1, count), 0, 1)


def _calibrated(days: int) -> ColumnCalibration:
    """The score's column of a baseline of some days, a thousand scores a day."""
    table = {
        "at": [NOON + timedelta(days=day) for day in range(days) for _ in range(1000)],
        SCORE_COLUMN: _scores(1000 * days).tolist(),
    }
    found = calibrate(table, "at", {SCORE_COLUMN: FeatureColumn(type="float")}, 7).column(SCORE_COLUMN)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def baseline() -> ColumnCalibration:
    return _calibrated(40)


def test_scores_like_the_baseline_s_are_no_drift(baseline: ColumnCalibration) -> None:
    drift = ScoreDrift(baseline)
    for hour in range(24):
        drift.add(NOON + timedelta(hours=hour), _scores(40))
    found = drift.compare()
    assert found.distance is not None
    assert not found.beyond


def test_other_scores_are(baseline: ColumnCalibration) -> None:
    drift = ScoreDrift(baseline)
    drift.add(NOON, _scores(500, mean=0.5))
    assert drift.compare().beyond


def test_a_day_later_they_are_forgotten(baseline: ColumnCalibration) -> None:
    drift = ScoreDrift(baseline)
    drift.add(NOON, _scores(500, mean=0.5))
    drift.add(NOON + timedelta(hours=23), _scores(500))
    assert drift.compare().beyond
    drift.add(NOON + timedelta(hours=24), _scores(500))
    assert not drift.compare().beyond


def test_both_gauges_are_shown_with_the_version(baseline: ColumnCalibration) -> None:
    drift = ScoreDrift(baseline)
    drift.add(NOON, _scores(500))
    found, labels = drift.compare(), 'model="parcels",version="3"'
    shown = [line for line in drift.prometheus(PIN).splitlines() if not line.startswith("# HELP")]
    assert shown == [
        "# TYPE plimsoll_score_drift gauge",
        f"plimsoll_score_drift{{{labels}}} {found.distance:.6f}",
        "# TYPE plimsoll_score_drift_threshold gauge",
        f"plimsoll_score_drift_threshold{{{labels}}} {found.threshold:.6f}",
    ]


def test_too_few_scores_say_nothing(baseline: ColumnCalibration) -> None:
    drift = ScoreDrift(baseline)
    drift.add(NOON, _scores(49))
    assert drift.prometheus(PIN) == ""
    drift.add(NOON, np.asarray([np.nan, np.inf]))
    assert drift.prometheus(PIN) == ""
    drift.add(NOON, _scores(1))
    assert drift.prometheus(PIN) != ""


def test_too_short_a_baseline_says_nothing() -> None:
    drift = ScoreDrift(_calibrated(5))
    drift.add(NOON, _scores(500, mean=0.5))
    assert drift.prometheus(PIN) == ""
