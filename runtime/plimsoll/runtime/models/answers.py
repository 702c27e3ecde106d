"""What a model answers, row by row: one score; or of several classes the probability of each, and the most likely one.

Scores are float64 of shape [n], or [n, k] in the order of the k classes that a model's examples name.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plimsoll.contract.package import SCORE_COLUMN
from plimsoll.contract.requests import FeatureColumn

Scores: TypeAlias = npt.NDArray[np.float64]
Classes: TypeAlias = tuple[str, ...] | None
"""The classes of a model of several, in the order of its answers; nothing for any other model."""

_PROBABILITY = "probability."


def probability_columns(classes: Classes) -> tuple[str, ...]:
    """The columns that hold the probability of each class; no column of a spec has a dot in its name."""
    return tuple(f"{_PROBABILITY}{name}" for name in classes or ())


def class_of(column: str) -> str:
    """The class whose probability a column holds."""
    return column.removeprefix(_PROBABILITY)


def is_answer(column: str) -> bool:
    """Whether a profiled column is something that a model answered, and none of its inputs."""
    return column == SCORE_COLUMN or column.startswith(_PROBABILITY)


def answer_columns(classes: Classes) -> dict[str, FeatureColumn]:
    """The columns under which answers are profiled: the score; or the most likely class, then each probability."""
    kind = FeatureColumn(type="float" if classes is None else "string")
    return {SCORE_COLUMN: kind, **dict.fromkeys(probability_columns(classes), FeatureColumn(type="float"))}


def as_columns(scores: Scores, classes: Classes) -> dict[str, Any]:
    """Answers under the names of ``answer_columns``, as arrays of Arrow or numpy."""
    if classes is None:
        return {SCORE_COLUMN: scores}
    best = pa.array(most_likely(scores, classes), pa.string())
    return {SCORE_COLUMN: best, **dict(zip(probability_columns(classes), scores.T, strict=True))}


def handed_on(scores: Scores, classes: Classes) -> dict[str, Any]:
    """Answers as they are handed on in a table: as they are profiled, but that a single score is called ``score``."""
    return {"score": scores} if classes is None else as_columns(scores, classes)


def most_likely(scores: Scores, classes: tuple[str, ...]) -> list[str | None]:
    """The class of the greatest probability in each row, of equals the first; none where one is no finite number."""
    best = np.where(np.isfinite(scores).all(axis=-1), np.argmax(scores, axis=-1), len(classes))
    names: tuple[str | None, ...] = (*classes, None)
    return [names[index] for index in best.tolist()]


def codes(labels: Sequence[str | None], classes: tuple[str, ...]) -> Scores:
    """Labels as positions of their classes, in float64: -1 for one that is none of them, NaN where there is none."""
    positions: dict[str | None, float] = {name: float(position) for position, name in enumerate(classes)}
    positions[None] = np.nan
    return np.asarray([positions.get(label, -1.0) for label in labels], dtype=np.float64)


def by_name(logged: Sequence[Sequence[tuple[str, float]] | None], classes: tuple[str, ...]) -> Scores:
    """Logged probabilities in the order of the classes, of shape [n, k]; NaN for a class that was not logged."""
    named = (dict(one or ()) for one in logged)
    rows = [[one.get(name, np.nan) for name in classes] for one in named]
    return np.asarray(rows, dtype=np.float64).reshape(len(logged), len(classes))
