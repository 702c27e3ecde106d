"""CSV files as typed tables: every field is read as text, and becomes its declared type by one grammar or not at all.

DuckDB splits the rows, as RFC 4180 has it, and does the casts; what a cast would let pass silently (1.5 for an int, a
moment without a zone) is held against a pattern first. Nothing is guessed from the values.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import duckdb

from plimsoll.contract.inspection import ColumnFault
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import CsvFormat, SourceType
from plimsoll.runtime.features.columns import DUCKDB_TYPES
from plimsoll.runtime.features.quoting import literal, quoted

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_LONGEST = 1 << 30
"""Bytes of a field that Python's reader lets pass when it looks for a line that DuckDB refused."""
_DAY = r"([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-[0-9]{2}-[0-9]{2}"
_MOMENT = _DAY + r"[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6}0*)?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
_PATTERNS: Final[Mapping[SourceType, str]] = {
    "int": r"[+-]?[0-9]+",
    "float": r"[+-]?(([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?|(?i:inf|infinity|nan))",
    "bool": r"(?i:true|false|1|0)",
    "timestamp": _MOMENT + _ZONE,
    "date": _DAY,
}
"""What a text must look like. What looks so may still be none, as the thirtieth of February is."""
_TOLD: Final[Mapping[SourceType, str]] = {
    "string": "text",
    "int": "a whole number of 64 bits without spaces or separators, such as -12",
    "float": "a number without separators of thousands, such as 1.5 or 2e-3",
    "bool": "true or false, or 1 or 0",
    "timestamp": "a moment with its zone, such as 2026-05-01T12:00:00Z",
    "date": "a day, such as 2026-05-01",
}


