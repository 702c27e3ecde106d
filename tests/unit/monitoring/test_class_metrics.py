"""Metrics of several classes, held to scikit-learn's on its own wines and on anything that hypothesis makes."""

import math
import warnings

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from plimsoll.contract.requests import Gate
from plimsoll.contract.tasks import METRICS, Metric
from plimsoll.runtime.metrics import check_gate, evaluate, higher_is_better

SEVERAL = METRICS["multiclass-classification"]
Floats = npt.NDArray[np.float64]


def by_sklearn(metric: Metric, label: npt.NDArray[np.int64], score: Floats) -> float:
    predicted, labels = np.argmax(score, axis=1), list(range(score.shape[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes that were predicted and do not occur
        found = {
            "log-loss": lambda: sklearn_metrics.log_loss(label, score, labels=labels),
            "accuracy": lambda: sklearn_metrics.accuracy_score(label, predicted),
            "balanced-accuracy": lambda: sklearn_metrics.balanced_accuracy_score(label, predicted),
            "macro-f1": lambda: sklearn_metrics.f1_score(label, predicted, average="macro"),
            "auc": lambda: sklearn_metrics.roc_auc_score(label, score, multi_class="ovr", labels=labels),
        }[metric]()
    return float(found)


@pytest.fixture(scope="module")
def wines() -> tuple[npt.NDArray[np.int64], Floats]:
    """Which of three growers a wine is of, and what a model says that was fitted on others: not always rightly."""
    data = load_wine()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01))
    score = cross_val_predict(model, data.data[:, :4], data.target, cv=5, method="predict_proba")
    return data.target, score


@pytest.mark.parametrize("metric", SEVERAL)
def test_a_metric_is_scikit_learn_s(metric: Metric, wines: tuple[npt.NDArray[np.int64], Floats]) -> None:
    label, score = wines
    measured = evaluate(metric, label, score)
    assert measured.value == pytest.approx(by_sklearn(metric, label, score), rel=1e-12)
    assert (measured.n, measured.reason) == (178, "")


@st.composite
def answers(draw: st.DrawFn) -> tuple[npt.NDArray[np.int64], Floats]:
    """Labels of up to five classes, some of which may not occur, and probabilities with many ties."""
    classes, rows = draw(st.integers(3, 5)), draw(st.integers(1, 12))
    label = draw(st.lists(st.integers(0, classes - 1), min_size=rows, max_size=rows))
    weight = st.lists(st.integers(0, 3), min_size=classes, max_size=classes).filter(any)
    given = np.asarray(draw(st.lists(weight, min_size=rows, max_size=rows)), dtype=np.float64)
    return np.asarray(label, dtype=np.int64), given / given.sum(axis=1, keepdims=True)


@given(answers(), st.sampled_from(SEVERAL))
def test_it_is_so_whatever_was_answered(found: tuple[npt.NDArray[np.int64], Floats], metric: Metric) -> None:
    label, score = found
    measured = evaluate(metric, label, score)
    if measured.value is None:
        assert metric == "auc"
        assert len(set(label)) < score.shape[1]
        assert "auc needs them all" in measured.reason
    else:
        assert measured.value == pytest.approx(by_sklearn(metric, label, score), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("metric", SEVERAL)
def test_the_better_answers_are_better_in_the_metrics_direction(metric: Metric) -> None:
    label = np.array([0, 1, 2, 0])
    good = np.full((4, 3), 0.05) + 0.85 * np.eye(3)[label]
    bad = np.full((4, 3), 0.05) + 0.85 * np.eye(3)[(label + 1) % 3]
    better, worse = (evaluate(metric, label, score).value for score in (good, bad))
    assert better is not None
    assert worse is not None
    assert (better > worse) is higher_is_better(metric)


THIRDS = [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]]


@pytest.mark.parametrize(
    ("metric", "label", "score", "reason"),
    [
        ("auc", [0, 1, 1], THIRDS, "1 of 3 classes have no row"),
        ("accuracy", [0, 1, 3], THIRDS, "such as 3"),
        ("accuracy", [0, 1, 0.5], THIRDS, "such as 0.5"),
        ("log-loss", [0, 1, 2], [[0.5, 0.5, 0.5]] * 3, "sum to 1"),
        ("macro-f1", [0, 1, 2], [[-0.5, 0.5, 1.0]] * 3, "probabilities"),
        ("accuracy", [0, 1, 2], [[math.nan, 0.5, 0.5]] * 3, "3 scores are missing"),
        ("brier", [0, 1, 2], THIRDS, "brier does not measure a model of 3 classes"),
        ("accuracy", [math.nan] * 3, THIRDS, "no labelled rows"),
    ],
)
def test_an_undefined_metric_is_a_value_with_a_reason(
    metric: Metric, label: list[float], score: list[list[float]], reason: str
) -> None:
    measured = evaluate(metric, label, np.asarray(score))
    assert measured.value is None
    assert reason in measured.reason
    assert not check_gate(Gate(metric=metric), measured)


def test_a_label_that_the_model_does_not_know_was_predicted_wrongly() -> None:
    score = np.asarray(THIRDS)
    assert evaluate("accuracy", [0, 1, -1], score).value == pytest.approx(2 / 3)
    assert evaluate("balanced-accuracy", [0, 1, -1], score).value == pytest.approx(2 / 3)
    assert evaluate("log-loss", [-1], score[:1]).value == pytest.approx(-math.log(np.finfo(np.float64).eps))


def test_rows_without_a_label_yet_are_left_out() -> None:
    measured = evaluate("accuracy", [0, math.nan, 1], np.asarray(THIRDS))
    assert (measured.value, measured.n) == (0.5, 2)


def test_scores_must_match_the_labels() -> None:
    with pytest.raises(ValueError, match="one score for each label"):
        evaluate("accuracy", [0, 1], np.asarray(THIRDS))
