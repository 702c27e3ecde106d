"""Whether labels are what a model's task asks for, before anything is learned from them."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import TrainingRequest

_SHOWN = 5
"""As many classes are told of."""


def require_labels(request: TrainingRequest, labels: pa.ChunkedArray) -> None:
    """Hold labels to their task: of two classes one is 0 and the other 1; of several each is one that the spec names.

    Raises:
        Refused: naming the labels that are neither.
    """
    classes = request.inputs.examples.classes
    if classes is not None:
        _require_known(request, labels, classes)
    elif request.task == "binary-classification":
        _require_binary(request, labels)


def require_learnable(request: TrainingRequest, labels: pa.ChunkedArray) -> None:
    """Of several classes each must have an example to learn from: a model cannot answer one that it never saw.

    Raises:
        Refused: naming the classes that have none.
    """
    seen = set(pc.unique(labels).to_pylist()) if request.inputs.examples.classes else set()
    if absent := [name for name in request.inputs.examples.classes or () if name not in seen]:
        why = f"there is no example of {_listed(absent)} in the {request.training_days} days that are learned from"
        raise Refused("label", _where(request), why, "learn from more days, or take the class out of the spec")


def _require_binary(request: TrainingRequest, labels: pa.ChunkedArray) -> None:
    others = pc.unique(labels.filter(pc.invert(pc.is_in(labels.cast(pa.float64()), pa.array([0.0, 1.0])))))
    if len(others):
        why = f"the label '{request.inputs.examples.label}' is to be 0 or 1; there are {len(others):,} other values"
        mend = "write a condition, such as minutes > 15, or say task: regression"
        raise Refused("label", f"Model/{request.model} spec.examples.label", why, mend)


def _require_known(request: TrainingRequest, labels: pa.ChunkedArray, classes: tuple[str, ...]) -> None:
    unknown = labels.filter(pc.invert(pc.is_in(labels, value_set=pa.array(classes, pa.string()))))
    if len(unknown):
        others = sorted(pc.unique(unknown).to_pylist())
        why = f"{len(unknown):,} of {len(labels):,} labels are none of the classes: {_listed(others)}"
        mend = "add what is missing to the classes, mend the label's expression, or leave such examples out by a filter"
        raise Refused("label", _where(request), why, mend)


def _where(request: TrainingRequest) -> str:
    return f"Model/{request.model} spec.examples.label.classes"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown
