"""Check a model folder against its declared format, and load it without running code that it brings."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plimsoll.contract.digests import files_below
from plimsoll.contract.formats import LOADABLE
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureColumn, ModelFormat
from plimsoll.contract.tasks import Task
from plimsoll.runtime.models.answers import Classes, Scores
from plimsoll.runtime.profiles.values import aligned_numbers

SKOPS_FILE = "model.skops"
_HARMLESS = {".skops", ".json", ".txt", ".md"}
_SHOWN = 10
"""As many classes are told of."""


@dataclass(frozen=True)
class Scorer:
    """A loaded model. Rows go in by column name; for each comes out one score in float64, or one for each class.

    ``order`` is, for a model of several classes, where the estimator has each class of the spec.
    """

    estimator: Any
    columns: dict[str, ColumnType]
    classifies: bool
    order: tuple[int, ...] | None = None

    def score(self, columns: Mapping[str, Any]) -> Scores:
        """The probability of the positive class, or the estimate of a regression, for each row: of shape [n].

        Of k classes it is the probability of each, in the order of the spec: of shape [n, k].

        Raises:
            Refused: when a column of the model is missing.
        """
        import pandas as pd

        if missing := [name for name in self.columns if name not in columns]:
            raise Refused(
                "request", ", ".join(missing), "the model needs these columns", "send every input of the model"
            )
        frame = pd.DataFrame({name: _array(columns[name], kind) for name, kind in self.columns.items()}, copy=False)
        if self.order is not None:
            return np.asarray(self.estimator.predict_proba(frame), dtype=np.float64)[:, self.order]
        if self.classifies:
            return np.asarray(self.estimator.predict_proba(frame)[:, 1], dtype=np.float64)
        return np.asarray(self.estimator.predict(frame), dtype=np.float64)


def _array(values: Any, kind: ColumnType) -> npt.NDArray[Any]:
    """A column as the estimator takes it: text as objects with None where it is missing, the rest as float64 with NaN.

    A timestamp is the seconds since 1970 UTC, whoever brings it: a parquet file, the online store or a request.

    Raises:
        ValueError: when a value of a column of numbers is no number.
        TypeError: when a value of a column of timestamps is neither a moment nor a number.
    """
    if kind == "timestamp":
        return aligned_numbers(values, kind)
    if kind != "string":
        return np.asarray(values, dtype=np.float64)
    array: npt.NDArray[Any] = np.array(values, dtype=object)
    array[np.asarray(array != array, dtype=bool)] = None
    return array


def check_format(folder: Path, declared: ModelFormat) -> Path:
    """Find the one model file of a folder and check it against the declared format.

    Returns the model file. A skops file is a zip whose schema names every type it would construct; only scikit-learn's
    defaults and ``declared.trusted_types`` may be among them.

    Raises:
        Refused: when the file is missing, is not what it claims to be, or would construct a type that is not trusted.
    """
    if declared.name not in LOADABLE:
        mend = "save it with skops.io.dump as model.skops, and say format: {name: skops}"
        raise Refused("model", str(folder), f"this runtime does not load the format {declared.name}", mend)
    path = folder / SKOPS_FILE
    if not path.is_file():
        raise Refused("model", str(path), "the training program left no such file", "write it below PLIMSOLL_MODEL")
    for file in files_below(folder):
        if file.suffix not in _HARMLESS:
            raise Refused("model", str(file), "files of this kind may run code when they are loaded", "leave it out")
    if not zipfile.is_zipfile(path):
        raise Refused("model", str(path), "this is not a skops file", "save it with skops.io.dump")
    _check_types(path, declared)
    return path


def _check_types(path: Path, declared: ModelFormat) -> None:
    import skops.io

    try:
        unknown = sorted(set(skops.io.get_untrusted_types(file=path)) - set(declared.trusted_types))
    except Exception as error:
        raise Refused("model", str(path), f"its types cannot be read: {type(error).__name__}: {error}") from error
    if unknown:
        mend = "if they are safe, add them to format.trustedTypes in the model's spec"
        raise Refused("model", str(path), f"it would construct {', '.join(unknown)}", mend)


def load_scorer(
    folder: Path, declared: ModelFormat, columns: dict[str, FeatureColumn], task: Task, classes: Classes = None
) -> Scorer:
    """Load a model that was checked, for rows of these columns and answers in the order of these classes.

    Raises:
        Refused: as ``check_format``; when a model of several classes does not have the very classes of the spec, and
            when one of two has others than two.
    """
    import skops.io

    path = check_format(folder, declared)
    estimator = skops.io.load(path, trusted=list(declared.trusted_types))
    kinds = {name: column.type for name, column in columns.items()}
    order = None if classes is None else _order(path, estimator, classes)
    if task == "binary-classification":
        _require_two(path, estimator)
    return Scorer(estimator, kinds, task == "binary-classification", order)


def _require_two(path: Path, estimator: Any) -> None:
    """A model of two classes answers with the second one's probability, which of three would say nothing."""
    known = np.asarray(getattr(estimator, "classes_", (0, 1))).tolist()
    if len(known) != 2:
        why = f"it was fitted on the classes {_listed([str(one) for one in known])}; a binary classification has two"
        raise Refused("model", str(path), why, "train it anew, or say task: multiclass-classification")


def _order(path: Path, estimator: Any, classes: tuple[str, ...]) -> tuple[int, ...]:
    """Where an estimator has each class. They are compared as text: a label of whole numbers may be learned as such."""
    found = getattr(estimator, "classes_", None)
    if found is None or not hasattr(estimator, "predict_proba"):
        mend = "fit an estimator of scikit-learn's kind on the label as it is in the training data"
        raise Refused("model", str(path), "it has no classes_ and predict_proba, as a model of several classes", mend)
    known = [str(one) for one in np.asarray(found).tolist()]
    if sorted(known) != sorted(classes):
        why = f"it was fitted on the classes {_listed(known)}; the spec names {_listed(classes)}"
        raise Refused("model", str(path), why, "fit it on the label as it is in the training data, or train it anew")
    return tuple(known.index(one) for one in classes)


def _listed(classes: Sequence[str]) -> str:
    shown = ", ".join(classes[:_SHOWN])
    return f"{shown} and {len(classes) - _SHOWN} more" if len(classes) > _SHOWN else shown