@dataclass(frozen=True)
class CsvFile:
    """A CSV file with its header.

    Args:
        path: the file.
        name: how it is called in messages: its path below the data root.
        source: the data source, for messages.
        format: how it is written.
        header: the names of its columns, in order.
    """

    path: Path
    name: str
    source: str
    format: CsvFormat
    header: tuple[str, ...]

    @property
    def raw(self) -> str:
        """The rows as text in columns ``c0``, ``c1``, …, as SQL. An empty field is null, unless it is quoted."""
        nulls = ", ".join(literal(text) for text in ("", *self.format.nulls))
        columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(self.header)))
        return (
            f"read_csv({literal(str(self.path))}, columns={{{columns}}}, header=true, auto_detect=false,"
            f" delim={literal(DELIMITERS[self.format.delimiter])}, quote='\"', escape='\"', nullstr=[{nulls}],"
            " allow_quoted_nulls=false, null_padding=false, strict_mode=true, compression='none')"
        )

    def select(self, columns: Mapping[str, SourceType]) -> str:
        """The declared columns in their types, as SQL; ``value_faults`` must have found none."""
        chosen = ", ".join(f"{self._typed(name, kind)} AS {quoted(name)}" for name, kind in columns.items())
        return f"SELECT {chosen} FROM {self.raw}"  # noqa: S608 -- every name is quoted

    def value_faults(
        self, connection: duckdb.DuckDBPyConnection, columns: Mapping[str, SourceType]
    ) -> list[ColumnFault]:
        """The first value of each column that is none of its type, with its line.

        Raises:
            Refused: when a row cannot be split into its fields, with its line.
        """
        kinds = {name: kind for name, kind in columns.items() if kind != "string"}
        whole = [f"count(c{number})" for number in range(len(self.header))]
        counts = [f"count(*) FILTER (WHERE {self._is_bad(name, kind)})" for name, kind in kinds.items()]
        try:
            sql = f"SELECT {', '.join([*counts, *whole])} FROM {self.raw}"  # noqa: S608 -- texts are quoted
            (found,) = connection.execute(sql).fetchall()
        except (duckdb.ProgrammingError, duckdb.DataError) as error:
            raise self._unsplit(str(error)) from error
        bad = {name: count for name, count in zip(kinds, found, strict=False) if count}
        return [self._fault(connection, name, kinds[name], count) for name, count in bad.items()]

    def has_values(self, connection: duckdb.DuckDBPyConnection, name: str) -> bool:
        """Whether a column has any value at all."""
        sql = f"SELECT count({self._text(name, 'int')}) > 0 FROM {self.raw}"  # noqa: S608 -- texts are quoted
        return bool(connection.execute(sql).fetchall()[0][0])

    def like(self, other: CsvFormat) -> "CsvFile":
        """The same file, taken as written otherwise; the delimiter must be the same."""
        return replace(self, format=other)

    def _column(self, name: str) -> str:
        return f"c{self.header.index(name)}"

    def _text(self, name: str, kind: SourceType) -> str:
        """A field as text, null where it is missing: where no text can be meant, quotes make no difference."""
        column = self._column(name)
        if kind == "string":
            return column
        nulls = ", ".join(literal(text) for text in ("", *self.format.nulls))
        text = f"CASE WHEN {column} NOT IN ({nulls}) THEN {column} END"
        return f"translate({text}, ',.', '.,')" if kind == "float" and self.format.decimal == "comma" else text

    def _typed(self, name: str, kind: SourceType) -> str:
        text = self._text(name, kind)
        match kind:
            case "string":
                return text
            case "bool":
                return f"(lower({text}) IN ('true', '1'))"
            case "timestamp" if self.format.timezone is not None:
                has_zone = f"regexp_full_match({text}, {literal(_MOMENT + _ZONE)})"
                local = f"CAST({text} AS TIMESTAMP) AT TIME ZONE {literal(self.format.timezone)}"
                return f"(CASE WHEN {has_zone} THEN CAST({text} AS TIMESTAMPTZ) ELSE {local} END)"
            case _:
                return f"CAST({text} AS {DUCKDB_TYPES[kind]})"

    def _is_bad(self, name: str, kind: SourceType) -> str:
        """Whether a field is a text that is none of a type, as SQL."""
        text = self._text(name, kind)
        unlike = f"(NOT coalesce(regexp_full_match({text}, {literal(_PATTERNS[kind])}), true)"
        strange = f"({text} IS NOT NULL AND TRY_CAST({text} AS {DUCKDB_TYPES[kind]}) IS NULL))"
        match kind:
            case "float":
                over = f"regexp_full_match({text}, '.*[0-9].*') AND isinf(TRY_CAST({text} AS DOUBLE))"
                return f"({unlike} OR {strange} OR coalesce({over}, false))"
            case "timestamp" if self.format.timezone is not None:
                local = f"coalesce(regexp_full_match({text}, {literal(_MOMENT)}), false)"
                return f"(CASE WHEN {local} THEN {self._is_no_moment(text)} ELSE {unlike} OR {strange} END)"
            case _:
                return f"({unlike} OR {strange})"

    def _is_no_moment(self, text: str) -> str:
        """Whether a local time is not on the clock, or is there twice, as SQL."""
        zone, local = literal(self.format.timezone or ""), f"TRY_CAST({text} AS TIMESTAMP)"
        moment = f"({local} AT TIME ZONE {zone})"
        shown = [
            f"(({moment} {shift}) AT TIME ZONE {zone})" for shift in ("", "- INTERVAL 1 HOUR", "+ INTERVAL 1 HOUR")
        ]
        return f"({local} IS NULL OR {shown[0]} <> {local} OR {shown[1]} = {local} OR {shown[2]} = {local})"

    def _fault(self, connection: duckdb.DuckDBPyConnection, name: str, kind: SourceType, count: int) -> ColumnFault:
        column = self._column(name)
        numbered = f"SELECT row_number() OVER () AS number, {column} FROM {self.raw}"  # noqa: S608 -- quoted
        first = f"SELECT number, {column} FROM ({numbered}) WHERE {self._is_bad(name, kind)} ORDER BY number LIMIT 1"  # noqa: S608
        (row,) = connection.execute(first).fetchall()
        line = next((line for place, (line, _) in enumerate(self._records()) if place == row[0]), 0)
        more = f", and {count - 1:,} more {'is' if count == 2 else 'are'} not" if count > 1 else ""
        why = f"column '{name}' is declared as {kind}, which the value in line {line:,} is not{more}"
        return ColumnFault(name, why, self._mend(kind, row[1]), f"{row[1]!r:.60}", line)

    def _mend(self, kind: SourceType, text: str) -> str:
        zone, told = self.format.timezone, _TOLD[kind]
        if kind == "timestamp" and zone is None and re.fullmatch(_MOMENT, text):
            return "it has no zone: name the one whose clock it is of, as in csv: {timezone: Asia/Dubai}"
        if kind == "timestamp" and zone is not None and re.fullmatch(_MOMENT, text):
            return f"the clocks of {zone} do not show it, or show it twice: write its offset, as in +02:00"
        if kind == "float" and self.format.decimal == "comma":
            told = "a number without separators of thousands, such as 1,5"
        return f"write {told}; name it in csv.nulls where it stands for nothing"

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Every record, the header first, with the line that it begins on. Empty lines are none but in one column."""
        with self.path.open(encoding="utf-8-sig", newline="") as stream:
            csv.field_size_limit(_LONGEST)
            rows, line = csv.reader(stream, delimiter=DELIMITERS[self.format.delimiter], strict=True), 1
            for fields in rows:
                if fields or len(self.header) == 1:
                    yield line, fields
                line = rows.line_num + 1

    def _unsplit(self, said: str) -> Refused:
        """Why the rows cannot be told apart, with the line of the first that cannot."""
        line, why, mend = self._first_unsplit() or (0, said.splitlines()[0], "write it as RFC 4180 has it")
        return Refused(f"data source '{self.source}'", f"{self.name}:{line}" if line else self.name, why, mend)

    def _first_unsplit(self) -> tuple[int, str, str] | None:
        if line := not_utf8(self.path):
            return line, "it is not UTF-8 text", NOT_UTF8
        line, width = 1, len(self.header)
        try:
            for line, fields in self._records():
                if len(fields) not in (width, 0):
                    mend = f"put a text that holds a {self.format.delimiter} in double quotes"
                    return line, f"it has {len(fields)} fields, and the header has {width}", mend
        except csv.Error as error:
            mend = 'double a quote inside a quoted text: "a ""b"""'
            return line + 1, f"here or below, a quoted text does not end as it must ({error})", mend
        return _first_other_end(self.path)


