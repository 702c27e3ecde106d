"""What a server tells of its monitor's newest report, and that an alert's question would find it."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from plimsoll.contract.places import State
from plimsoll.contract.requests import DriftRule, ModelPin, MonitorRules
from plimsoll.runtime.monitoring.report import Decision, MonitorReport, WindowReport
from plimsoll.runtime.serving.predictor import Predictor
from plimsoll.runtime.serving.watch import Watch

PIN = ModelPin(name="parcels", version=3, digest="sha256:" + "5e" * 32)
RULES = MonitorRules(
    window=7,
    drift=DriftRule(share=0.3, windows=2, of=3),
    performance=None,
    max_missing_increase=0.05,
    min_volume_share=0.25,
    retrain_on=(),
    cooldown_days=30,
)
Serve = Callable[..., TestClient]


def report(decision: Decision, share: float) -> str:
    window = WindowReport(
        start=date(2026, 5, 1),
        end=date(2026, 5, 8),
        rows=10,
        expected_rows=10.0,
        faults=(),
        features=(),
        score=None,
        drifted_share=share,
        drifts=share >= 0.3,
        performance=None,
    )
    left = MonitorReport(
        rules=RULES,
        calibration_note="",
        windows=(window,),
        decision=decision,
        action="none",
        reasons=(),
        cooldown_until=None,
    )
    return left.model_dump_json()


def leave(folder: Path, day: str, text: str, seconds: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day}.json"
    path.write_text(text)
    os.utime(path, (seconds, seconds))


def test_nothing_is_said_before_a_monitor_ran(tmp_path: Path) -> None:
    assert Watch(tmp_path / "none").prometheus(PIN) == ""


def test_the_latest_day_is_shown_and_a_newer_report_of_it_replaces_it(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    leave(tmp_path, "2026-05-08", report("persistent-drift", 0.5), 1_000)
    leave(tmp_path, "2026-05-01", report("data-fault", 0.1), 2_000)
    first = watch.prometheus(PIN)
    assert 'plimsoll_monitor_decision{model="parcels",decision="persistent-drift"} 1\n' in first
    assert 'plimsoll_monitor_decision{model="parcels",decision="data-fault"} 0\n' in first
    assert 'plimsoll_monitor_report_timestamp_seconds{model="parcels"} 1000.000\n' in first
    assert 'plimsoll_monitor_drifted_share{model="parcels"} 0.500000\n' in first
    leave(tmp_path, "2026-05-08", report("none", 0.0), 3_000)
    assert 'decision="persistent-drift"} 0\n' in watch.prometheus(PIN)


def test_a_report_that_is_half_written_leaves_the_one_before(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    leave(tmp_path, "2026-05-08", report("persistent-drift", 0.5), 1_000)
    before = watch.prometheus(PIN)
    leave(tmp_path, "2026-05-09", report("none", 0.0)[:40], 2_000)
    assert watch.prometheus(PIN) == before


def test_a_server_shows_it_beside_its_counters(serve: Serve, state: State) -> None:
    leave(state.monitoring("parcels-online"), "2026-05-08", report("performance-loss", 0.2), 1_000)
    with serve() as client:
        text = client.get("/metrics").text
    assert "# TYPE plimsoll_requests_total counter" in text
    assert 'plimsoll_monitor_decision{model="parcels",decision="performance-loss"} 1' in text


def test_an_answer_that_breaks_is_counted_as_failing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(Predictor, "score", broken)
    client = serve()
    client = TestClient(client.app, raise_server_exceptions=False)
    with client:
        answer = client.post("/invocations", json={"dataframe_records": [{"depot": "AUH", "weight": 1.0}]})
        text = client.get("/metrics").text
    assert answer.status_code == 500
    assert 'plimsoll_requests_total{model="parcels",version="3",status="500"} 1' in text
