"""A CSV file is the table that it was written from, or is refused with the line at fault."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, CsvFormat, Examples, FeatureColumn, FeatureSetRequest, Table
from plimsoll.runtime.features.build import build_feature_table
from plimsoll.runtime.features.columns import ARROW_TYPES
from plimsoll.runtime.features.csv_files import DELIMITERS
from plimsoll.runtime.features.examples import load_examples
from plimsoll.runtime.features.inspection import look, look_at_examples
from plimsoll.runtime.features.sandbox import reading

COLUMNS: dict[str, ColumnType] = {
    "id": "int",
    "moment": "timestamp",
    "name": "string",
    "price": "float",
    "paid": "bool",
    "day": "date",
}


PLAIN = CsvFormat()
BERLIN = CsvFormat(timezone="Europe/Berlin")


def table(path: str, given: CsvFormat | None, **columns: ColumnType) -> Table:
    return Table(name="orders", path=path, timestamp="moment", columns=columns or COLUMNS, csv=given)


def read(root: Path, text: str | bytes, given: CsvFormat = PLAIN, **columns: ColumnType) -> list[tuple[Any, ...]]:
    (root / "a.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    with reading([table("a.csv", given, **columns)], root) as connection:
        return connection.execute("SELECT * FROM orders").fetchall()


def refusal(root: Path, text: str | bytes, given: CsvFormat = PLAIN, **columns: ColumnType) -> Refused:
    with pytest.raises(Refused) as caught:
        read(root, text, given, **columns)
    return caught.value


def as_csv(written: pa.Table, given: CsvFormat) -> str:
    """A table as CSV: a text is quoted wherever it could be taken for something else."""
    stream = io.StringIO()

    def field(value: Any) -> str:
        if value is None:
            return ""
        if isinstance(value, str):
            return '"' + value.replace('"', '""') + '"'
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, float):
            return repr(value).replace(".", "," if given.decimal == "comma" else ".")
        return str(value)

    stream.write(DELIMITERS[given.delimiter].join(written.column_names) + "\n")
    for row in written.to_pylist():
        stream.write(DELIMITERS[given.delimiter].join(field(value) for value in row.values()) + "\n")
    return stream.getvalue()


MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
ROWS = st.lists(
    st.tuples(
        MOMENTS,
        st.none() | TEXTS,
        st.none() | st.floats(allow_nan=False) | st.just(float("nan")),
        st.none() | st.booleans(),
        st.none() | st.dates(),
    ),
    min_size=1,
    max_size=12,
)
FORMATS = st.sampled_from(
    [CsvFormat(), CsvFormat(delimiter="semicolon", decimal="comma"), CsvFormat(delimiter="tab", nulls=("NA",))]
)


def _same(root: Path, rows: list[tuple[Any, ...]]) -> pa.Table:
    values = [list(range(len(rows))), *map(list, zip(*rows, strict=True))]
    written = pa.table(
        {name: pa.array(v, ARROW_TYPES[kind]) for (name, kind), v in zip(COLUMNS.items(), values, strict=True)}
    )
    pq.write_table(written, root / "a.parquet")
    return written


def _dump(found: pa.Table) -> list[str]:
    """Every value with its bits: NaN equals itself, and -0.0 is not 0.0."""
    return [str(found.schema), *(repr(row) for row in found.to_pylist())]


@settings(max_examples=20, deadline=None)
@given(rows=ROWS, given_as=FORMATS)
def test_the_same_table_gives_the_same_examples_features_and_digests(
    rows: list[tuple[Any, ...]], given_as: CsvFormat
) -> None:
    """Law: what is read of a CSV file is what is read of the parquet file with the same values.

    No expression compares a NaN: DuckDB takes one for greater than all numbers, but where parquet's statistics, which
    leave it out, let it decide a comparison without looking at the values.
    """
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "a.csv").write_text(as_csv(_same(root, rows), given_as), newline="")
        both = table("a.parquet", None), table("a.csv", given_as)
        examples = [load_examples(_examples(one), root, _FIRST, _LAST) for one in both]
        assert _dump(examples[0]) == _dump(examples[1])
        for number, one in enumerate(examples):
            pq.write_table(one, root / f"d{number}.parquet")  # as retrieve leaves the windows of a dataset
        assert digests.of_file(root / "d0.parquet") == digests.of_file(root / "d1.parquet")
        built = [build_feature_table(_features(one), root, root / f"f{n}.parquet") for n, one in enumerate(both)]
        assert (built[0].digest, built[0].rows) == (built[1].digest, built[1].rows)
        seen = [look_at_examples("m", _examples(one), root, ["name"], lambda _: None) for one in both]
        assert seen[0] == seen[1]
        looked = [look(one.model_copy(update={"path": one.path}), root, _LAST, lambda _: None) for one in both]
        assert (looked[0].rows, looked[0].nulls, looked[0].first) == (looked[1].rows, looked[1].nulls, looked[1].first)


_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 2, tzinfo=UTC)


def _examples(one: Table) -> Examples:
    return Examples(
        table=one,
        id="id",
        timestamp="moment",
        columns={"price": FeatureColumn(type="float"), "name": FeatureColumn(type="string")},
        keys=(),
        label="is_paid",
        label_sql="coalesce(paid, day > DATE '2000-01-01')",
        label_delay=0,
    )


def _features(one: Table) -> FeatureSetRequest:
    return FeatureSetRequest(
        name="spent",
        entity="order",
        keys={"id": "int"},
        timestamp="moment",
        features={"total": FeatureColumn(type="float"), "names": FeatureColumn(type="string")},
        ttl=0,
        sql="SELECT id, moment, sum(price) OVER before AS total, string_agg(name) OVER before AS names FROM orders"
        " WINDOW before AS (ORDER BY id)",
        sources=(one,),
    )


def test_large_files_are_read_in_order_and_lines_are_told(tmp_path: Path) -> None:
    """Several threads read a file of many megabytes: the line at fault is the same."""
    stream = io.StringIO()
    out = csv.writer(stream)
    out.writerow(["id", "note"])
    out.writerows([n, f"{'x' * 60}\n{n}" if n % 7 == 0 else "y" * 60] for n in range(400_000))
    text = stream.getvalue()
    assert len(read(tmp_path, text, id="int", note="string")) == 400_000
    told = refusal(tmp_path, text.replace("\r\n399998,", "\r\nbad,"), id="int", note="string")
    line = text[: text.index("\r\n399998,")].count("\n") + 2
    assert told.where == f"a.csv:{line}"
    assert f"the value in line {line:,} is not" in told.why


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("int", "+7", 7),
        ("int", '"7"', 7),
        ("int", "", None),
        ("int", '""', None),
        ("int", "9223372036854775807", 2**63 - 1),
        ("float", ".5", 0.5),
        ("float", "1e3", 1000.0),
        ("float", "-Infinity", float("-inf")),
        ("bool", "TRUE", True),
        ("bool", "0", False),
        ("bool", "", None),
        ("string", "", None),
        ("string", '""', ""),
        ("string", " a ", " a "),
        ("string", '"a ""b"", c\nd"', 'a "b", c\nd'),
        ("date", "2026-02-28", date(2026, 2, 28)),
        ("timestamp", "2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("timestamp", "2026-05-01 16:00:00.500000000+04:00", datetime(2026, 5, 1, 12, 0, 0, 500_000, tzinfo=UTC)),
        ("timestamp", "2026-05-01 12:00+00", datetime(2026, 5, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_text_becomes_its_type(kind: ColumnType, text: str, value: object, tmp_path: Path) -> None:
    assert read(tmp_path, f"x,y\n{text},1\n", x=kind) == [(value,)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *(("int", text) for text in ("1.5", "1e3", " 1", "0x10", "1_000", "9223372036854775808", "NA", "true")),
        *(("float", text) for text in ("1.000,5", "1 000", "1e400", "abc", "1.5 ", "NaNs")),
        *(("date", text) for text in ("2026-02-30", "28.02.2026", "2026-02-28T00:00:00Z", "2026-2-8")),
        *(("bool", text) for text in ("yes", "t", "2", "1.0")),
        *(
            ("timestamp", text)
            for text in (
                "2026-05-01T12:00:00",
                "2026-05-01",
                "2026-02-30T12:00:00Z",
                "01/05/2026 12:00Z",
                "2026-05-01T24:00:00Z",
                "2026-05-01T12:00:00.1234567Z",
                "1777636800",
                "2026-05-01T12:00:00+99:00",
                "0000-05-01T12:00:00Z",
            )
        ),
    ],
)
def test_what_is_none_of_the_type_is_refused_with_its_line(kind: ColumnType, text: str, tmp_path: Path) -> None:
    told = refusal(tmp_path, f'x,y\n,"a\nb"\n\n"{text}",2\n"{text}",3\n', x=kind)
    assert told.where == "a.csv:5"
    assert told.why == f"column 'x' is declared as {kind}, which the value in line 5 is not, and 1 more is not"
    assert told.mend


def test_null_texts_are_those_that_are_named(tmp_path: Path) -> None:
    given = CsvFormat(nulls=("NA", "-"))
    assert read(tmp_path, 'x,y\nNA,-\n-,"NA"\n', given, x="int", y="string") == [(None, None), (None, "NA")]


def test_local_times_are_those_of_the_zone_that_is_named(tmp_path: Path) -> None:
    found = read(tmp_path, "x,y\n2026-07-01 12:00,\n2026-07-01T12:00:00Z,\n,\n", BERLIN, x="timestamp")
    assert found == [(datetime(2026, 7, 1, 10, tzinfo=UTC),), (datetime(2026, 7, 1, 12, tzinfo=UTC),), (None,)]


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-03-29 02:30:00", "the clocks of Europe/Berlin do not show it, or show it twice"),
        ("2026-10-25 02:30:00", "the clocks of Europe/Berlin do not show it, or show it twice"),
        ("12:00", "a moment with its zone"),
    ],
)
def test_local_times_that_the_clock_does_not_show_once_are_refused(moment: str, words: str, tmp_path: Path) -> None:
    assert words in refusal(tmp_path, f"x\n{moment}\n", BERLIN, x="timestamp").mend


def test_a_moment_without_a_zone_is_told_how_to_get_one(tmp_path: Path) -> None:
    told = refusal(tmp_path, "x\n2026-05-01 12:00:00\n", x="timestamp")
    assert told.mend == "it has no zone: name the one whose clock it is of, as in csv: {timezone: Asia/Dubai}"


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "a.csv:1", "no header"),
        ("x,y\n1,2\n1,2,3\n", "a.csv:3", "3 fields, and the header has 2"),
        ('x,y\n1,"a\nb"\n\n3\n', "a.csv:5", "1 fields, and the header has 2"),
        ('x,y\n1,"a\n2,3\n', "a.csv:2", "does not end as it must"),
        ('x,y\n1,"a"b\n', "a.csv:2", "does not end as it must"),
        (b"x,y\n1,ok\n2,\xe9t\xe9\n", "a.csv:3", "not UTF-8"),
        (b"x,\xe9\n1,2\n", "a.csv:1", "not UTF-8"),
        ("x,y\r\n1,2\r\n3,4\n5,6\n", "a.csv:3", "ends in another way"),
        ("x,x\n1,2\n", "a.csv:1", "x more than once"),
        ("x;y\n1;2\n", "a.csv:1", "has a semicolon"),
        ("y\n1\n", "a.csv:1", "not one of the declared columns"),
        (b"PAR1...PAR1", "a.csv", "a parquet file"),
        (b"PK\x03\x04...", "a.csv", "a workbook"),
        (b"\x1f\x8b...", "a.csv", "compressed"),
        ("x,y\n1,2\n".encode("utf-16"), "a.csv", "UTF-16"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line(text: str | bytes, where: str, words: str, tmp_path: Path) -> None:
    told = refusal(tmp_path, text, x="int")
    assert (told.where, words in told.why) == (where, True)
    assert told.mend


@pytest.mark.parametrize(
    "text", ["\ufeffx,y\r\n1,2\r\n", "x,y\n1,2", ",x,,y,y\n0,1,2,3,4\n", 'x,"a\nb"\n1,2\n', "x,y\n\n1,2\n\n"]
)
def test_what_is_usual_is_read(text: str, tmp_path: Path) -> None:
    assert read(tmp_path, text, x="int") == [(1,)]


def test_a_column_that_nobody_reads_may_hold_anything(tmp_path: Path) -> None:
    assert read(tmp_path, "x,y\n1,abc\n", x="int") == [(1,)]


def test_all_columns_at_fault_are_seen_together(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,moment,name,price\n1,2026-05-01T12:00:00Z,a,1.5\nx,soon,b,2\n")
    seen = look(table("a.csv", CsvFormat()), tmp_path, _LAST, lambda _: None)
    assert [(one.column, one.line) for one in seen.faults] == [("paid", 0), ("day", 0), ("id", 3), ("moment", 3)]
    assert seen.rows == 2


def test_no_other_file_can_be_read_through_it(tmp_path: Path) -> None:
    """A CSV source opens its own file to SQL, and no other."""
    (tmp_path / "secret.csv").write_text("x\n1\n")
    (tmp_path / "a.csv").write_text("x\n1\n")
    with reading([table("a.csv", CsvFormat(), x="int")], tmp_path) as connection:
        for name in ("secret.csv", "*.csv", "../secret.csv"):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(f"SELECT * FROM read_csv('{tmp_path / name}')")
        with pytest.raises(duckdb.Error):
            connection.execute("SET enable_external_access = true")
        assert connection.execute("SELECT x FROM orders").fetchall() == [(1,)]
