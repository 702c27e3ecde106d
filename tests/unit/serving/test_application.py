"""What a served model answers, what it refuses, and what it leaves in its journal."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from request_bodies import records, tensors
from starlette.testclient import TestClient

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.places import State
from plimsoll.contract.requests import FeatureColumn, ServingRequest
from plimsoll.runtime.models.loading import Scorer
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.sketches import Profile
from plimsoll.runtime.serving.application import CLOCK_HEADER, FLUSH_PATH, MAX_ROWS
from plimsoll.runtime.serving.journal import FLUSH_ROWS, Journal, read_log

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AT_NOON = {CLOCK_HEADER: NOON.isoformat()}
ROW = {"parcel_id": "P-1", "depot": "AUH", "weight": 3.0}
Serve = Callable[..., TestClient]


def test_an_answer_has_a_score_for_each_row_and_names_the_version(serve: Serve, request_: ServingRequest) -> None:
    with serve() as client:
        answer = client.post("/invocations", json=records(ROW, {**ROW, "parcel_id": "P-2", "weight": 30.0}))
    body = answer.json()
    assert answer.status_code == 200
    assert body["prediction_ids"] == ["P-1", "P-2"]
    assert 0 < body["predictions"][0] < body["predictions"][1] < 1
    assert (body["model"], body["version"], body["digest"]) == ("parcels", 3, request_.model.digest)


def test_both_protocols_give_the_same_scores(serve: Serve) -> None:
    with serve(replay=True) as client:
        first = client.post("/invocations", json=records(ROW, {**ROW, "depot": "DXB"}), headers=AT_NOON).json()
        body = tensors(parcel_id=["P-1", "P-1"], depot=["AUH", "DXB"], weight=[3.0, 3.0]) | {"id": "call-7"}
        second = client.post("/v2/models/parcels/infer", json=body, headers=AT_NOON).json()
    outputs = {output["name"]: output for output in second["outputs"]}
    assert outputs["score"]["data"] == first["predictions"]
    assert (outputs["score"]["datatype"], outputs["score"]["shape"]) == ("FP64", [2])
    assert outputs["prediction_id"]["data"] == first["prediction_ids"]
    assert (second["model_version"], second["id"]) == ("3", "call-7")


def test_a_row_without_an_id_gets_one_of_its_own(serve: Serve) -> None:
    rows = [{name: value for name, value in ROW.items() if name != "parcel_id"}] * 2
    with serve() as client:
        ids = client.post("/invocations", json=records(*rows)).json()["prediction_ids"]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one) for one in ids)


def test_an_id_is_the_one_that_the_caller_gave_whatever_its_type(serve: Serve, state: State) -> None:
    with serve() as client:
        ids = client.post("/invocations", json=records({**ROW, "parcel_id": 0}, {**ROW, "parcel_id": 7})).json()
    assert ids["prediction_ids"] == ["0", "7"]
    assert sorted(read_log(state.predictions("parcels-online"))["prediction_id"].to_pylist()) == ["0", "7"]


def test_a_score_that_is_no_number_is_the_fault_of_the_server(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scorer, "score", lambda *_: np.asarray([np.nan]))
    with serve() as client:
        answer = client.post("/invocations", json=records(ROW))
        text = client.get("/metrics").text
    assert (answer.status_code, answer.json()["error"]) == (500, "the model gave a score that is no finite number")
    assert 'plimsoll_requests_total{model="parcels",version="3",status="500"} 1' in text
    assert 'plimsoll_requests_total{model="parcels",version="3",status="200"} 0' in text


def test_a_broken_row_leaves_nothing_of_itself_in_the_profile(
    serve: Serve, state: State, request_: ServingRequest
) -> None:
    with serve(replay=True) as client:
        for weight in (1.0, "heavy", 2.0):
            client.post("/invocations", json=records({**ROW, "weight": weight}), headers=AT_NOON)
    (path,) = state.live_profiles("parcels-online", request_.model.digest).glob("*.bin")
    found = Profile.read(path)
    assert set(found.columns) == {"depot", "weight", "fill", "prediction"}
    for name in found.columns:
        column = found.column(name)
        assert column is not None
        assert column.count == 2, name


def test_too_many_rows_are_refused_and_the_most_are_answered(serve: Serve) -> None:
    with serve() as client:
        most = client.post("/invocations", json=records(*[ROW] * MAX_ROWS))
        more = client.post("/invocations", json=records(*[ROW] * (MAX_ROWS + 1)))
    assert (most.status_code, len(most.json()["predictions"])) == (200, MAX_ROWS)
    assert more.status_code == 400
    assert "there are 10001; between 1 and 10,000" in more.json()["error"]


def test_the_clock_is_honoured_in_a_replay_only(serve: Serve) -> None:
    """At noon the depots' loads are fresh and differ; today they are stale, and count as missing."""
    scores = {}
    for replay in (True, False):
        with serve(replay=replay) as client:
            rows = records(ROW, {**ROW, "depot": "SHJ"}, {**ROW, "depot": "DXB"})
            scores[replay] = client.post("/invocations", json=rows, headers=AT_NOON).json()["predictions"]
            stale = re.search(r"plimsoll_stale_feature_values_total\{.*\} (\d+)", client.get("/metrics").text)
            assert stale is not None
            assert int(stale[1]) == (0 if replay else 2)
    assert scores[True][0] > scores[False][0], "AUH is loaded"
    assert scores[True][1] == scores[False][1], "of SHJ nothing is known"
    assert scores[True][2] < scores[False][2], "DXB is not"