_OTHERS = (
    (b"PAR1", "it is a parquet file", "leave format: csv out"),
    (b"PK\x03\x04", "it is a workbook or an archive", "save the sheet as CSV, in Excel as CSV UTF-8"),
    (b"\x1f\x8b", "it is compressed", "unpack it: gunzip does it"),
    (b"\xff\xfe", "it is UTF-16 text", "save it as UTF-8, or iconv -f UTF-16 -t UTF-8"),
    (b"\xfe\xff", "it is UTF-16 text", "save it as UTF-8, or iconv -f UTF-16 -t UTF-8"),
)
"""What a file that is no CSV begins with, what it is then, and what to do."""
NOT_UTF8 = "save it as UTF-8, in Excel as CSV UTF-8; or iconv -f WINDOWS-1252 -t UTF-8"


def open_csv(path: Path, name: str, source: str, declared: Sequence[str], given: CsvFormat) -> CsvFile:
    """A CSV file, once its header is read.

    Raises:
        Refused: when it has no header or is no UTF-8 text, or when the header names no declared column, or one twice.
    """
    what = f"data source '{source}'"
    with path.open("rb") as opened:
        begin = opened.read(4)
    for mark, why, mend in _OTHERS:
        if begin.startswith(mark):
            raise Refused(what, name, why, mend)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream, delimiter=DELIMITERS[given.delimiter]), [])
    except UnicodeDecodeError as error:
        raise Refused(what, f"{name}:{not_utf8(path)}", "it is not UTF-8 text", NOT_UTF8) from error
    except csv.Error as error:
        raise Refused(what, f"{name}:1", f"its header cannot be read: {error}") from error
    if not any(header):
        raise Refused(what, f"{name}:1", "it has no header", "begin it with a line of the columns' names")
    if twice := [column for column in declared if header.count(column) > 1]:
        raise Refused(what, f"{name}:1", f"its header has {', '.join(twice)} more than once", "give each its own name")
    _require_header(what, name, header, declared, given)
    return CsvFile(path, name, source, given, tuple(header))


def _require_header(what: str, name: str, header: list[str], declared: Sequence[str], given: CsvFormat) -> None:
    """Check that the first line names columns, and is no row of data: what stands there is not told.

    Where nothing is declared, nothing is known of it.
    """
    if not declared:
        return
    others = [word for word, one in DELIMITERS.items() if one in header[0]]
    if len(header) == 1 and others and header[0] not in declared:
        why = f"its header has no {given.delimiter}, and has a {others[0]}"
        raise Refused(what, f"{name}:1", why, f"write csv: {{delimiter: {others[0]}}} in the location")
    if not set(declared).intersection(header):
        why = "its first line has not one of the declared columns"
        raise Refused(what, f"{name}:1", why, "begin it with a line of the columns' names, as they are declared")


def not_utf8(path: Path) -> int:
    """The first line of a file that is not UTF-8; 0 where there is none."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _first_other_end(path: Path) -> tuple[int, str, str] | None:
    """The first line that ends otherwise than the header does."""
    with path.open("rb") as stream:
        crlf = stream.readline().endswith(b"\r\n")
        for number, line in enumerate(stream, start=2):
            if line.endswith(b"\r\n") is not crlf and line.endswith(b"\n"):
                return (
                    number,
                    "it ends in another way than the lines before it",
                    "use one end of line: dos2unix does it",
                )
    return None
