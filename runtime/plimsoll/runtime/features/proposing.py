"""What a file could be declared as: the narrowest type that every value of a column fits, for a person to judge."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import CsvFormat, SourceType
from plimsoll.runtime.features.columns import column_type
from plimsoll.runtime.features.csv_files import DELIMITERS, CsvFile, open_csv
from plimsoll.runtime.features.sandbox import in_utc

_NARROWEST_FIRST: Final[tuple[SourceType, ...]] = ("int", "float", "bool", "date", "timestamp")
_ANY_ZONE = "Etc/UTC"
"""For trying whether texts are moments but for their zone, which is not for us to say."""


@dataclass(frozen=True)
class Proposed:
    """How a file could be declared.

    Args:
        csv: how it is written; None where it is parquet.
        columns: every column that can be declared, with its type.
        others: every column that cannot, with the reason.
        zoneless: the columns of moments without a zone, which has to be named.
    """

    csv: CsvFormat | None = None
    columns: Mapping[str, SourceType] = field(default_factory=dict)
    others: Mapping[str, str] = field(default_factory=dict)
    zoneless: tuple[str, ...] = ()


def propose(path: Path, name: str) -> Proposed:
    """How a parquet or a CSV file could be declared. A CSV file is read to its end, more than once.

    Args:
        path: the file.
        name: how it is called in messages.

    Raises:
        Refused: when it is neither.
    """
    with path.open("rb") as opened:
        parquet = opened.read(4) == b"PAR1"
    return _of_parquet(path, name) if parquet else _of_csv(path, name)


def _of_parquet(path: Path, name: str) -> Proposed:
    try:
        schema = pq.read_schema(path)
    except pa.ArrowInvalid as error:
        raise Refused(f"file '{name}'", name, f"it is damaged: {error}", "write it anew") from error
    kinds = {column: column_type(schema.field(column).type) for column in schema.names}
    return Proposed(
        columns={column: kind for column, kind in kinds.items() if kind is not None},
        others={
            column: f"{schema.field(column).type} is no type of a column" for column, kind in kinds.items() if not kind
        },
    )


def _of_csv(path: Path, name: str) -> Proposed:
    files = [open_csv(path, name, name, (), CsvFormat(delimiter=one)) for one in DELIMITERS]
    file = max(files, key=lambda one: len(one.header))
    names = [one for one in dict.fromkeys(file.header) if one and file.header.count(one) == 1]
    twice = {one or "(unnamed)": "it has no name of its own" for one in file.header if one not in names}
    kinds = _narrowest(file, dict.fromkeys(names, "string"), _NARROWEST_FIRST)
    text = [column for column, kind in kinds.items() if kind == "string"]
    zoned = file.like(CsvFormat(delimiter=file.format.delimiter, timezone=_ANY_ZONE))
    local = _fitting(zoned, text, "timestamp")
    form = file.format
    if form.delimiter != "comma" and "float" not in kinds.values():
        comma = CsvFormat(delimiter=form.delimiter, decimal="comma")
        if fractions := _fitting(file.like(comma), [one for one in text if one not in local], "float"):
            form, kinds = comma, {**kinds, **dict.fromkeys(fractions, "float")}
    return Proposed(form, {**kinds, **dict.fromkeys(local, "timestamp")}, twice, tuple(local))


def _narrowest(file: CsvFile, kinds: Mapping[str, SourceType], tried: tuple[SourceType, ...]) -> dict[str, SourceType]:
    """The first of some types that each column fits, for those that are text."""
    found = dict(kinds)
    for kind in tried:
        found.update(dict.fromkeys(_fitting(file, [one for one, had in found.items() if had == "string"], kind), kind))
    return found


def _fitting(file: CsvFile, columns: list[str], kind: SourceType) -> list[str]:
    """Those columns of which every value is of a type, and some value is there."""
    if not columns:
        return []
    connection = in_utc()
    try:
        bad = {one.column for one in file.value_faults(connection, dict.fromkeys(columns, kind))}
        return [one for one in columns if one not in bad and file.has_values(connection, one)]
    finally:
        connection.close()
