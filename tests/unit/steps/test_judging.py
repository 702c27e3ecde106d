"""What a monitor joins, and what an evaluation holds a new version against, by the requests of a golden release."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from plimsoll.contract import exit_codes
from plimsoll.contract.places import ROOT_VARIABLE, Places, State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Challenge, Gate, ServingRequest, SliceGates, TrainingRequest, read_request
from plimsoll.runtime.features.classes import require_labels
from plimsoll.runtime.serving.journal import Journal, read_log
from plimsoll.runtime.steps import evaluate, main, monitor

GOLDEN = Path(__file__).parents[2] / "golden"
ASKED = datetime(2026, 2, 1, tzinfo=UTC)


def request_in(root: Path, name: str, id_: str) -> ServingRequest | TrainingRequest:
    """A request of the golden release, whose examples have ids of a type."""
    rendered = yaml.safe_load((GOLDEN / f"enterprise/expected/configmap-{name}.yaml").read_text())
    request = json.loads(rendered["data"]["request.json"])
    request["inputs"]["examples"]["table"]["columns"]["id"] = id_
    (root / "request").mkdir()
    (root / "request" / "request.json").write_text(json.dumps(request))
    return read_request(root / "request" / "request.json")


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.setenv(ROOT_VARIABLE, str(tmp_path))
    return Places(tmp_path)


@pytest.mark.parametrize(("kind", "ids"), [("string", ["a", "b"]), ("int", [0, 1])])
def test_a_label_finds_its_prediction_whatever_the_type_of_ids(places: Places, kind: str, ids: list[str | int]) -> None:
    request = request_in(places.root, "repayment-online", kind)
    assert isinstance(request, ServingRequest)
    journal = Journal(request, State(places.state))
    journal.add(ids, ASKED, {name: [1.0, 2.0] for name in request.inputs.columns}, np.asarray([0.25, 0.75]))
    journal.flush()
    places.data.mkdir(parents=True)
    table = {"id": ids, "asked_at": [ASKED] * 2, "amount": [1.0, 2.0], "repaid": [True, False]}
    pq.write_table(pa.table(table), places.data / "loans.parquet")
    log = read_log(State(places.state).predictions(request.deployment))
    found = monitor._labelled(places, request, log, ASKED.date(), ASKED + timedelta(days=120))
    assert sorted(zip(found["score"].to_pylist(), found["label"].to_pylist(), strict=True)) == [(0.25, 1), (0.75, 0)]


def test_a_first_day_that_is_none_is_refused(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    request = request_in(places.root, "repayment-online", "string")
    assert isinstance(request, ServingRequest)
    journal = Journal(request, State(places.state))
    journal.add(["a"], ASKED, {name: [1.0] for name in request.inputs.columns}, np.asarray([0.25]))
    journal.flush()
    code = main.main(["monitor", "--as-of", str(date(2026, 3, 1)), "--since", "yesterday"])
    assert (code, "since: this is not a date" in capsys.readouterr().err) == (exit_codes.REFUSED, True)


@pytest.mark.parametrize(("labels", "passed"), [([0.0, 1.0], True), ([1.0, 1.0], False)])
def test_a_metric_that_the_served_version_has_not_is_no_bar(
    places: Places, labels: list[float], passed: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    request = request_in(places.root, "repayment-train", "string")
    assert isinstance(request, TrainingRequest)
    request = request.model_copy(update={"challenge": Challenge(metric="auc", tolerance=0.01)})
    result = evaluate._challenge(request, np.asarray(labels), np.asarray([0.2, 0.8]), {"accuracy": 0.5})
    assert result.passed is passed
    assert "the served version has no auc on this window" in capsys.readouterr().out


def test_slices_that_are_too_small_to_be_judged_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    table = pa.table({"shop": ["a", "a", "b", None]})
    sliced = SliceGates(by="shop", min_rows=2, gates=(Gate(metric="accuracy", minimum=0.5),))
    labels, scores = np.asarray([0.0, 1.0, 1.0, 1.0]), np.asarray([0.2, 0.8, 0.1, 0.1])
    assert [result.scope for result in evaluate._slices(sliced, table, labels, scores)] == ["shop=a"]
    assert "2 of 3 slices by shop have fewer than 2 rows: not judged" in capsys.readouterr().out


@pytest.mark.parametrize("labels", [[0, 1], [0.0, 1.0], [1.0]])
def test_two_classes_are_0_and_1(places: Places, labels: list[float]) -> None:
    request = request_in(places.root, "repayment-train", "string")
    assert isinstance(request, TrainingRequest)
    require_labels(request, pa.chunked_array([labels]))


def test_a_label_of_other_values_is_refused_before_anything_is_learned_from_it(places: Places) -> None:
    request = request_in(places.root, "repayment-train", "string")
    assert isinstance(request, TrainingRequest)
    labels = pa.chunked_array([[0.0, 2.5, 2.5, 7.0]])
    with pytest.raises(Refused, match="is to be 0 or 1; there are 2 other values"):
        require_labels(request, labels)
    require_labels(request.model_copy(update={"task": "regression"}), labels)
