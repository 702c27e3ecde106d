"""What a request asks: its body within bounds, its rows, and their values as the model's inputs are declared."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from starlette.requests import Request

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, Examples
from plimsoll.runtime.serving.journal import prediction_id

MAX_BYTES = 64 * 1024 * 1024
"""The most bytes that one request may have: a server holds several requests in its memory at once."""

Rows = Sequence[Mapping[str, Any]]


async def read_body(request: Request) -> Any:
    """The JSON that a request holds; no more of it than may be is ever held.

    Raises:
        Refused: when it is longer.
        ValueError: when it is no JSON.
    """
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BYTES:
            raise Refused("request", "its body", f"it is longer than {MAX_BYTES:,} bytes", "send fewer rows at a time")
        parts.append(part)
    return json.loads(b"".join(parts))


def records(body: Any) -> Any:
    """What stands for the rows in MLflow's protocol.

    Raises:
        Refused: when nothing does.
    """
    if not isinstance(body, Mapping) or "dataframe_records" not in body:
        mend = 'send {"dataframe_records": [{column: value}]}'
        raise Refused("request", "its body", "it is no object that has 'dataframe_records'", mend)
    return body["dataframe_records"]


def tensors(body: Any) -> Rows:
    """The rows in the Open Inference Protocol: one named tensor for each column.

    Raises:
        Refused: when there is none, or they differ in length.
    """
    given = body.get("inputs") if isinstance(body, Mapping) else None
    if not isinstance(given, list) or not all(map(_is_tensor, given)):
        mend = 'send {"inputs": [{"name": column, "shape": [n], "datatype": …, "data": [value]}]}'
        raise Refused("request", "inputs", "they are not a list of tensors, each with a name and its data", mend)
    columns = {tensor["name"]: tensor["data"] for tensor in given}
    if len({len(data) for data in columns.values()}) != 1:
        raise Refused("request", "inputs", "the tensors differ in length", "send one value of each column for each row")
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _is_tensor(given: Any) -> bool:
    return isinstance(given, Mapping) and isinstance(given.get("name"), str) and isinstance(given.get("data"), list)


def columns_of(rows: Rows, examples: Examples) -> dict[str, list[Any]]:
    """The values of every input and every key, by column. Moments become datetimes in UTC; all else stays as it came.

    A number that came as text and a text that came as a number are taken: the monitor finds columns that turned.

    Raises:
        Refused: when a row lacks a column, or a value can't be what the column is declared as.
    """
    wanted = kinds_of(examples)
    for index, row in enumerate(rows):
        if missing := [name for name in wanted if name not in row]:
            mend = "send every input and key of the model with every row"
            raise Refused("request", f"row {index}", f"{', '.join(missing)} missing", mend)
    return {name: _column(rows, name, kind) for name, kind in wanted.items()}


def ids_of(rows: Rows, examples: Examples) -> list[str]:
    """The id that a caller gave each example, which may be 0; one of its own where none was given.

    Raises:
        Refused: when it is a text that can't be written down.
    """
    return [prediction_id(uuid4() if one in (None, "") else one) for one in _column(rows, examples.id, "string")]


def kinds_of(examples: Examples) -> dict[str, ColumnType]:
    """The columns that every row of a request must have, with their types: the inputs, then the other keys."""
    inputs = {name: column.type for name, column in examples.columns.items()}
    return inputs | {key: _key_type(examples, key) for key in examples.keys if key not in inputs}


def _key_type(examples: Examples, key: str) -> ColumnType:
    kind = examples.table.columns[key]
    if kind == "date":
        raise Refused("request", f"'{key}'", "a key is no date: nothing is joined by one")
    return kind


def _column(rows: Rows, name: str, kind: ColumnType) -> list[Any]:
    read = _READERS[kind]
    values = []
    for index, row in enumerate(rows):
        value = row.get(name)
        try:
            values.append(None if value is None else read(value))
        except (ValueError, TypeError, OverflowError) as error:
            why = f"'{name}' is declared as {kind} and is {value!r:.100}"
            mend = f"send {_TOLD[kind]}, or null where there is none"
            raise Refused("request", f"row {index}", why, mend) from error
    return values


def _scalar(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise TypeError("it is no single value")
    if isinstance(value, str):
        value.encode()
    return value


def _number(value: Any) -> Any:
    float(value)
    return value


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("it has no time zone")
    return moment.astimezone(UTC)


_READERS: dict[ColumnType, Callable[[Any], Any]] = {
    "string": _scalar,
    "int": _number,
    "float": _number,
    "bool": _number,
    "timestamp": _moment,
}
_TOLD: dict[ColumnType, str] = {
    "string": "text in Unicode",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "timestamp": "a moment with its zone, such as 2026-05-01T12:00:00Z",
}
