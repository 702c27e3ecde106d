"""Bodies of requests in the two protocols that a server answers."""

from typing import Any


def records(*rows: dict[str, Any]) -> dict[str, Any]:
    """MLflow's scoring protocol."""
    return {"dataframe_records": list(rows)}


def tensors(**columns: list[Any]) -> dict[str, Any]:
    """The Open Inference Protocol, version 2."""
    return {"inputs": [{"name": name, "shape": [len(data)], "data": data} for name, data in columns.items()]}
