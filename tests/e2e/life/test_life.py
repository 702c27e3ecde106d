"""The whole life of a model on real data, lived once; each test holds one thing of it."""

import itertools
import json
import re
import urllib.request
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from plimsoll.cli.release_folder import open_release
from plimsoll.cli.verbs.serve import serving
from plimsoll.contract import digests
from plimsoll.contract.package import Card, DataWindow, Package, Promotion
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.registry import version_of

pytestmark = pytest.mark.e2e

NEEDS = {
    "retrieve": ("build-carrier-record", "build-origin-weather"),
    "validate": ("retrieve",),
    "train": ("validate",),
    "check-format": ("train",),
    "evaluate": ("train",),
    "profile": ("train",),
    "sign-model": ("check-format", "evaluate", "profile"),
    "register": ("sign-model",),
    "propose": ("register",),
    "workflow.onExit": ("propose",),
}
"""What each step of a training waits for."""


def package_of(life, number):
    digest = life.versions[number - 1].nodes["sign-model"].parameters["digest"]
    return Package(life.repository.state.model_package("flight-delay", digest))


def card_of(life, number):
    return Card.model_validate_json(package_of(life, number).card.read_bytes())


def test_the_check_shows_the_waiver_and_nothing_else(life):
    report = life.ended["check"].json
    assert [(found["code"], bool(found["waived"])) for found in report["findings"]] == [("PLM-SEC-07", True)]


def test_the_first_plan_trains_in_every_environment(life):
    effects = life.ended["plan"].json["result"]["effects"]
    assert {e["environment"] for e in effects if e["kind"] == "retrain"} == {"local", "staging", "production"}


def test_compiling_twice_changes_no_byte_and_no_time_of_change(life):
    first, second = life.compiled
    assert first
    assert second == first


def test_every_release_is_signed_and_names_its_commit(life):
    verified = life.ended["verify"].json["result"]["verified"]
    assert [one["environment"] for one in verified] == ["local", "staging", "production"]
    first = life.repository.git("rev-list", "--max-parents=0", "HEAD").strip()
    assert {one["commit"] for one in verified} == {first}


@pytest.mark.parametrize("number", [1, 2])
def test_a_training_takes_every_step_and_each_after_what_it_needs(life, number):
    record = life.versions[number - 1]
    assert record.status == "Succeeded"
    assert set(record.nodes) == set(NEEDS) | {"build-carrier-record", "build-origin-weather"}
    for name, needed in NEEDS.items():
        for other in needed:
            assert record.nodes[other].finished <= record.nodes[name].started, f"{name} before {other}"


def test_the_user_s_program_is_heard(life):
    log = life.repository.root / ".plimsoll/runner/runs" / life.versions[0].name
    said = (log / life.versions[0].nodes["train"].attempts[-1].log).read_text()
    assert re.search(r"^trained on \d\d,\d{3} flights, \d\d\.\d% of them late$", said, re.MULTILINE)


@pytest.mark.parametrize("number", [1, 2])
def test_the_windows_follow_each_other_and_end_where_labels_are_known(life, number):
    dataset = card_of(life, number).dataset
    assert (dataset.training.end - dataset.training.start).days == 20
    assert dataset.evaluation.start == dataset.training.end
    assert (dataset.evaluation.end - dataset.evaluation.start).days == 8
    assert (dataset.as_of - dataset.evaluation.end.date()).days == 1, "a label is known after 24 hours"


def test_the_windows_hold_the_real_flights_of_their_days(life):
    window: DataWindow = card_of(life, 1).dataset.evaluation
    path = life.repository.root / ".plimsoll/data/flights.parquet"
    span = [("scheduled_departure", ">=", window.start), ("scheduled_departure", "<", window.end)]
    delays = pq.read_table(path, filters=span)["arrival_delay"]
    assert window.rows == len(delays) - delays.null_count


