"""A model of three kinds of iris: loaded by the names of its classes, answered, logged and watched."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import skops.io
from request_bodies import records, tensors
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC
from starlette.testclient import TestClient

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.places import State
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples, FeatureColumn, ModelFormat, ModelInputs, ServingRequest, Table
from plimsoll.runtime.features.store import FeatureStore
from plimsoll.runtime.models.answers import answer_columns, as_columns, by_name, codes, is_answer, most_likely
from plimsoll.runtime.models.loading import load_scorer
from plimsoll.runtime.profiles.calibrate import calibrate
from plimsoll.runtime.profiles.calibration import ColumnCalibration
from plimsoll.runtime.profiles.live import day_file
from plimsoll.runtime.profiles.sketches import Profile
from plimsoll.runtime.serving.application import CLOCK_HEADER, FLUSH_PATH, Service
from plimsoll.runtime.serving.journal import LOG_SCHEMA, Journal, read_log
from plimsoll.runtime.serving.predictor import Predictor
from plimsoll.runtime.serving.score_drift import ScoreDrift
from plimsoll.runtime.serving.watch import Watch

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AT_NOON = {CLOCK_HEADER: NOON.isoformat()}
CLASSES = ("virginica", "setosa", "versicolor")
"""In an order that no program would come upon by itself."""
NAMES = ["setosa", "versicolor", "virginica"]
FLOWERS = load_iris()
COLUMNS = {name: FeatureColumn(type="float") for name in ("sepal_length", "sepal_width", "petal_length", "petal_width")}
FORMAT = ModelFormat(name="skops")
ROWS = pd.DataFrame(FLOWERS.data, columns=list(COLUMNS))
KINDS = np.asarray(NAMES)[FLOWERS.target]


def left(below: Path, labels: npt.NDArray[Any], estimator: Any = None) -> Path:
    """The folder in which a training program left a model."""
    folder = below / "model"
    folder.mkdir()
    fitted = (estimator or LogisticRegression(max_iter=1000)).fit(ROWS, labels)
    skops.io.dump(fitted, folder / "model.skops")
    return folder


@pytest.fixture
def kinds(request_: ServingRequest) -> ServingRequest:
    """What is served: flowers, by four measures of each."""
    table = Table(name="flowers", path="flowers.parquet", timestamp="seen_at", columns={"id": "int"})
    examples = Examples(
        table=table,
        id="id",
        timestamp="seen_at",
        columns=COLUMNS,
        keys=(),
        label="kind",
        label_sql="kind",
        label_delay=0,
        classes=CLASSES,
    )
    inputs = ModelInputs(examples=examples, feature_sets=(), uses=())
    return request_.model_copy(update={"inputs": inputs, "task": "multiclass-classification"})


@pytest.fixture
def client(kinds: ServingRequest, tmp_path: Path, state: State) -> Iterator[TestClient]:
    scorer = load_scorer(left(tmp_path, KINDS), FORMAT, COLUMNS, kinds.task, CLASSES)
    with closing(FeatureStore(state, ())) as store:
        predictor, journal = Predictor(kinds, scorer, store), Journal(kinds, state)
        service = Service(predictor, journal, Watch(state.monitoring("x")), replay=True)
        with TestClient(service.application()) as served:
            yield served


def flower(number: int) -> dict[str, Any]:
    return {"id": number, **dict(zip(COLUMNS, FLOWERS.data[number].tolist(), strict=True))}


@pytest.mark.parametrize("labels", [KINDS, KINDS.astype(object)])
def test_columns_are_put_in_the_order_of_the_spec_by_name(tmp_path: Path, labels: npt.NDArray[Any]) -> None:
    scorer = load_scorer(left(tmp_path, labels), FORMAT, COLUMNS, "multiclass-classification", CLASSES)
    scores = scorer.score(ROWS)
    model = LogisticRegression(max_iter=1000).fit(ROWS, KINDS)
    assert scores == pytest.approx(model.predict_proba(ROWS)[:, [2, 0, 1]])
    assert most_likely(scores, CLASSES) == model.predict(ROWS).tolist()


def test_whole_numbers_are_the_classes_that_they_read_as(tmp_path: Path) -> None:
    folder = left(tmp_path, FLOWERS.target + 1)
    scorer = load_scorer(folder, FORMAT, COLUMNS, "multiclass-classification", ("3", "1", "2"))
    assert most_likely(scorer.score(ROWS[:1]), ("3", "1", "2")) == ["1"]


@pytest.mark.parametrize(
    ("labels", "task", "classes", "why"),
    [
        (KINDS, "multiclass-classification", ("setosa", "versicolor", "pseudacorus"), "fitted on the classes setosa,"),
        (KINDS, "multiclass-classification", (*CLASSES, "pseudacorus"), "the spec names virginica, setosa, versicolor"),
        (FLOWERS.target * 1.0, "multiclass-classification", ("0", "1", "2"), "fitted on the classes 0.0, 1.0, 2.0"),
        (KINDS, "binary-classification", None, "fitted on the classes setosa, versicolor, virginica; a binary"),
    ],
)
def test_a_model_of_other_classes_is_refused(tmp_path: Path, labels: Any, task: Any, classes: Any, why: str) -> None:
    with pytest.raises(Refused, match=why):
        load_scorer(left(tmp_path, labels), FORMAT, COLUMNS, task, classes)


@pytest.mark.parametrize(("estimator", "labels"), [(LinearSVC(), KINDS), (LinearRegression(), FLOWERS.target)])
def test_a_model_that_gives_no_probabilities_is_refused(tmp_path: Path, estimator: Any, labels: Any) -> None:
    with pytest.raises(Refused, match="no classes_ and predict_proba"):
        load_scorer(left(tmp_path, labels, estimator), FORMAT, COLUMNS, "multiclass-classification", CLASSES)


def test_both_protocols_answer_with_the_class_and_all_probabilities(client: TestClient) -> None:
    told = client.post("/invocations", json=records(flower(0), flower(149)), headers=AT_NOON).json()
    assert told["predictions"] == ["setosa", "virginica"]
    assert told["classes"] == list(CLASSES)
    assert np.sum(told["probabilities"], axis=1) == pytest.approx([1, 1])
    assert np.argmax(told["probabilities"], axis=1).tolist() == [1, 0]
    body = tensors(**{name: [flower(0)[name], flower(149)[name]] for name in flower(0)})
    outputs = {one["name"]: one for one in client.post("/v2/models/parcels/infer", json=body).json()["outputs"]}
    assert list(outputs) == ["class", "probabilities", "classes", "prediction_id"]
    assert (outputs["class"]["datatype"], outputs["class"]["data"]) == ("BYTES", told["predictions"])
    assert (outputs["probabilities"]["shape"], outputs["classes"]["data"]) == ([2, 3], list(CLASSES))
    assert outputs["probabilities"]["data"] == pytest.approx(np.ravel(told["probabilities"]).tolist())


def test_the_log_has_each_probability_by_name_and_the_profile_has_a_column_for_it(
    client: TestClient, state: State, kinds: ServingRequest
) -> None:
    told = client.post("/invocations", json=records(flower(0), flower(149)), headers=AT_NOON).json()
    client.post(FLUSH_PATH)
    log = read_log(state.predictions(kinds.deployment))
    assert log["class"].to_pylist() == ["setosa", "virginica"]
    assert log["score"].to_pylist() == [max(row) for row in told["probabilities"]]
    logged = log["probabilities"].to_pylist()
    assert [list(dict(row)) for row in logged] == [list(CLASSES)] * 2
    turned = ("setosa", "versicolor", "virginica")
    assert by_name(logged, turned).tolist() == [[row[1], row[2], row[0]] for row in told["probabilities"]]
    profile = Profile.read(day_file(state.live_profiles(kinds.deployment, kinds.model.digest), NOON.date()))
    assert set(profile.columns) == {*COLUMNS, *answer_columns(CLASSES)}
    predicted = profile.column(SCORE_COLUMN)
    assert predicted is not None
    assert predicted.frequent() == {"setosa": 1, "virginica": 1}


def test_logs_of_two_kinds_are_read_together_and_that_of_a_score_is_as_it_was(
    kinds: ServingRequest, request_: ServingRequest, state: State
) -> None:
    for request, scores in ((request_, np.asarray([0.25])), (kinds, np.asarray([[0.2, 0.5, 0.3]]))):
        journal = Journal(request, state)
        journal.add(["a"], NOON, {name: [1.0] for name in request.inputs.columns}, scores)
        journal.flush()
        if request is request_:
            assert read_log(state.predictions(request.deployment))["probabilities"].null_count == 1
            (file,) = state.predictions(request.deployment).glob("*.parquet")
            assert pd.read_parquet(file).columns.to_list() == LOG_SCHEMA.names
    both = sorted(read_log(state.predictions(kinds.deployment)).to_pylist(), key=lambda row: row["score"])
    assert [(row["score"], row["class"]) for row in both] == [(0.25, None), (0.5, "setosa")]


def test_a_class_that_was_not_logged_has_no_probability() -> None:
    found = by_name([[("setosa", 0.4), ("virginica", 0.6)], None], CLASSES)
    assert np.isnan(found).tolist() == [[False, False, True], [True, True, True]]


def test_of_equals_the_first_is_most_likely_and_none_where_one_is_no_number() -> None:
    scores = np.asarray([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4], [np.nan, 0.5, 0.5], [0.1, 0.2, 0.7]])
    assert most_likely(scores, CLASSES) == ["virginica", "setosa", None, "versicolor"]
    assert as_columns(scores, CLASSES)[SCORE_COLUMN].null_count == 1
    assert most_likely(np.empty((0, 3)), CLASSES) == []


def test_labels_become_positions() -> None:
    assert codes(["setosa", "pseudacorus", "virginica"], CLASSES).tolist() == [1, -1, 0]
    assert np.isnan(codes([None], CLASSES)).all()


def test_columns_of_answers_are_told_from_inputs() -> None:
    assert all(map(is_answer, answer_columns(CLASSES)))
    assert not any(map(is_answer, (*COLUMNS, "probability", "predictions")))


CHANCE = np.random.default_rng(8)


def _answers(shares: list[float], count: int) -> npt.NDArray[np.float64]:
    """Answers whose most likely classes have these shares."""
    return np.eye(3)[CHANCE.choice(3, count, p=shares)] * 0.7 + 0.1


@pytest.fixture(scope="module")
def baseline() -> ColumnCalibration:
    """Forty days on which all but no flower was a versicolor."""
    days = [NOON + timedelta(days=day) for day in range(40) for _ in range(1000)]
    table = {"at": days, **as_columns(_answers([0.7, 0.3, 0.0], len(days)), CLASSES)}
    found = calibrate(table, "at", answer_columns(CLASSES), 7).column(SCORE_COLUMN)
    assert found is not None
    assert found.categories == ("virginica", "setosa")
    return found


@pytest.mark.parametrize(
    ("shares", "beyond"), [([0.7, 0.3, 0.0], False), ([0.3, 0.7, 0.0], True), ([0.6, 0.2, 0.2], True)]
)
def test_drift_is_that_of_predicted_classes_new_ones_among_them(
    baseline: ColumnCalibration, shares: list[float], beyond: bool
) -> None:
    drift = ScoreDrift(baseline)
    drift.add(NOON, _answers(shares, 1000), CLASSES)
    drift.add(NOON, np.full((3, 3), np.nan), CLASSES)
    found = drift.compare()
    assert found.distance is not None
    assert found.beyond is beyond
