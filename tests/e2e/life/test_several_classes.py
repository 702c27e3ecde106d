"""The life of a model of several classes on real flights: early, on time or late. Each test holds one thing of it."""

import http.client
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, f1_score, log_loss, roc_auc_score

from plimsoll.cli.release_folder import open_release
from plimsoll.cli.report.material import write_evaluation, write_monitor
from plimsoll.cli.verbs.serve import serving
from plimsoll.contract.package import Card, Package
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.monitoring.report import MonitorReport
from plimsoll.runtime.profiles.calibration import Calibration

pytestmark = pytest.mark.e2e

CLASSES = ["early", "on-time", "late"]
PROBABILITIES = [f"probability.{name}" for name in CLASSES]
MODEL, ONLINE, NIGHTLY = (
    f"specs/{name}.yaml"
    for name in ("models/flight-delay", "deployments/flight-delay-online", "deployments/flight-delay-nightly")
)
PUNCTUALITY = (
    "CASE WHEN arrival_delay < -15 THEN 'early' WHEN arrival_delay <= 15 THEN 'on-time'"
    " WHEN arrival_delay > 15 THEN 'late' END"
)
UA = {"carrier": "UA", "origin": "EWR", "destination": "ORD", "hour": 8, "weekday": 3, "distance": 719.0}
B6 = {"carrier": "B6", "origin": "JFK", "destination": "MCO", "hour": 21, "weekday": 5, "distance": 944.0}
TRAIN = ("run", "flight-delay-train", "--release", "release/local", "-p", "as-of=2013-07-25")


def _name_classes(project) -> None:
    """The reference project's model, learning one of three classes; its program learns the label as it is."""
    project.edit(
        MODEL,
        (r"task: .*", "task: multiclass-classification"),
        (r"name: late\n", f"name: punctuality\n      classes: [{', '.join(CLASSES)}]\n"),
        (r"expression: .*", f'expression: "{PUNCTUALITY}"'),
        (
            r"- \{metric: auc, minimum: 0.55\}",
            "- {metric: auc, minimum: 0.55}\n      - {metric: macro-f1, minimum: 0.2}",
        ),
        (r"- \{metric: brier, maximum: 0.25\}", "- {metric: log-loss, maximum: 1.2}"),
        (r"gates: \[\{metric: auc, minimum: 0.52\}\]", "gates: [{metric: accuracy, minimum: 0.4}]"),
        (r"challenge: \{metric: auc, tolerance: 0.2\}", "challenge: {metric: balanced-accuracy, tolerance: 0.2}"),
    )
    project.edit(
        f"{MODEL.removesuffix('.yaml')}/train.py",
        (r"\.astype\(int\)", ""),
        (r"\{data\[columns\['label'\]\]\.mean\(\):\.1%\} of them late", "of the classes {columns['classes']}"),
    )
    project.edit(ONLINE, (r"metric: auc, minimum: 0.99", "metric: balanced-accuracy, minimum: 0.99"))
    project.edit(NIGHTLY, (r"( +)window: 1d", r"\1window: 1d\n\1partitions: {by: origin}"))


def _release(project) -> None:
    project.plimsoll("compile")
    project.plimsoll("sign", "release/local")


@pytest.fixture(scope="module")
def lived(reference_project, tmp_path_factory):
    """Trained, promoted, replayed with its monitor, which asks for a second version; and a night scored in parts."""
    project = reference_project(tmp_path_factory.mktemp("classes"))
    _name_classes(project)
    project.commit("Tell early flights from those on time and the late ones")
    _release(project)
    project.plimsoll(*TRAIN)
    proposal = project.proposal(project.run_of("flight-delay-train")[0])
    for deployment in ("flight-delay-online", "flight-delay-nightly"):
        project.plimsoll("promote", proposal, "--deployment", deployment, "--environment", "local")
    _release(project)
    days = ("--from", "2013-07-30", "--to", "2013-08-01")
    project.plimsoll("replay", "flight-delay-online", "--release", "release/local", *days, "--monitor")
    project.plimsoll("run", "flight-delay-nightly-score", "--release", "release/local", "-p", "as-of=2013-07-27")
    return project


def package(project, number: int) -> Package:
    digest = project.run_of("flight-delay-train")[number].nodes["sign-model"].parameters["digest"]
    return Package(project.state.model_package("flight-delay", digest))


def card(project, number: int) -> Card:
    return Card.model_validate_json(package(project, number).card.read_bytes())


def artifact(project, record, node: str, name: str) -> Path:
    found = record.nodes[node].artifacts[name].path
    return project.root / ".plimsoll/runner/runs" / record.name / found


