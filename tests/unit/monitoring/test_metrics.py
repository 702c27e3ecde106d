import math
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from plimsoll.contract.requests import Gate
from plimsoll.contract.tasks import Metric
from plimsoll.runtime.metrics import check_gate, evaluate, higher_is_better

LABEL = np.array([0, 1, 1, 0, 1, 0, 0, 1])
SCORE = np.array([0.1, 0.9, 0.4, 0.5, 0.8, 0.2, 0.6, 0.7])
EXPECTED: dict[Metric, float] = {
    "auc": sklearn_metrics.roc_auc_score(LABEL, SCORE),
    "average-precision": sklearn_metrics.average_precision_score(LABEL, SCORE),
    "brier": sklearn_metrics.brier_score_loss(LABEL, SCORE),
    "log-loss": sklearn_metrics.log_loss(LABEL, SCORE),
    "accuracy": 5 / 8,
    "rmse": sklearn_metrics.root_mean_squared_error(LABEL, SCORE),
    "mae": sklearn_metrics.mean_absolute_error(LABEL, SCORE),
    "r2": sklearn_metrics.r2_score(LABEL, SCORE),
}


@pytest.mark.parametrize("metric", EXPECTED)
def test_every_metric_of_the_contract_has_its_value(metric: Metric) -> None:
    measured = evaluate(metric, LABEL, SCORE)
    assert measured.value == pytest.approx(EXPECTED[metric])
    assert (measured.n, measured.reason) == (8, "")


@pytest.mark.parametrize("metric", EXPECTED)
def test_the_better_score_is_better_in_the_metrics_direction(metric: Metric) -> None:
    good, bad = (evaluate(metric, LABEL, score).value for score in (0.02 + 0.96 * LABEL, 0.98 - 0.96 * LABEL))
    assert good is not None
    assert bad is not None
    assert (good > bad) is higher_is_better(metric)


@pytest.mark.parametrize(
    ("metric", "label", "score", "reason"),
    [
        ("auc", [1, 1], [0.1, 0.9], "both classes"),
        ("average-precision", [0, 0], [0.1, 0.9], "both classes"),
        ("auc", [], [], "no labelled rows"),
        ("auc", [math.nan], [0.5], "no labelled rows"),
        ("brier", [0, 1], [0.5, math.nan], "1 scores are missing"),
        ("auc", [0, 2], [0.1, 0.2], "such as 2"),
        ("log-loss", [0, 1], [-1.0, 3.0], "probabilities"),
        ("r2", [3.0, 3.0], [1.0, 2.0], "labels that differ"),
        ("rmse", [math.inf], [1.0], "infinite"),
        ("macro-f1", [0, 1], [0.2, 0.8], "a model of several classes, which gives a probability for each"),
    ],
)
def test_an_undefined_metric_is_a_value_with_a_reason(
    metric: Metric, label: list[float], score: list[float], reason: str
) -> None:
    measured = evaluate(metric, label, score)
    assert measured.value is None
    assert reason in measured.reason
    assert not check_gate(Gate(metric=metric), measured)


def test_rows_without_a_label_yet_are_left_out() -> None:
    measured = evaluate("mae", [1.0, math.nan, 3.0], [1.0, 99.0, 2.0])
    assert (measured.value, measured.n) == (0.5, 2)


def test_one_class_has_a_log_loss() -> None:
    assert evaluate("log-loss", [1, 1], [0.5, 0.5]).value == pytest.approx(math.log(2))


def test_scores_must_match_the_labels() -> None:
    with pytest.raises(ValueError, match="one score for each label"):
        evaluate("auc", [0, 1], [0.5])


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), max_size=30), st.sampled_from(get_args(Metric)))
def test_a_metric_is_a_number_or_has_a_reason(rows: list[tuple[int, float]], metric: Metric) -> None:
    measured = evaluate(metric, [label for label, _ in rows], [score for _, score in rows])
    assert (measured.value is None) == bool(measured.reason)
    assert measured.value is None or math.isfinite(measured.value)


@pytest.mark.parametrize(
    ("minimum", "maximum", "met"),
    [(None, None, True), (0.625, None, True), (0.63, None, False), (None, 0.625, True), (0.5, 0.6, False)],
)
def test_bounds_of_a_gate_are_inclusive(minimum: float | None, maximum: float | None, met: bool) -> None:
    gate = Gate(metric="accuracy", minimum=minimum, maximum=maximum)
    assert check_gate(gate, evaluate("accuracy", LABEL, SCORE)) is met


def test_a_gate_is_held_against_its_own_metric_alone() -> None:
    with pytest.raises(ValueError, match="auc"):
        check_gate(Gate(metric="auc"), evaluate("mae", LABEL, SCORE))