def test_a_stale_feature_can_be_a_refusal(serve: Serve) -> None:
    with serve(replay=True, staleness="reject") as client:
        fresh = client.post("/invocations", json=records(ROW), headers=AT_NOON)
        later = {CLOCK_HEADER: (NOON + timedelta(hours=2)).isoformat()}
        stale = client.post("/invocations", json=records(ROW), headers=later)
    assert (fresh.status_code, stale.status_code) == (200, 400)
    assert "'depot-load': 1 of 1 keys are stale" in stale.json()["error"]


def test_a_clock_that_is_none_is_a_broken_request(serve: Serve) -> None:
    with serve(replay=True) as client:
        answer = client.post("/invocations", json=records(ROW), headers={CLOCK_HEADER: "noon"})
    assert answer.status_code == 400


def test_every_prediction_is_in_the_log_once_after_the_server_ended(serve: Serve, state: State) -> None:
    with serve(replay=True) as client:
        for number in range(3):
            client.post("/invocations", json=records({**ROW, "parcel_id": f"P-{number}"}), headers=AT_NOON)
    log = read_log(state.predictions("parcels-online"))
    assert sorted(log["prediction_id"].to_pylist()) == ["P-0", "P-1", "P-2"]
    assert set(log["served_at"].to_pylist()) == {NOON}
    assert set(log["version"].to_pylist()) == {3}


def test_a_flush_writes_at_once_and_nothing_twice(serve: Serve, state: State) -> None:
    with serve(replay=True) as client:
        client.post("/invocations", json=records(ROW), headers=AT_NOON)
        assert client.post(FLUSH_PATH).status_code == 204
        assert read_log(state.predictions("parcels-online")).num_rows == 1
        assert client.post(FLUSH_PATH).status_code == 204
    assert read_log(state.predictions("parcels-online")).num_rows == 1


def test_numbers_beyond_64_bits_are_profiled_like_others(serve: Serve, state: State, request_: ServingRequest) -> None:
    with serve(replay=True) as client:
        for weight in (2**62, 2**63, 10**38):
            assert client.post("/invocations", json=records({**ROW, "weight": weight}), headers=AT_NOON).is_success
        assert client.post(FLUSH_PATH).status_code == 204
    (path,) = state.live_profiles("parcels-online", request_.model.digest).glob("*.bin")
    weight = Profile.read(path).column("weight")
    assert weight is not None
    assert (weight.count, weight.families) == (3, {"number": 3})


def test_there_is_no_flush_outside_of_a_replay(serve: Serve) -> None:
    with serve() as client:
        assert client.post(FLUSH_PATH).status_code == 404


def test_what_was_served_is_profiled_by_day(serve: Serve, state: State, request_: ServingRequest) -> None:
    with serve(replay=True) as client:
        for days in (0, 0, 1):
            moment = {CLOCK_HEADER: (NOON + timedelta(days=days)).isoformat()}
            client.post("/invocations", json=records(ROW, ROW), headers=moment)
    folder = state.live_profiles("parcels-online", request_.model.digest)
    rows = {path.name: Profile.read(path).rows for path in sorted(folder.glob("*.bin"))}
    assert rows == {"2026-05-01.bin": 4, "2026-05-02.bin": 2}