@pytest.mark.parametrize("number", [1, 2])
def test_every_gate_held_on_the_later_window(life, number):
    evaluation = card_of(life, number).evaluation
    assert evaluation.passed
    scopes = {(result.scope, result.gate.metric) for result in evaluation.results}
    slices = {(f"origin={airport}", "auc") for airport in ("EWR", "JFK", "LGA")}
    champion = {("champion", "auc")} if number == 2 else set()
    assert scopes == {("all", "auc"), ("all", "brier")} | slices | champion


def test_the_second_version_was_held_against_the_first(life):
    first = life.versions[0].nodes["sign-model"].parameters["digest"]
    assert card_of(life, 1).evaluation.champion is None
    assert card_of(life, 2).evaluation.champion == first
    assert 0.5 < card_of(life, 2).evaluation.champion_metrics["auc"] < 1


@pytest.mark.parametrize("number", [1, 2])
def test_the_registry_links_a_version_to_everything_it_came_from(life, number):
    record, package, card = life.versions[number - 1], package_of(life, number), card_of(life, number)
    tags = version_of(f"sqlite:///{life.repository.tracking}", "flight-delay", number)
    assert (
        tags.items()
        >= {
            "plimsoll.commit": record.parameters["commit"],
            "plimsoll.release": record.parameters["release"],
            "plimsoll.workflow": record.name,
            "plimsoll.data": card.dataset.digest,
            "plimsoll.package": digests.of_folder(package.files),
            "plimsoll.profile": digests.of_file(package.baseline),
            "plimsoll.signature": digests.of_file(package.bundle),
        }.items()
    )


def test_a_version_has_the_number_that_its_run_was_told(life):
    assert [record.nodes["register"].parameters["version"] for record in life.versions] == ["1", "2"]


def test_the_proposal_says_what_would_be_pinned(life):
    record = life.versions[1]
    text = (life.repository.root / life.repository.proposal(record)).read_bytes()
    promotion = Promotion.model_validate_json(text)
    assert promotion.digest == record.nodes["sign-model"].parameters["digest"]
    assert (promotion.version, promotion.commit) == (2, record.parameters["commit"])
    assert promotion.metrics == card_of(life, 2).evaluation.metrics


def test_a_promotion_is_a_commit_that_says_what_it_pins_and_why(life):
    digest = life.versions[1].nodes["sign-model"].parameters["digest"]
    message = life.repository.git("log", "-1", "--format=%B")
    assert message.startswith("Promote flight-delay version 2 to local\n\n")
    assert f"Model-Digest: {digest}\n" in message
    assert f"Trained-From-Commit: {life.versions[1].parameters['commit']}\n" in message
    assert "  auc: 0." in message


def test_a_promotion_changes_the_pin_and_no_other_line(life):
    digest = life.versions[1].nodes["sign-model"].parameters["digest"]
    diff = life.repository.git("diff", "--unified=0", "HEAD~1", "HEAD")
    changed = [line for line in diff.splitlines() if line[0] in "+-" and line[:3] not in ("+++", "---")]
    assert [line[0] for line in changed] == ["-", "+"]
    assert changed[1] == f'+    local: {{pin: {{version: 2, digest: "{digest}"}}}}'


def test_a_promotion_lays_approval_and_package_where_the_server_looks(life):
    digest = life.versions[0].nodes["sign-model"].parameters["digest"]
    for environment in ("local", "staging"):
        state = type(life.repository.state)(life.repository.root / ".plimsoll/state" / environment)
        assert state.approval(digest, environment).is_file()
        assert digests.of_folder(Package(state.model_package("flight-delay", digest)).files) == digest


def test_every_replayed_flight_is_in_the_log_once(life):
    state, path = life.repository.state, life.repository.root / ".plimsoll/data/flights.parquet"
    served = pq.read_table(state.predictions("flight-delay-online"))
    span = [("scheduled_departure", ">=", life.days[0]), ("scheduled_departure", "<", life.days[1])]
    flown = pq.read_table(path, filters=span)
    assert pc.any(pc.invert(pc.is_valid(flown["arrival_delay"]))).as_py(), "cancelled flights are served like any other"
    assert sorted(served["prediction_id"].to_pylist()) == sorted(flown["flight_id"].to_pylist())
    assert set(served["version"].to_pylist()) == {1}


