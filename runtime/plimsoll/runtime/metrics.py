"""Measured metrics of the contract, from arrays, and the gates that hold them to a bar."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from plimsoll.contract.requests import Gate
from plimsoll.contract.tasks import Metric
from plimsoll.runtime import class_metrics

Numbers: TypeAlias = npt.NDArray[Any] | Sequence[float] | Sequence[int] | Sequence[bool]
Floats: TypeAlias = npt.NDArray[np.float64]

_LOWER_IS_BETTER: frozenset[Metric] = frozenset({"brier", "log-loss", "rmse", "mae"})
_BINARY: frozenset[Metric] = frozenset({"auc", "average-precision", "brier", "log-loss", "accuracy"})
_NEED_BOTH_CLASSES: frozenset[Metric] = frozenset({"auc", "average-precision"})
_PROBABILITIES: frozenset[Metric] = frozenset({"brier", "log-loss", "accuracy"})


@dataclass(frozen=True)
class Measured:
    """A metric's value over ``n`` labelled rows; or no value, and the reason why it is undefined."""

    metric: Metric
    value: float | None
    n: int
    reason: str = ""


def higher_is_better(metric: Metric) -> bool:
    """The metric's direction."""
    return metric not in _LOWER_IS_BETTER


def evaluate(metric: Metric, label: Numbers, score: Numbers) -> Measured:
    """Evaluate scores against labels. Rows whose label is missing (NaN) are left out; their label isn't known yet.

    Args:
        metric: of a binary classifier (labels 0 and 1; scores rise with the chance of 1, and are probabilities for
            brier, log-loss and accuracy, which predicts 1 from 0.5 on), of a regression, or of several classes.
        label: what came true, one for each row; of k classes the position, from 0, and -1 for one that is none of them.
        score: what was predicted, one for each row; of k classes their probabilities, of shape [n, k].

    Raises:
        ValueError: when there isn't one score for each label.
    """
    truth, predicted = np.asarray(label, dtype=np.float64), np.asarray(score, dtype=np.float64)
    if truth.ndim != 1 or predicted.ndim not in (1, 2) or len(truth) != len(predicted):
        raise ValueError(f"labels have the shape {truth.shape}, scores {predicted.shape}: one score for each label")
    known = ~np.isnan(truth)
    truth, predicted = truth[known], predicted[known]
    reason = _undefined(metric, truth, predicted)
    formula = class_metrics.measure if predicted.ndim == 2 else _measure
    value = None if reason else formula(metric, truth, predicted)
    return Measured(metric, value, len(truth), reason)


def check_gate(gate: Gate, measured: Measured) -> bool:
    """Whether a gate is met: at least its minimum, at most its maximum. An undefined value meets no gate.

    Raises:
        ValueError: when the measurement is of another metric.
    """
    if gate.metric != measured.metric:
        raise ValueError(f"a gate on {gate.metric} can't be held against {measured.metric}")
    if measured.value is None:
        return False
    low = gate.minimum is None or measured.value >= gate.minimum
    high = gate.maximum is None or measured.value <= gate.maximum
    return low and high


def _undefined(metric: Metric, label: Floats, score: Floats) -> str:
    if not len(label):
        return "there are no labelled rows"
    if not np.isfinite(score).all():
        return f"{np.count_nonzero(~np.isfinite(score))} scores are missing or infinite"
    if not np.isfinite(label).all():
        return f"{np.count_nonzero(~np.isfinite(label))} labels are infinite"
    if score.ndim == 2:
        return class_metrics.undefined(metric, label, score)
    if metric not in _FORMULAS:
        return f"{metric} measures a model of several classes, which gives a probability for each"
    return _undefined_binary(metric, label, score) if metric in _BINARY else _undefined_regression(metric, label)


def _undefined_binary(metric: Metric, label: Floats, score: Floats) -> str:
    classes = np.unique(label)
    if not np.isin(classes, (0.0, 1.0)).all():
        return f"labels must be 0 or 1; there are others, such as {classes[~np.isin(classes, (0.0, 1.0))][0]:g}"
    if metric in _NEED_BOTH_CLASSES and len(classes) < 2:
        return f"all {len(label)} labels are {classes[0]:g}; {metric} needs both classes"
    if metric in _PROBABILITIES and not ((score >= 0) & (score <= 1)).all():
        return f"{metric} needs probabilities; scores go from {score.min():g} to {score.max():g}"
    return ""


def _measure(metric: Metric, label: Floats, score: Floats) -> float:
    return float(_FORMULAS[metric](label, score))


def _undefined_regression(metric: Metric, label: Floats) -> str:
    if metric == "r2" and np.ptp(label) == 0:
        return "r2 needs labels that differ"
    return ""


def _average_precision(label: Floats, score: Floats) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(label, score))


def _log_loss(label: Floats, score: Floats) -> float:
    from sklearn.metrics import log_loss

    return float(log_loss(label, score, labels=[0.0, 1.0]))


def _mean_square(label: Floats, score: Floats) -> float:
    return float(np.mean((label - score) ** 2))


_FORMULAS: dict[Metric, Callable[[Floats, Floats], float]] = {
    "auc": lambda label, score: class_metrics.auc(label == 1, score),
    "average-precision": _average_precision,
    "brier": _mean_square,
    "log-loss": _log_loss,
    "accuracy": lambda label, score: float(np.mean((score >= 0.5) == (label == 1))),
    "rmse": lambda label, score: float(np.sqrt(_mean_square(label, score))),
    "mae": lambda label, score: float(np.mean(np.abs(label - score))),
    "r2": lambda label, score: 1.0 - _mean_square(label, score) / float(np.var(label)),
}
