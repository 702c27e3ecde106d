"""A DuckDB connection that can read declared files and nothing else."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from plimsoll.contract.inspection import ColumnFault
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import CsvFormat, Table
from plimsoll.runtime.features.columns import ARROW_TYPES, DUCKDB_TYPES, require_columns
from plimsoll.runtime.features.csv_files import CsvFile, open_csv
from plimsoll.runtime.features.quoting import literal, quoted, view_name

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)
_USER_ERRORS = (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError, duckdb.PermissionException)
"""What DuckDB raises because of the SQL or the values; its other errors mean a broken environment."""


def in_utc(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """An in-memory connection whose session is in UTC, that sees no Python variable and installs no extension."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "python_enable_replacements": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if threads is not None:
        config["threads"] = threads
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def reading(
    tables: Sequence[Table],
    data: Path,
    *,
    state: Path | None = None,
    threads: int | None = None,
    verified: bool = False,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with one view for each table, showing its declared columns only, in their declared types.

    Nothing but the tables' own files can be read through it, and its settings can't be changed back.

    Args:
        tables: the declared tables; ``path`` is relative to the root of their ``origin``.
        data: the root of sources.
        state: the root of other feature sets' tables; needed where a table is one of those.
        threads: DuckDB's threads; one makes sums of floating-point numbers repeatable.
        verified: whether ``value_faults`` has found none in the CSV files just before: they are not read again then.

    Raises:
        Refused: when a file is missing or of another format, lies outside its root, lacks a declared column, or is CSV
            with a row or a value that is not as declared.
        ValueError: when a table is a feature set's and ``state`` is not given.
    """
    files = [table_file(table, data, state) for table in tables]
    for table, file in zip(tables, files, strict=True):
        require_columns(table.columns, schema_of(table, file), _what(table), table.path)
    connection = in_utc(threads)
    try:
        for table, file in zip(tables, files, strict=True):
            view = f"CREATE VIEW {quoted(view_name(table.name))}"
            connection.execute(f"{view} AS {_select(table, file, None if verified else connection)}")
        connection.execute(f"SET allowed_paths = [{', '.join(literal(str(file)) for file in files)}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection
    finally:
        connection.close()


def table_file(table: Table, data: Path, state: Path | None = None) -> Path:
    """The file of a table, below the root of its origin.

    Raises:
        Refused: when it is missing, or lies outside that root.
        ValueError: when the table is a feature set's and ``state`` is not given.
    """
    derived = table.origin == "features"
    root = state if derived else data
    if root is None:
        raise ValueError(f"'{table.name}' is a feature set's table, and no root of feature sets' tables is given")
    what = _what(table)
    relative = PurePosixPath(table.path)
    if relative.is_absolute() or ".." in relative.parts:
        raise Refused(what, table.path, f"its path leaves the {table.origin} root", "give a path below that root")
    file = root / relative
    if not file.is_file():
        mend = "build that feature set first" if derived else "prepare the data first"
        raise Refused(what, table.path, f"there is no such file below the {table.origin} root", mend)
    return file


def _select(table: Table, file: Path, verifying: duckdb.DuckDBPyConnection | None) -> str:
    """The declared columns of a table's file in their types, as SQL; with a connection, CSV is verified by it first."""
    if table.csv is not None:
        faults = value_faults(table, file, verifying) if verifying else ()
        if faults:
            where = f"{table.path}:{min(one.line for one in faults)}"
            raise Refused(_what(table), where, "; ".join(one.why for one in faults), faults[0].mend)
        return _opened(table, file, table.csv).select(table.columns)
    columns = ", ".join(f"{quoted(n)}::{DUCKDB_TYPES[t]} AS {quoted(n)}" for n, t in table.columns.items())
    return f"SELECT {columns} FROM read_parquet({literal(str(file))})"  # noqa: S608 -- every name is quoted


def value_faults(
    table: Table, file: Path, connection: duckdb.DuckDBPyConnection | None = None
) -> tuple[ColumnFault, ...]:
    """The columns of a CSV file with a value that is none of their type; of parquet there are none.

    The file is read to its end: whatever is opened by ``reading`` is sound in every row, as parquet is. The file must
    have the table's columns.

    Raises:
        Refused: when a row cannot be split into its fields.
    """
    if table.csv is None:
        return ()
    return tuple(_opened(table, file, table.csv).value_faults(connection or in_utc(), table.columns))


def _opened(table: Table, file: Path, given: CsvFormat) -> CsvFile:
    return open_csv(file, table.path, table.name, tuple(table.columns), given)


def schema_of(table: Table, file: Path) -> pa.Schema:
    """The columns that a table's file has, with their types; a CSV file has the declared ones, and text besides.

    Raises:
        Refused: when it is of another format.
    """
    if table.csv is not None:
        header = dict.fromkeys(_opened(table, file, table.csv).header)
        return pa.schema([(name, ARROW_TYPES[table.columns.get(name, "string")]) for name in header])
    try:
        return pq.read_schema(file)
    except pa.ArrowInvalid as error:
        mend = "if it is CSV, say format: csv in its location; else write it by pandas.DataFrame.to_parquet"
        raise Refused(_what(table), table.path, f"it is not a parquet file: {error}", mend) from error


def _what(table: Table) -> str:
    return f"{'feature set' if table.origin == 'features' else 'data source'} '{table.name}'"


@contextmanager
def refusing_sql(what: str, where: str) -> Iterator[None]:
    """Turn an error that DuckDB raises because of the user's SQL into a refusal that names the line.

    Raises:
        Refused: with DuckDB's message.
    """
    try:
        yield
    except _USER_ERRORS as error:
        message = str(error).strip()
        line = _LINE.search(message)
        raise Refused(what, f"{where}, line {line[1]}" if line else where, message) from error


def one_select(sql: str, what: str, where: str) -> str:
    """The SQL, once it is seen to be exactly one SELECT.

    Raises:
        Refused: when it does not parse, or is another or more than one statement.
    """
    with refusing_sql(what, where):
        statements = duckdb.extract_statements(sql)
    kinds = [statement.type.name for statement in statements]
    if kinds != ["SELECT"]:
        found = ", ".join(kinds) or "no statement"
        raise Refused(what, where, f"it must be one SELECT, and is {found}", "write one SELECT over the sources' views")
    return sql
