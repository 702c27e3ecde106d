"""Values of our column types as Feast's protobuf values, and back."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from feast.protos.feast.types.EntityKey_pb2 import EntityKey
from feast.protos.feast.types.Value_pb2 import Value

from plimsoll.contract.requests import ColumnType

_FIELDS: Final[Mapping[ColumnType, str]] = {
    "string": "string_val",
    "int": "int64_val",
    "float": "double_val",
    "bool": "bool_val",
    "timestamp": "unix_timestamp_val",
}
_KEY_TYPES: Final[Mapping[ColumnType, type]] = {"string": str, "int": int}


def encode(value: Any, kind: ColumnType) -> Value:
    """A value as protobuf; None as a value that is not set.

    Raises:
        TypeError: when the value is of another type.
        ValueError: when a timestamp is no whole second: Feast keeps seconds.
    """
    if value is None:
        return Value()
    if isinstance(value, datetime):
        seconds = value.timestamp()
        if value.microsecond:
            raise ValueError(f"Feast keeps timestamps to the second; {value.isoformat()} would be cut")
        value = int(seconds)
    return Value(**{_FIELDS[kind]: value})


def decode(value: Value | None, kind: ColumnType) -> Any:
    """The inverse of ``encode``: law ``decode(encode(v, kind), kind) == v``. A value of another type is None."""
    if value is None or value.WhichOneof("val") != _FIELDS[kind]:
        return None
    plain = getattr(value, _FIELDS[kind])
    return datetime.fromtimestamp(plain, UTC) if kind == "timestamp" else plain


def entity_key(names: Sequence[str], values: Sequence[Any], kinds: Sequence[ColumnType]) -> EntityKey:
    """An entity key of named strings and ints, none of them null.

    Raises:
        TypeError: naming the key whose value is of another type.
    """
    for name, value, kind in zip(names, values, kinds, strict=True):
        if type(value) is not _KEY_TYPES[kind]:
            raise TypeError(f"key '{name}' is declared as {kind} and is {value!r}")
    return EntityKey(join_keys=names, entity_values=[encode(v, k) for v, k in zip(values, kinds, strict=True)])
