"""How answers look in the protocols that a server speaks."""

from typing import Any

from plimsoll.runtime.models.answers import Classes, Scores, most_likely


def predictions(scores: Scores, classes: Classes) -> dict[str, Any]:
    """In MLflow's protocol: a score for each row; or the most likely class, and beside it the probabilities of all."""
    if classes is None:
        return {"predictions": scores.tolist()}
    return {"predictions": most_likely(scores, classes), "probabilities": scores.tolist(), "classes": list(classes)}


def answer_tensors(scores: Scores, classes: Classes) -> list[dict[str, Any]]:
    """In the Open Inference Protocol: ``score`` of shape [n]; or ``class`` [n], ``probabilities`` [n, k], ``classes``.

    Data of several dimensions are flat, row by row.
    """
    count = len(scores)
    if classes is None:
        return [{"name": "score", "datatype": "FP64", "shape": [count], "data": scores.tolist()}]
    best, names = most_likely(scores, classes), list(classes)
    shape = [count, len(names)]
    return [
        {"name": "class", "datatype": "BYTES", "shape": [count], "data": best},
        {"name": "probabilities", "datatype": "FP64", "shape": shape, "data": scores.ravel().tolist()},
        {"name": "classes", "datatype": "BYTES", "shape": [len(names)], "data": names},
    ]
