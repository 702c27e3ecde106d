"""The contract's column types as Arrow and DuckDB types."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import pyarrow as pa

from plimsoll.contract.inspection import ColumnFault
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import SourceType

ARROW_TYPES: Final[Mapping[SourceType, pa.DataType]] = {
    "string": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "date": pa.date32(),
}
DUCKDB_TYPES: Final[Mapping[SourceType, str]] = {
    "string": "VARCHAR",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
    "date": "DATE",
}


def column_type(found: pa.DataType, *, naive_as_utc: bool = False) -> SourceType | None:
    """The column type that holds every value of an Arrow type without loss, or None where there is none.

    Nanosecond timestamps and 64-bit unsigned integers would lose values. A timestamp without a zone is no instant,
    unless ``naive_as_utc`` says that its producer ran in UTC.
    """
    if pa.types.is_dictionary(found):
        return column_type(found.value_type)
    if pa.types.is_timestamp(found):
        return "timestamp" if found.unit != "ns" and (found.tz or naive_as_utc) else None
    if pa.types.is_date(found):
        return "date"
    if pa.types.is_integer(found):
        return None if found == pa.uint64() else "int"
    if pa.types.is_string(found) or pa.types.is_large_string(found) or pa.types.is_string_view(found):
        return "string"
    if pa.types.is_floating(found):
        return "float"
    return "bool" if pa.types.is_boolean(found) else None


def require_columns(
    declared: Mapping[str, SourceType], found: pa.Schema, what: str, where: str, *, naive_as_utc: bool = False
) -> None:
    """Check that a schema has each declared column, in a type that its declaration holds without loss.

    Raises:
        Refused: naming every column that is missing or of another type, what was declared and what was found.
    """
    if faults := column_faults(declared, found, naive_as_utc=naive_as_utc):
        has = ", ".join(found.names)
        why = "; ".join(f"{one.why}: {one.mend}" if one.mend else one.why for one in faults)
        raise Refused(what, where, why, f"it has the columns {has}; correct the declaration or the data")


def column_faults(
    declared: Mapping[str, SourceType], found: pa.Schema, *, naive_as_utc: bool = False
) -> tuple[ColumnFault, ...]:
    """Every declared column that a schema lacks, or has in a type that its declaration does not hold without loss."""
    faults = []
    for name, wanted in declared.items():
        if name not in found.names:
            faults.append(ColumnFault(name, f"column '{name}' is declared as {wanted} and is missing"))
        elif column_type(found.field(name).type, naive_as_utc=naive_as_utc) != wanted:
            kind = found.field(name).type
            why, mend = _why_not(kind)
            said = f"column '{name}' is declared as {wanted} ({ARROW_TYPES[wanted]}) and is {kind}{why}"
            faults.append(ColumnFault(name, said, mend))
    return tuple(faults)


def _why_not(found: pa.DataType) -> tuple[str, str]:
    """Why a type is none of ours where that needs a word, and how to mend a column of it."""
    if pa.types.is_null(found):
        return ", since it has no value at all", "write it with its type, or leave it out of both"
    if pa.types.is_date(found):
        return ", which has no time of day", "declare it as date, or make a moment of it: in SQL, column::TIMESTAMPTZ"
    if pa.types.is_timestamp(found) and not found.tz:
        return ", which has no time zone", "in pandas: column.dt.tz_localize('UTC').dt.as_unit('us')"
    if pa.types.is_timestamp(found) and found.unit == "ns":
        return ", which is finer than microseconds", "in pandas: column.dt.as_unit('us')"
    kind = column_type(found)
    return "", f"declare it as {kind}, if that is what it means" if kind else ""


def conform(table: pa.Table, declared: Mapping[str, SourceType]) -> pa.Table:
    """The declared columns in their order, each cast to its exact Arrow type.

    ``require_columns`` must have passed; a timestamp without a zone is taken as UTC.
    """
    return pa.table({name: table[name].cast(ARROW_TYPES[kind]) for name, kind in declared.items()})


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exactly.

    Raises:
        ValueError: when the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return int(pa.scalar(moment, ARROW_TYPES["timestamp"]).value)
