"""Metrics of models of several classes, as scikit-learn defines them, which the tests hold. Light to import.

Labels are positions of classes, from 0; -1 is a class that the model does not know. Scores have the shape [n, k], a
probability for each class; the prediction is the most likely class, of equals the first.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from plimsoll.contract.tasks import Metric

Floats = npt.NDArray[np.float64]

_SUM_ERROR = 1e-6
"""How far the probabilities of a row may be from 1 in sum: what float32 loses over a hundred classes."""
_LEAST = float(np.finfo(np.float64).eps)
"""The least probability that a loss is taken of, so that one row cannot make it infinite."""


def undefined(metric: Metric, label: Floats, score: Floats) -> str:
    """Why a metric has no value for labels and scores that are finite; empty where it has one."""
    count = score.shape[1]
    if metric not in _FORMULAS:
        return f"{metric} does not measure a model of {count} classes"
    strange = label[(label != np.floor(label)) | (label < -1) | (label >= count)]
    if len(strange):
        return f"labels must be positions of {count} classes; there are others, such as {strange[0]:g}"
    if (score < 0).any() or (np.abs(score.sum(axis=1) - 1) > _SUM_ERROR).any():
        return "scores must be probabilities that sum to 1 in each row"
    absent = sorted(set(range(count)) - set(label.astype(int).tolist()))
    if metric == "auc" and absent:
        return f"{len(absent)} of {count} classes have no row; auc needs them all"
    return ""


def measure(metric: Metric, label: Floats, score: Floats) -> float:
    """The value of a metric that is not undefined."""
    return float(_FORMULAS[metric](label.astype(np.int64), score))


def auc(positive: npt.NDArray[np.bool_], score: Floats) -> float:
    """The chance that a positive outscores a negative, ties counting half: Mann and Whitney's U over its maximum.

    Here by ranks, so that a monitor needs not wait for scikit-learn, which the tests hold it to.
    """
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]
    there, elsewhere = int(positive.sum()), int((~positive).sum())
    return float((ranks[positive].sum() - there * (there + 1) / 2) / (there * elsewhere))


Codes = npt.NDArray[np.int64]


def _log_loss(label: Codes, score: Floats) -> float:
    """The mean of -ln of the probability that the true class was given, which is 0 for a class unknown to the model."""
    given = np.where(label < 0, 0.0, score[np.arange(len(label)), np.maximum(label, 0)])
    return float(-np.log(np.clip(given, _LEAST, 1.0)).mean())


def _accuracy(label: Codes, score: Floats) -> float:
    return float(np.mean(label == np.argmax(score, axis=1)))


def _balanced_accuracy(label: Codes, score: Floats) -> float:
    """The mean recall of the classes that occur."""
    right = label == np.argmax(score, axis=1)
    return float(np.mean([right[label == one].mean() for one in np.unique(label)]))


def _macro_f1(label: Codes, score: Floats) -> float:
    """The mean F1 of the classes that occur or were predicted."""
    predicted = np.argmax(score, axis=1)
    found = []
    for one in np.union1d(label, predicted):
        right = np.count_nonzero((label == one) & (predicted == one))
        found.append(2 * right / (np.count_nonzero(label == one) + np.count_nonzero(predicted == one)))
    return float(np.mean(found))


def _mean_auc(label: Codes, score: Floats) -> float:
    """The mean over classes of the area under the curve of one against the rest."""
    return float(np.mean([auc(label == one, score[:, one]) for one in range(score.shape[1])]))


_FORMULAS: dict[Metric, Callable[[Codes, Floats], float]] = {
    "log-loss": _log_loss,
    "accuracy": _accuracy,
    "balanced-accuracy": _balanced_accuracy,
    "macro-f1": _macro_f1,
    "auc": _mean_auc,
}
