"""Columns of any origin as plain arrays: what sketches and calibrations count. Knows nothing of whylogs.

A value is *missing* when it is null or NaN. Timestamps become seconds since 1970 UTC. Text longer than ``MAX_TEXT``
characters is cut, as whylogs' frequent items do.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.requests import ColumnType, FeatureColumn

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Family = Literal["number", "text", "boolean", "other"]
"""What a column's values are, coarser than a column type: pandas turns integers with gaps into floats."""
Columns: TypeAlias = Mapping[str, FeatureColumn | ColumnType]
Table: TypeAlias = Any
"""A ``pyarrow.Table``, a ``pandas.DataFrame`` or a mapping from names to sequences."""

MAX_TEXT = 128
_FAMILIES: dict[ColumnType, Family] = {
    "string": "text",
    "int": "number",
    "float": "number",
    "timestamp": "number",
    "bool": "boolean",
}
_MICROSECONDS = 1e6
_NO_ARRAY = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
"""What Arrow raises of Python values that it can't hold as an array of one type."""


def column_type(column: FeatureColumn | ColumnType) -> ColumnType:
    """The declared type of a column."""
    return column.type if isinstance(column, FeatureColumn) else column


def family_of(declared: ColumnType) -> Family:
    """The family that a declared type's values belong to."""
    return _FAMILIES[declared]


@dataclass
class Split:
    """The values of one column, by what they are. ``rows`` counts all; ``numbers`` are finite and not missing."""

    rows: int = 0
    missing: int = 0
    infinite: int = 0
    integers: list[Ints] = field(default_factory=list)
    floats: list[Floats] = field(default_factory=list)
    text: dict[str, int] = field(default_factory=dict)
    true: int = 0
    false: int = 0
    other: int = 0


def column_of(table: Table, name: str) -> Any | None:
    """A column of a table by name; nothing when the table doesn't have it."""
    if isinstance(table, pa.Table):
        return table.column(name) if name in table.column_names else None
    return table.get(name)


def as_list(column: Any) -> list[Any]:
    """A column's values as Python values."""
    if isinstance(column, pa.Array | pa.ChunkedArray):
        return list(column.to_pylist())
    return list(column.tolist()) if hasattr(column, "tolist") else list(column)


def row_count(table: Table) -> int:
    """How many rows a table has; of a mapping, the length of its longest column."""
    if isinstance(table, pa.Table):
        return int(table.num_rows)
    if isinstance(table, Mapping):
        return max((len(values) for values in table.values()), default=0)
    return len(table)


def split(values: Any, declared: ColumnType) -> Split:
    """Split a column (Arrow, pandas, numpy or a list) by what its values are, whatever was declared.

    One thing is read by the declaration: numbers 0 and 1 in a ``bool`` column are booleans, since pandas turns
    booleans with gaps into floats.
    """
    found = Split()
    for part in arrow_parts(values):
        _add(found, part, declared)
    return found


def arrow_parts(values: Any) -> Iterator[pa.Array]:
    """A column as Arrow arrays, each of one type. Python values of several types are parted by type.

    Integers that don't fit 64 bits become floats, as far as these reach.
    """
    if isinstance(values, pa.ChunkedArray):
        yield from values.chunks
    elif isinstance(values, pa.Array):
        yield values
    else:
        try:
            converted = pa.array(values, from_pandas=True)
        except _NO_ARRAY:
            yield from _parted(values)
        else:
            yield from converted.chunks if isinstance(converted, pa.ChunkedArray) else [converted]


def _parted(values: Sequence[Any]) -> Iterator[pa.Array]:
    by_type: dict[type, list[Any]] = {}
    for value in values:
        by_type.setdefault(type(value), []).append(value)
    for same in by_type.values():
        yield _of_one_type(same)


def _of_one_type(same: Sequence[Any]) -> pa.Array:
    with contextlib.suppress(*_NO_ARRAY):
        return pa.array(same, from_pandas=True)
    with contextlib.suppress(OverflowError):
        if all(type(value) is int for value in same):
            return pa.array([float(value) for value in same], pa.float64())
    return pa.array([b""] * len(same))


