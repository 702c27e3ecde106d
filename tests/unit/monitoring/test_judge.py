from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from plimsoll.contract.requests import DriftRule, FeatureColumn, Gate, MonitorRules, PerformanceRule
from plimsoll.runtime.monitoring.evidence import WindowEvidence
from plimsoll.runtime.monitoring.judge import judge
from plimsoll.runtime.monitoring.report import FaultKind, MonitorReport
from plimsoll.runtime.profiles.calibration import Calibration
from plimsoll.runtime.profiles.sketches import Profile

Evidence = Callable[[pd.DataFrame, date, date, int], list[WindowEvidence]]
Inject = Callable[[pd.DataFrame, "pd.Series[bool]"], pd.DataFrame]

JULY = date(2013, 7, 1)
RULES = MonitorRules(
    window=7,
    drift=DriftRule(share=0.5, windows=2, of=3),
    performance=None,
    max_missing_increase=0.03,
    min_volume_share=0.5,
    retrain_on=("performance-loss", "persistent-drift"),
    cooldown_days=30,
)


def with_fault(inject: Inject, flights: pd.DataFrame, evidence: Evidence) -> list[WindowEvidence]:
    """Four weeks of July, the fault in the last."""
    begins, end = JULY + timedelta(days=21), JULY + timedelta(days=28)
    rows = flights[(flights["day"] >= JULY) & (flights["day"] < end)].reset_index(drop=True)
    return evidence(inject(rows, rows["day"] >= begins), JULY, end, 7)