def test_a_replay_of_days_without_flights_says_which_days_have_some(life):
    days = ("--from", "2031-01-01", "--to", "2031-01-02")
    ended = life.repository.plimsoll("replay", "flight-delay-online", "--release", "release/local", *days, expect=1)
    assert "not one example in it; flights.parquet has rows of 2013-" in ended.err


def test_each_day_that_was_served_has_a_profile(life):
    digest = life.versions[0].nodes["sign-model"].parameters["digest"]
    folder = life.repository.state.live_profiles("flight-delay-online", digest)
    assert sorted(path.name for path in folder.glob("*.bin")) == ["2013-07-30.bin", "2013-07-31.bin"]


def test_the_monitor_sees_the_loss_and_asks_for_a_retraining(life):
    (path,) = life.repository.state.monitoring("flight-delay-online").glob("*.json")
    report = MonitorReport.model_validate_json(path.read_bytes())
    assert (report.decision, report.action) == ("performance-loss", "retrain")
    (window,) = report.windows
    assert window.rows == len(pq.read_table(life.repository.state.predictions("flight-delay-online")))
    assert window.performance.gate_met is False
    assert window.performance.value < 0.99
    assert not window.faults


def test_what_the_monitor_asked_for_is_what_ran(life):
    (monitor,) = life.repository.run_of("flight-delay-online-monitor")
    asked = monitor.nodes["remediate"].submitted
    retraining = life.versions[1]
    assert retraining.workflow == asked.workflow
    assert retraining.parameters.items() >= asked.parameters.items()
    assert monitor.finished <= retraining.started


def test_the_nightly_run_scores_each_flight_of_its_day(life):
    (record,) = life.repository.run_of("flight-delay-nightly-score")
    assert record.status == "Succeeded"
    folder = (
        life.repository.root
        / ".plimsoll/runner/runs"
        / record.name
        / record.nodes["score"].artifacts["predictions"].path
    )
    scores = pq.read_table(folder)["score"].to_pylist()
    assert len(scores) > 500
    assert all(0 <= score <= 1 for score in scores)


def test_every_run_left_a_record_of_how_it_ended(life):
    endings = [json.loads(path.read_text()) for path in life.repository.state.runs().glob("*.json")]
    assert {ending["workflow"] for ending in endings} == {record.name for record in life.repository.runs}
    assert {ending["status"] for ending in endings} == {"Succeeded"}


@pytest.fixture(scope="module")
def answer(life):
    """What the second version says to one flight."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(life.repository.root)
        release = open_release(Path("release/local"), Path("specs"))
        with serving(release, "flight-delay-online") as server:
            row = {"carrier": "UA", "origin": "EWR", "destination": "ORD", "hour": 8, "weekday": 3, "distance": 719.0}
            request = urllib.request.Request(
                f"http://127.0.0.1:{server.port}/invocations",
                json.dumps({"dataframe_records": [row]}).encode(),
                {"content-type": "application/json"},
            )
            with urllib.request.urlopen(request, timeout=20) as response:
                return json.load(response)


def test_the_second_version_serves(life, answer):
    assert (answer["version"], answer["digest"]) == (2, life.versions[1].nodes["sign-model"].parameters["digest"])
    assert 0 < answer["predictions"][0] < 1


LINKS = ("pin", "model", "approval", "registry", "profile", "evaluation", "release", "commit", "data")


@pytest.mark.parametrize("name", LINKS)
def test_the_trace_verifies_the_link(life, name):
    links = {link["name"]: link for link in life.ended["trace"].json["links"]}
    assert tuple(links) == LINKS
    assert links[name]["holds"] == "verified", links[name]


def test_no_run_began_before_the_one_that_caused_it_ended(life):
    for before, after in itertools.pairwise(life.repository.runs):
        assert before.finished <= after.started
