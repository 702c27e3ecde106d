"""Check a model folder against its declared format, and load it without running code that it brings."""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from plimsoll.contract.digests import files_below
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureColumn, ModelFormat

SKOPS_FILE = "model.skops"
_HARMLESS = {".skops", ".json", ".txt", ".md"}
_FRAME_TYPES: dict[ColumnType, str] = {"int": "float64", "float": "float64", "bool": "float64", "string": "object"}


@dataclass(frozen=True)
class Scorer:
    """A loaded model. Rows go in by column name, one score in float64 comes out for each."""

    estimator: Any
    columns: dict[str, ColumnType]
    classifies: bool

    def score(self, columns: Mapping[str, Any]) -> npt.NDArray[np.float64]:
        """The probability of the positive class, or the estimate of a regression, for each row.

        Raises:
            Refused: when a column of the model is missing.
        """
        import pandas as pd

        if missing := [name for name in self.columns if name not in columns]:
            raise Refused(
                "request", ", ".join(missing), "the model needs these columns", "send every input of the model"
            )
        frame = pd.DataFrame({name: _series(columns[name], kind) for name, kind in self.columns.items()})
        if self.classifies:
            return np.asarray(self.estimator.predict_proba(frame)[:, 1], dtype=np.float64)
        return np.asarray(self.estimator.predict(frame), dtype=np.float64)


def _series(values: Any, kind: ColumnType) -> Any:
    import pandas as pd

    if kind == "string":
        series = pd.Series(values, dtype="object")
        return series.where(series.notna(), None)
    return pd.Series(pd.to_numeric(pd.Series(values), errors="coerce"), dtype=_FRAME_TYPES[kind])


def check_format(folder: Path, declared: ModelFormat) -> Path:
    """Find the one model file of a folder and check it against the declared format.

    Returns the model file. A skops file is a zip whose schema names every type it would construct; only scikit-learn's
    defaults and ``declared.trusted_types`` may be among them.

    Raises:
        Refused: when the file is missing, is not what it claims to be, or would construct a type that is not trusted.
    """
    if declared.name != "skops":
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


def load_scorer(folder: Path, declared: ModelFormat, columns: dict[str, FeatureColumn], task: str) -> Scorer:
    """Load a model that was checked, for rows of these columns.

    Raises:
        Refused: as ``check_format``.
    """
    import skops.io

    path = check_format(folder, declared)
    estimator = skops.io.load(path, trusted=list(declared.trusted_types))
    kinds = {name: column.type for name, column in columns.items()}
    return Scorer(estimator, kinds, task == "binary-classification")