def celsius(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(temp=rows["temp"].where(~hit, (rows["temp"] - 32) * 5 / 9))


def kilometres(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(distance=rows["distance"].where(~hit, rows["distance"] * 1.609344))


def without_a_carrier(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows[~(hit & (rows["carrier"] == "WN"))]


def more_nulls(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    chosen = hit & (np.random.default_rng(0).random(len(rows)) < 0.05)
    return rows.assign(temp=rows["temp"].mask(chosen))


def a_fifth_of_the_rows(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows[~hit | (np.arange(len(rows)) % 5 == 0)]


def numbers_as_text(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(temp=rows["temp"].astype(object).where(~hit, rows["temp"].astype(str)))


def a_few_outliers(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(temp=rows["temp"].mask(hit & (np.arange(len(rows)) % 500 == 0), 9999.0))


def infinities(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(temp=rows["temp"].mask(hit & (np.arange(len(rows)) % 500 == 0), np.inf))


def a_strange_origin(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    return rows.assign(origin=rows["origin"].mask(hit & (np.arange(len(rows)) % 500 == 0), "ewr "))


FAULTS: list[tuple[Inject, FaultKind, str | None]] = [
    (celsius, "unit", "temp"),
    (kilometres, "unit", "distance"),
    (without_a_carrier, "category", "carrier"),
    (more_nulls, "missing", "temp"),
    (a_fifth_of_the_rows, "volume", None),
    (numbers_as_text, "schema", "temp"),
    (a_few_outliers, "range", "temp"),
    (infinities, "infinite", "temp"),
    (a_strange_origin, "category", "origin"),
]


@pytest.fixture(scope="module")
def expected(columns: dict[str, FeatureColumn]) -> dict[str, FeatureColumn]:
    return {
        **columns,
        "temp": FeatureColumn(type="float", unit="degF", minimum=-20, maximum=120, max_missing=0.5),
        "origin": FeatureColumn(type="string", allowed=("EWR", "JFK", "LGA")),
    }


@pytest.mark.parametrize(("inject", "kind", "column"), FAULTS, ids=[inject.__name__ for inject, _, _ in FAULTS])
def test_a_fault_is_found_as_what_it_is_blocks_and_never_retrains(
    inject: Inject,
    kind: FaultKind,
    column: str | None,
    flights: pd.DataFrame,
    evidence: Evidence,
    calibration: Calibration,
    expected: dict[str, FeatureColumn],
) -> None:
    eager = RULES.model_copy(update={"drift": DriftRule(share=0.0, windows=1, of=3), "cooldown_days": 0})
    report = judge(eager, expected, calibration, with_fault(inject, flights, evidence))
    *before, last = report.windows
    assert [window.faults for window in before] == [(), (), ()]
    assert {(fault.kind, fault.column) for fault in last.faults} == {(kind, column)}
    assert (report.decision, report.action) == ("data-fault", "block")
    assert not last.drifts
    assert last.faults[0].said in report.reasons[0]


def test_real_months_of_the_baseline_have_no_fault_and_no_drift(
    flights: pd.DataFrame, evidence: Evidence, calibration: Calibration, expected: dict[str, FeatureColumn]
) -> None:
    report = judge(RULES, expected, calibration, evidence(flights, date(2013, 1, 1), JULY, 7))
    assert len(report.windows) == 25
    assert [window.faults for window in report.windows] == [()] * 25
    assert np.mean([feature.drifted for window in report.windows for feature in window.features]) <= 0.03
    assert not any(window.score is None or window.score.drifted for window in report.windows[1:])
    assert (report.decision, report.action) == ("none", "none")


def test_an_absent_column_is_a_fault_of_the_schema(
    flights: pd.DataFrame, evidence: Evidence, calibration: Calibration, expected: dict[str, FeatureColumn]
) -> None:
    window = evidence(flights.drop(columns="visib"), JULY, JULY + timedelta(days=7), 7)
    report = judge(RULES, expected, calibration, window)
    assert [(fault.kind, fault.column) for fault in report.windows[0].faults] == [("schema", "visib")]


def test_a_window_without_rows_lacks_volume_alone(calibration: Calibration, expected: dict[str, FeatureColumn]) -> None:
    window = WindowEvidence(JULY, JULY + timedelta(days=7), Profile.empty())
    report = judge(RULES, expected, calibration, [window])
    assert [fault.kind for fault in report.windows[0].faults] == ["volume"]
    assert report.action == "block"


def test_a_unit_changed_is_a_fault_for_as_long_as_it_lasts(
    flights: pd.DataFrame, evidence: Evidence, calibration: Calibration, expected: dict[str, FeatureColumn]
) -> None:
    end = JULY + timedelta(days=42)
    rows = flights[(flights["day"] >= JULY) & (flights["day"] < end)].reset_index(drop=True)
    rows = celsius(rows, rows["day"] >= JULY + timedelta(days=14))
    report = judge(RULES, expected, calibration, evidence(rows, JULY, end, 7))
    found = [[fault.kind for fault in window.faults if fault.column == "temp"] for window in report.windows]
    assert found == [[], [], ["unit"], ["unit"], ["unit"], ["unit"]]
    assert report.action == "block"


def another_world(rows: pd.DataFrame, hit: "pd.Series[bool]") -> pd.DataFrame:
    """No fault, and another business: only long flights, in the evening, on clear days, in warmth and wind."""
    moved = {"distance": 2475, "hour": 20, "visib": 9.0, "temp": rows["temp"] + 25, "wind_speed": 21.5}
    return rows.assign(**{name: rows[name].mask(hit, value) for name, value in moved.items()})


@pytest.fixture(scope="module")
def drifting(flights: pd.DataFrame, evidence: Evidence) -> list[WindowEvidence]:
    """Five weeks, of which the third and the fifth are another world's."""
    end = JULY + timedelta(days=35)
    rows = flights[(flights["day"] >= JULY) & (flights["day"] < end)].reset_index(drop=True)
    week = (pd.to_datetime(rows["day"]) - pd.Timestamp(JULY)).dt.days // 7
    return evidence(another_world(rows, week.isin([2, 4])), JULY, end, 7)


def decided(report: MonitorReport) -> tuple[str, str]:
    return report.decision, report.action


def test_drift_retrains_when_enough_of_the_last_windows_drift(
    drifting: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    def decide(until: int, windows: int, of: int) -> tuple[str, str]:
        rules = RULES.model_copy(update={"drift": DriftRule(share=0.5, windows=windows, of=of)})
        return decided(judge(rules, columns, calibration, drifting[:until]))

    report = judge(RULES, columns, calibration, drifting)
    assert [window.drifts for window in report.windows] == [False, False, True, False, True]
    assert decided(report) == ("persistent-drift", "retrain")
    assert "2 of the last 3 windows" in report.reasons[0]
    assert "temp" in report.reasons[0]
    assert decide(4, 2, 3) == decide(5, 2, 2) == decide(5, 3, 5) == ("none", "none")
    assert decide(3, 1, 1) == decide(4, 1, 2) == ("persistent-drift", "retrain")


@pytest.mark.parametrize(
    ("last_retraining", "action"),
    [(None, "retrain"), (date(2013, 7, 6), "retrain"), (date(2013, 7, 7), "none"), (date(2013, 8, 4), "none")],
)
def test_retraining_waits_for_the_cooldown(
    last_retraining: date | None,
    action: str,
    drifting: list[WindowEvidence],
    calibration: Calibration,
    columns: dict[str, FeatureColumn],
) -> None:
    report = judge(RULES, columns, calibration, drifting, last_retraining=last_retraining)
    assert report.windows[-1].end == date(2013, 8, 5)
    assert decided(report) == ("persistent-drift", action)
    if last_retraining:
        assert report.cooldown_until == last_retraining + timedelta(days=30)
    if action == "none":
        assert str(report.cooldown_until) in report.reasons[-1]


def test_what_the_deployment_does_not_retrain_on_is_said_and_left(
    drifting: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    rules = RULES.model_copy(update={"retrain_on": ("performance-loss",)})
    report = judge(rules, columns, calibration, drifting)
    assert decided(report) == ("persistent-drift", "none")
    assert "doesn't retrain" in report.reasons[-1]


def performing(minimum: float, windows: int, min_labels: int = 1000) -> MonitorRules:
    rule = PerformanceRule(gate=Gate(metric="auc", minimum=minimum), windows=windows, min_labels=min_labels)
    return RULES.model_copy(update={"performance": rule, "window": 30})


@pytest.fixture(scope="module")
def months(flights: pd.DataFrame, evidence: Evidence) -> list[WindowEvidence]:
    return evidence(flights, JULY, date(2014, 1, 1), 30)


def test_realised_performance_is_measured_from_late_labels(
    months: list[WindowEvidence],
    flights: pd.DataFrame,
    calibration: Calibration,
    columns: dict[str, FeatureColumn],
) -> None:
    report = judge(performing(0.5, 1), columns, calibration, months)
    first = report.windows[0].performance
    assert first is not None
    inside = flights[(flights["day"] >= JULY) & (flights["day"] < JULY + timedelta(days=30))]
    assert first.labels == inside["late"].notna().sum()
    assert first.completeness == pytest.approx(inside["late"].notna().mean())
    assert first.value is not None
    assert 0.6 < first.value < 0.8
    assert [window.performance.gate_met for window in report.windows if window.performance] == [True] * 6


def test_a_lasting_loss_of_performance_retrains(
    months: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    values = [
        window.performance.value
        for window in judge(performing(0.5, 1), columns, calibration, months).windows
        if window.performance is not None and window.performance.value is not None
    ]
    bar = max(values[-2:]) + 0.001
    assert max(values) > bar, "the model was better before"
    report = judge(performing(bar, 2), columns, calibration, months)
    assert decided(report) == ("performance-loss", "retrain")
    assert "2 consecutive windows" in report.reasons[0]
    assert decided(judge(performing(bar, 6), columns, calibration, months))[0] != "performance-loss"


def test_windows_with_few_labels_do_not_count(
    months: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    report = judge(performing(0.99, 1, min_labels=10**6), columns, calibration, months)
    assert report.decision != "performance-loss"
    found = report.windows[-1].performance
    assert found is not None
    assert (found.gate_met, found.value is None) == (None, False)
    assert "too few" in found.reason


def test_a_window_whose_labels_have_not_come_is_passed_over(
    months: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    last = months[-1]
    waiting = [*months[:-1], WindowEvidence(last.start, last.end, last.profile)]
    report = judge(performing(0.99, 2), columns, calibration, waiting)
    assert report.windows[-1].performance is None
    assert report.decision == "performance-loss"
    assert str(months[-2].start) in report.reasons[0]


def test_windows_with_a_fault_are_no_evidence_of_lost_performance(
    months: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    strict = {**columns, "temp": FeatureColumn(type="float", maximum=80)}
    report = judge(performing(0.99, 3), strict, calibration, months)
    faulty = [bool(window.faults) for window in report.windows]
    assert faulty == [True, True, True, True, False, False]
    assert report.decision != "performance-loss"
    assert judge(performing(0.99, 2), strict, calibration, months).decision == "performance-loss"


def test_a_report_is_read_back(
    drifting: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    report = judge(performing(0.6, 1), columns, calibration, drifting)
    assert MonitorReport.model_validate_json(report.model_dump_json()) == report


def test_windows_must_be_in_order(
    drifting: list[WindowEvidence], calibration: Calibration, columns: dict[str, FeatureColumn]
) -> None:
    for wrong in ([], drifting[::-1], [drifting[0], drifting[0]], [WindowEvidence(JULY, JULY, Profile.empty())]):
        with pytest.raises(ValueError, match="window"):
            judge(RULES, columns, calibration, wrong)


def test_only_the_inputs_that_are_watched_are_judged(
    flights: pd.DataFrame, evidence: Evidence, calibration: Calibration, expected: dict[str, FeatureColumn]
) -> None:
    windows = with_fault(celsius, flights, evidence)
    watched = RULES.model_copy(update={"features": ("carrier", "distance")})
    report = judge(watched, expected, calibration, windows)
    assert [feature.name for feature in report.windows[-1].features] == ["carrier", "distance"]
    assert report.windows[-1].score is not None
    assert report.windows[-1].faults == ()
    every = judge(RULES, expected, calibration, windows)
    assert [fault.column for fault in every.windows[-1].faults] == ["temp"]
    both = judge(RULES.model_copy(update={"features": ("temp",)}), expected, calibration, windows)
    assert [fault.column for fault in both.windows[-1].faults] == ["temp"]