@pytest.mark.parametrize("path", ["/v2/health/live", "/v2/health/ready"])
def test_health_says_which_version_is_well(serve: Serve, path: str) -> None:
    with serve() as client:
        answer = client.get(path)
    assert answer.status_code == 200
    assert answer.json()["version"] == 3


def test_the_metadata_names_what_a_caller_sends(serve: Serve) -> None:
    with serve() as client:
        body = client.get("/v2/models/parcels").json()
    assert body["versions"] == ["3"]
    assert [(one["name"], one["datatype"]) for one in body["inputs"]] == [("depot", "BYTES"), ("weight", "FP64")]


def test_another_model_is_not_here(serve: Serve) -> None:
    with serve() as client:
        assert client.get("/v2/models/other").status_code == 404
        assert client.get("/invocations").status_code == 405


def test_metrics_count_what_happened(serve: Serve) -> None:
    with serve() as client:
        client.post("/invocations", json=records(ROW, ROW))
        client.post("/invocations", json=records(ROW))
        client.post("/invocations", json={})
        text = client.get("/metrics").text
    label = 'model="parcels",version="3"'
    assert f'plimsoll_requests_total{{{label},status="200"}} 2' in text
    assert f'plimsoll_requests_total{{{label},status="400"}} 1' in text
    assert f"plimsoll_rows_scored_total{{{label}}} 3" in text
    assert f"plimsoll_request_seconds_count{{{label}}} 3" in text
    buckets = [int(n) for n in re.findall(r"_bucket\{.*\} (\d+)", text)]
    assert buckets == sorted(buckets)
    assert buckets[-1] == 3


def test_what_breaks_inside_the_server_is_counted_as_failed(
    serve: Serve, state: State, request_: ServingRequest
) -> None:
    blocked = state.predictions(request_.deployment)
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where the journal's folder should be")
    with serve() as client:
        client.post("/invocations", json=records(*[ROW] * FLUSH_ROWS))
        for _ in range(3):
            with pytest.raises(OSError, match=r"exists"):
                client.post("/invocations", json=records(ROW))
        text = client.get("/metrics").text
        blocked.unlink()
    assert 'plimsoll_requests_total{model="parcels",version="3",status="500"} 3' in text
    assert read_log(blocked).num_rows == FLUSH_ROWS, "what was answered is logged in the end, and nothing else is"


def test_drift_of_scores_is_shown_beside_what_is_counted(serve: Serve) -> None:
    days = {"at": [NOON + timedelta(days=day) for day in range(20) for _ in range(100)]}
    table = {**days, SCORE_COLUMN: [0.5 + (row % 100) / 1000 for row in range(2000)]}
    calibration = calibrate(table, "at", {SCORE_COLUMN: FeatureColumn(type="float")}, 7)
    with serve(baseline=calibration.column(SCORE_COLUMN)) as client:
        assert "plimsoll_score_drift" not in client.get("/metrics").text
        client.post("/invocations", json=records(*[ROW] * 60))
        gauges = dict(re.findall(r"^(plimsoll_score_drift\w*)\{.*\} ([0-9.]+)$", client.get("/metrics").text, re.M))
    assert float(gauges["plimsoll_score_drift"]) > float(gauges["plimsoll_score_drift_threshold"])


def test_a_fault_while_the_journal_is_written_does_not_end_its_writing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it is: a server that went on without a journal would be noticed by nobody."""
    monkeypatch.setattr("plimsoll.runtime.serving.application.FLUSH_SECONDS", 0.01)
    flush, faults = Journal.flush, iter([ValueError("a row that no file takes"), RuntimeError("another fault")])

    def faulty(self: Journal) -> None:
        if fault := next(faults, None):
            raise fault
        flush(self)
        written.set()

    written = threading.Event()
    monkeypatch.setattr(Journal, "flush", faulty)
    with serve() as client:
        assert written.wait(30)
        assert 'plimsoll_failed_journal_flushes_total{model="parcels",version="3"} 2' in client.get("/metrics").text
