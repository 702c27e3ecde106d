"""What a monitor joins of several classes, and which served versions are no bar, by requests of a golden release."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from plimsoll.contract.places import Places, State
from plimsoll.contract.requests import ServingRequest, TrainingRequest
from plimsoll.runtime.metrics import evaluate as measured
from plimsoll.runtime.models.answers import most_likely
from plimsoll.runtime.serving.journal import Journal, read_log
from plimsoll.runtime.steps import evaluate, monitor

GOLDEN = Path(__file__).parents[2] / "golden/several-classes/expected"
ASKED = datetime(2026, 2, 1, tzinfo=UTC)
SCORES = np.asarray([[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.1, 0.6], [0.2, 0.4, 0.3, 0.1]])
"""Small, 4 and large are most likely."""


def request_in(name: str) -> Any:
    return json.loads(yaml.safe_load((GOLDEN / f"configmap-{name}.yaml").read_text())["data"]["request.json"])


@pytest.fixture
def training() -> TrainingRequest:
    return TrainingRequest.model_validate(request_in("belt-train"))


def turned(request: Any, classes: tuple[str, ...] | None, **more: object) -> Any:
    """A request with other classes."""
    examples = request.inputs.examples.model_copy(update={"classes": classes})
    return request.model_copy(update={"inputs": request.inputs.model_copy(update={"examples": examples}), **more})


@pytest.mark.parametrize(
    ("labels", "accuracy", "told"),
    [
        (["Small", "4", "large"], 1.0, ""),
        (["Small", "large", "large"], 2 / 3, ""),
        (["Small", "4", "bent"], 2 / 3, "1 of 3 labels are none of the model's classes: they were predicted wrongly\n"),
    ],
)
@pytest.mark.parametrize("turn", [False, True], ids=["as served", "in another order since"])
def test_labels_find_what_was_answered_by_name(
    tmp_path: Path, labels: list[str], accuracy: float, told: str, turn: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    request, places = ServingRequest.model_validate(request_in("belt-live")), Places(tmp_path)
    journal = Journal(request, State(places.state))
    journal.add(["a", "b", "c"], ASKED, {name: [1.0] * 3 for name in request.inputs.columns}, SCORES)
    journal.flush()
    places.data.mkdir(parents=True)
    table = {"id": ["c", "b", "a"], "weighed_at": [ASKED] * 3, "weight": [1.0] * 3, "length": [1.0] * 3}
    pq.write_table(pa.table({**table, "belt": labels[::-1]}), places.data / "parcels.parquet")
    if turn:
        request = turned(request, ("4", "small", "large", "by hand"))
    classes = request.inputs.examples.classes
    assert classes is not None
    log = read_log(State(places.state).predictions(request.deployment))
    found = monitor._labelled(places, request, log, ASKED.date(), ASKED + timedelta(days=2))
    label, score = monitor._told(found.sort_by("prediction_id"), classes)
    assert most_likely(score, classes) == ["small", "4", "large"]
    assert measured("accuracy", label, score).value == pytest.approx(accuracy)
    assert capsys.readouterr().out == told


@pytest.mark.parametrize(
    ("classes", "task", "why"),
    [
        (("4", "by hand", "large", "small"), "multiclass-classification", ""),
        (("small", "large", "by hand"), "multiclass-classification", "does not know 4"),
        (("small", "large", "bent", "5"), "multiclass-classification", "knows 5, bent and does not know 4, by hand"),
        (None, "binary-classification", "is a binary-classification, this one a multiclass-classification"),
    ],
)
def test_a_served_version_of_other_answers_is_no_bar(
    training: TrainingRequest, classes: tuple[str, ...] | None, task: str, why: str
) -> None:
    assert evaluate._other_answers(training, turned(training, classes, task=task)) == why


def test_each_class_is_counted_once_where_it_came_true_and_once_where_it_was_said(training: TrainingRequest) -> None:
    classes = training.inputs.examples.classes
    assert classes is not None
    found = evaluate._by_class(classes, np.asarray([0.0, 1.0, 1.0]), SCORES)
    assert [(one.name, one.rows, one.predicted, one.right) for one in found] == [
        ("small", 1, 1, 1),
        ("large", 2, 1, 1),
        ("by hand", 0, 0, 0),
        ("4", 0, 1, 0),
    ]