def plain(part: pa.Array) -> pa.Array:
    """An Arrow array in one of the forms we count: string, bool, int64, float64; others as they are."""
    kind = part.type
    if pa.types.is_dictionary(kind):
        return plain(part.dictionary_decode())
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return part.cast(pa.string())
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return pc.divide(part.cast(pa.timestamp("us")).cast(pa.int64()).cast(pa.float64()), _MICROSECONDS)
    if pa.types.is_duration(kind):
        return pc.divide(part.cast(pa.duration("us")).cast(pa.int64()).cast(pa.float64()), _MICROSECONDS)
    if pa.types.is_uint64(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return part.cast(pa.float64(), safe=False)
    return part.cast(pa.int64()) if pa.types.is_integer(kind) else part


def _add(found: Split, raw: pa.Array, declared: ColumnType) -> None:
    part = plain(raw)
    found.rows += len(part)
    found.missing += part.null_count
    part = part.drop_null()
    kind = part.type
    if pa.types.is_string(kind):
        for text, count in _counted(part):
            found.text[text] = found.text.get(text, 0) + count
    elif pa.types.is_boolean(kind):
        found.true += part.true_count
        found.false += len(part) - part.true_count
    elif pa.types.is_int64(kind) or pa.types.is_float64(kind):
        _add_numbers(found, part.to_numpy(zero_copy_only=False), declared)
    else:
        found.other += len(part)


def _counted(part: pa.Array) -> Iterator[tuple[str, int]]:
    counts = cut_text(part).value_counts()
    return zip(counts.field("values").to_pylist(), counts.field("counts").to_pylist(), strict=True)


def cut_text(part: pa.Array) -> pa.Array:
    """Strings cut to ``MAX_TEXT`` characters."""
    return pc.utf8_slice_codeunits(part, 0, MAX_TEXT)


def _add_numbers(found: Split, numbers: npt.NDArray[Any], declared: ColumnType) -> None:
    if numbers.dtype.kind == "f":
        present = numbers[~np.isnan(numbers)]
        finite = present[np.isfinite(present)]
        found.missing += len(numbers) - len(present)
        found.infinite += len(present) - len(finite)
        numbers = finite
    if declared == "bool" and np.isin(numbers, (0, 1)).all():
        ones = int(numbers.sum())
        found.true += ones
        found.false += len(numbers) - ones
    elif numbers.dtype.kind == "f":
        found.floats.append(numbers)
    else:
        found.integers.append(numbers)


def aligned_numbers(values: Any, declared: ColumnType) -> Floats:
    """A number column as one array, row by row: NaN where it is missing.

    Raises:
        TypeError: when a value is no number; say so with the column's name.
    """
    parts = [_as_floats(plain(part)) for part in arrow_parts(values)]
    if any(part is None for part in parts):
        raise TypeError(f"it is declared {declared} and holds values that are no numbers")
    return np.concatenate([np.empty(0), *(part for part in parts if part is not None)])


def _as_floats(part: pa.Array) -> Floats | None:
    kind = part.type
    if not (pa.types.is_int64(kind) or pa.types.is_float64(kind) or pa.types.is_null(kind)):
        return None
    return np.asarray(part.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), dtype=np.float64)


def aligned_categories(values: Any, declared: ColumnType) -> tuple[Ints, tuple[str, ...]]:
    """A text or boolean column, row by row, as numbers of its distinct values (-1 where it is missing), and those.

    Raises:
        TypeError: when a value is neither missing nor of the declared type; say so with the column's name.
    """
    parts = [_as_text(plain(part), declared) for part in arrow_parts(values)]
    if any(part is None for part in parts):
        raise TypeError(f"it is declared {declared} and holds other values")
    encoded = pa.chunked_array(parts, type=pa.string()).combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes, dtype=np.int64), tuple(encoded.dictionary.to_pylist())


def _as_text(part: pa.Array, declared: ColumnType) -> pa.Array | None:
    kind = part.type
    if pa.types.is_null(kind):
        return part.cast(pa.string())
    if pa.types.is_string(kind):
        return cut_text(part) if declared == "string" else None
    if declared == "bool" and (pa.types.is_boolean(kind) or pa.types.is_int64(kind) or pa.types.is_float64(kind)):
        missing = pc.is_null(part, nan_is_null=True)
        words = pc.if_else(pc.not_equal(part.cast(pa.float64()), 0.0), "True", "False")
        return pc.if_else(missing, pa.scalar(None, pa.string()), words)
    return None