def log_of(project, record, node: str) -> str:
    return (project.root / ".plimsoll/runner/runs" / record.name / record.nodes[node].attempts[-1].log).read_text()


def post(server, path: str, body: dict) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    response = connection.getresponse()
    assert response.status == 200
    return json.loads(response.read())


def test_the_program_is_told_the_classes_in_their_order(lived) -> None:
    said = log_of(lived, lived.run_of("flight-delay-train")[0], "train")
    assert f"of the classes {CLASSES}" in said


def test_metrics_are_those_of_the_scores_on_the_later_window(lived) -> None:
    record = lived.run_of("flight-delay-train")[0]
    scores = pq.read_table(artifact(lived, record, "evaluate", "evaluation") / "scores.parquet")
    assert scores.column_names == ["flight_id", "scheduled_departure", "punctuality", "prediction", *PROBABILITIES]
    truth, predicted = scores["punctuality"].to_pylist(), scores["prediction"].to_pylist()
    given = np.stack([scores[name].to_numpy() for name in PROBABILITIES], axis=1)
    alphabetical = [CLASSES.index(name) for name in sorted(CLASSES)]
    ordered = given[:, alphabetical]
    expected = {
        "log-loss": log_loss(truth, ordered, labels=sorted(CLASSES)),
        "accuracy": accuracy_score(truth, predicted),
        "balanced-accuracy": balanced_accuracy_score(truth, predicted),
        "macro-f1": f1_score(truth, predicted, average="macro"),
        "auc": roc_auc_score(truth, ordered, multi_class="ovr", labels=sorted(CLASSES)),
    }
    assert card(lived, 0).evaluation.metrics == pytest.approx(expected)
    assert expected["auc"] > 0.55


def test_the_card_says_how_each_class_did(lived) -> None:
    record = lived.run_of("flight-delay-train")[0]
    scores = pq.read_table(artifact(lived, record, "evaluate", "evaluation") / "scores.parquet")
    truth, predicted = scores["punctuality"].to_pylist(), scores["prediction"].to_pylist()
    pairs = Counter(zip(truth, predicted, strict=True))
    found = card(lived, 0).evaluation.classes
    assert [(one.name, one.rows, one.predicted, one.right) for one in found] == [
        (name, truth.count(name), predicted.count(name), pairs[name, name]) for name in CLASSES
    ]


def test_every_gate_held_in_every_slice_and_beside_the_champion(lived) -> None:
    first, second = (card(lived, number).evaluation for number in (0, 1))
    assert {(one.scope, one.gate.metric) for one in first.results} == {
        *(("all", metric) for metric in ("auc", "macro-f1", "log-loss")),
        *((f"origin={one}", "accuracy") for one in ("EWR", "JFK", "LGA")),
    }
    challenge = [one for one in second.results if one.scope == "champion"]
    assert [(one.gate.metric, one.passed) for one in challenge] == [("balanced-accuracy", True)]
    assert second.champion_metrics.keys() == first.metrics.keys()


def test_the_baseline_has_predicted_classes_and_their_probabilities(lived) -> None:
    calibration = Calibration.read(package(lived, 0).calibration)
    predicted = calibration.column("prediction")
    assert set(predicted.categories) <= set(CLASSES)
    assert sum(predicted.histogram) == calibration.rows
    assert [column.name for column in calibration.columns[-3:]] == PROBABILITIES


def test_what_was_served_is_logged_with_the_probability_of_each_class(lived) -> None:
    log = pq.read_table(lived.state.predictions("flight-delay-online")).to_pylist()
    assert len(log) > 1500
    for row in log:
        given = dict(row["probabilities"])
        assert list(given) == CLASSES
        assert sum(given.values()) == pytest.approx(1)
        assert row["score"] == given[row["class"]] == max(given.values())


def test_the_monitor_measures_labels_that_came_late_and_asks_for_a_retraining(lived) -> None:
    (path,) = lived.state.monitoring("flight-delay-online").glob("*.json")
    report = MonitorReport.model_validate_json(path.read_bytes())
    assert (report.decision, report.action) == ("performance-loss", "retrain")
    (window,) = report.windows
    assert not window.faults
    assert window.score.name == "prediction"
    assert window.score.family_after == "text"
    assert [drift.name for drift in window.probabilities] == PROBABILITIES
    assert "prediction" not in {feature.name for feature in window.features}
    log = {
        row["prediction_id"]: row["class"]
        for row in pq.read_table(lived.state.predictions("flight-delay-online")).to_pylist()
    }
    flights = pq.read_table(lived.root / ".plimsoll/data/flights.parquet").to_pylist()
    outcomes = [(_outcome(one["arrival_delay"]), log[one["flight_id"]]) for one in flights if one["flight_id"] in log]
    known = [(truth, said) for truth, said in outcomes if truth]
    measured = balanced_accuracy_score(*zip(*known, strict=True))
    assert window.performance.labels == len(known)
    assert window.performance.value == pytest.approx(measured)


