"""What kinds of answers models give, and by what they are measured. Light to import: compiler and steps share it."""

from typing import Literal

Task = Literal["binary-classification", "multiclass-classification", "regression"]
"""What kind of answer a model gives: the probability of 1, the probability of each class, or an estimate."""

Metric = Literal[
    "auc",
    "average-precision",
    "brier",
    "log-loss",
    "accuracy",
    "balanced-accuracy",
    "macro-f1",
    "rmse",
    "mae",
    "r2",
]
"""What an answer is measured by."""

METRICS: dict[Task, tuple[Metric, ...]] = {
    "binary-classification": ("auc", "average-precision", "brier", "log-loss", "accuracy"),
    "multiclass-classification": ("log-loss", "accuracy", "balanced-accuracy", "macro-f1", "auc"),
    "regression": ("rmse", "mae", "r2"),
}
"""The metrics of each task, in the order in which they are told."""