def _outcome(delay: float | None) -> str | None:
    if delay is None:
        return None
    return "early" if delay < -15 else "on-time" if delay <= 15 else "late"


def test_a_night_in_parts_says_class_and_probabilities_of_every_flight(lived) -> None:
    (record,) = lived.run_of("flight-delay-nightly-score")
    (folder,) = (
        artifact(lived, record, name, "predictions")
        for name, node in record.nodes.items()
        if "predictions" in node.artifacts
    )
    scored = pq.read_table(folder / "predictions.parquet")
    assert scored.column_names == ["flight_id", "scheduled_departure", "prediction", *PROBABILITIES]
    assert scored.num_rows > 500
    given = np.stack([scored[name].to_numpy() for name in PROBABILITIES], axis=1)
    assert [CLASSES[index] for index in given.argmax(axis=1)] == scored["prediction"].to_pylist()
    assert given.sum(axis=1) == pytest.approx(1)


def test_both_protocols_answer_with_classes(lived, monkeypatch) -> None:
    monkeypatch.chdir(lived.root)
    with serving(open_release(Path("release/local"), Path("specs")), "flight-delay-online") as server:
        told = post(server, "/invocations", {"dataframe_records": [UA, B6]})
        tensors = [{"name": name, "shape": [2], "datatype": "FP64", "data": [UA[name], B6[name]]} for name in UA]
        inferred = post(server, "/v2/models/flight-delay/infer", {"inputs": tensors})
    assert told["classes"] == CLASSES
    assert told["predictions"] == [CLASSES[int(np.argmax(row))] for row in told["probabilities"]]
    assert [sum(row) for row in told["probabilities"]] == pytest.approx([1, 1])
    outputs = {one["name"]: one for one in inferred["outputs"]}
    assert outputs["class"]["data"] == told["predictions"]
    assert outputs["classes"]["data"] == CLASSES
    assert outputs["probabilities"]["shape"] == [2, 3]
    assert outputs["probabilities"]["data"] == pytest.approx(np.ravel(told["probabilities"]).tolist())


def test_the_trace_and_the_report_tell_of_it(lived) -> None:
    traced = lived.plimsoll("trace", "flight-delay-online", "--environment", "local", "--json").json
    assert {link["holds"] for link in traced["links"]} == {"verified"}
    (path,) = lived.state.monitoring("flight-delay-online").glob("*.json")
    write_evaluation(lived.root / "told", "1", card(lived, 0).evaluation)
    write_monitor(lived.root / "told", 1, "version 1", MonitorReport.model_validate_json(path.read_bytes()))
    lived.plimsoll("report", "told", "--out", "report.html")
    page = (lived.root / "report.html").read_text()
    for told in ("balanced-accuracy", "most likely class", "probability of on-time", "Precision"):
        assert told in page


def test_labels_of_another_class_are_refused_until_it_is_named_and_then_stand_alone(lived, monkeypatch) -> None:
    lived.edit(
        MODEL, (r"WHEN arrival_delay > 15 THEN 'late' END", "WHEN arrival_delay <= 120 THEN 'late' ELSE 'missed' END")
    )
    lived.commit("Tell those that miss their connections")
    _release(lived)
    ended = lived.plimsoll(*TRAIN, expect=1)
    assert "labels are none of the classes: 'missed'" in ended.said
    assert "spec.examples.label.classes" in ended.said
    lived.edit(MODEL, (r"classes: \[(.*)\]", r"classes: [missed, \1]"))
    lived.commit("Name them")
    _release(lived)
    lived.plimsoll(*TRAIN)
    record = lived.run_of("flight-delay-train")[-1]
    assert "the served version does not know missed; it is not compared" in log_of(lived, record, "evaluate")
    assert card(lived, -1).evaluation.champion_metrics == {}
    monkeypatch.chdir(lived.root)
    release = open_release(Path("release/local"), Path("specs"))
    why = "fitted on the classes early, late, on-time; the spec names missed, early, on-time, late"
    with pytest.raises(Refused, match=why), serving(release, "flight-delay-online"):
        pass
