"""A source's dates are days to SQL, the start of the day in UTC as a time, and nothing that a model reads."""

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import CsvFormat, Examples, FeatureColumn, FeatureSetRequest, Table
from plimsoll.runtime.features.build import build_feature_table
from plimsoll.runtime.features.columns import column_type
from plimsoll.runtime.features.examples import label_table, load_examples, none_between
from plimsoll.runtime.features.inspection import look, look_at_examples

DAYS = Table(
    name="visits",
    path="visits.parquet",
    timestamp="day",
    columns={"id": "string", "day": "date", "back_on": "date", "shop": "string"},
)
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 3, tzinfo=UTC)
SOON = Examples(
    table=DAYS,
    id="id",
    timestamp="day",
    columns={},
    keys=("shop",),
    label="soon",
    label_sql="date_diff('day', day, back_on) < 7",
    label_delay=7 * 86_400,
    filter_sql="day <> DATE '2026-01-04'",
)


@pytest.fixture(params=["parquet", "csv"])
def visits(request: pytest.FixtureRequest, tmp_path: Path) -> Table:
    """Four days of visits, in both formats."""
    days = [date(2026, 1, number) for number in (1, 2, 3, 4)]
    back = [date(2026, 1, 3), date(2026, 2, 1), None, date(2026, 1, 5)]
    columns = {"id": ["a", "b", "c", "d"], "day": days, "back_on": back, "shop": ["x", "x", "y", "y"]}
    if request.param == "parquet":
        pq.write_table(pa.table(columns), tmp_path / "visits.parquet")
        return DAYS
    rows = [
        ",".join("" if value is None else str(value) for value in row) for row in zip(*columns.values(), strict=True)
    ]
    (tmp_path / "visits.csv").write_text("\n".join([",".join(columns), *rows]))
    return DAYS.model_copy(update={"path": "visits.csv", "csv": CsvFormat()})


def test_a_date_is_the_start_of_its_day_as_the_time_of_an_example(visits: Table, tmp_path: Path) -> None:
    examples = SOON.model_copy(update={"table": visits})
    found = load_examples(examples, tmp_path, START, END)
    assert found.schema.field("day").type == pa.timestamp("us", tz="UTC")
    assert found.to_pylist() == [
        {"id": "a", "day": START, "shop": "x", "soon": 1},
        {"id": "b", "day": datetime(2026, 1, 2, tzinfo=UTC), "shop": "x", "soon": 0},
    ]
    known = label_table(examples, tmp_path, START, END)["known_at"].to_pylist()
    assert known == [datetime(2026, 1, 8, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)]
    told = none_between("window", examples, tmp_path, END, END, "")
    assert "has rows of 2026-01-01 to 2026-01-04" in told.why


def test_dates_are_looked_at_as_times(visits: Table, tmp_path: Path) -> None:
    seen = look(visits, tmp_path, END, lambda _: None)
    assert (seen.faults, seen.first, seen.last, seen.ahead) == ((), START, datetime(2026, 1, 4, tzinfo=UTC), 1)
    held = look_at_examples("m", SOON.model_copy(update={"table": visits}), tmp_path, [], lambda _: None)
    assert (held.refused, held.rows, held.labels.rows, held.labels.last) == (
        None,
        3,
        2,
        datetime(2026, 1, 2, tzinfo=UTC),
    )


def _set(visits: Table, sql: str) -> FeatureSetRequest:
    return FeatureSetRequest(
        name="shop",
        entity="shop",
        keys={"shop": "string"},
        timestamp="at",
        features={"last_day": FeatureColumn(type="int")},
        ttl=0,
        sql=sql,
        sources=(visits,),
    )


def test_sql_makes_numbers_and_moments_of_dates(visits: Table, tmp_path: Path) -> None:
    days = "date_diff('day', DATE '1970-01-01', max(day)) AS last_day"
    sql = f"SELECT shop, (max(day) + 1)::TIMESTAMPTZ AS at, {days} FROM visits GROUP BY shop"
    build_feature_table(_set(visits, sql), tmp_path, tmp_path / "f.parquet")
    assert pq.read_table(tmp_path / "f.parquet").to_pylist() == [
        {"shop": "x", "at": datetime(2026, 1, 3, tzinfo=UTC), "last_day": 20_455},
        {"shop": "y", "at": datetime(2026, 1, 5, tzinfo=UTC), "last_day": 20_457},
    ]


def test_a_date_in_the_result_of_sql_is_refused_with_a_way_out(visits: Table, tmp_path: Path) -> None:
    sql = "SELECT shop, max(day) AS at, 1 AS last_day FROM visits GROUP BY shop"
    with pytest.raises(Refused, match=r"in SQL, column::TIMESTAMPTZ"):
        build_feature_table(_set(visits, sql), tmp_path, tmp_path / "f.parquet")


def test_a_date_is_no_key(visits: Table, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="key 'back_on' is a date"):
        load_examples(SOON.model_copy(update={"table": visits, "keys": ("back_on",)}), tmp_path, START, END)


def test_both_of_arrows_dates_are_dates() -> None:
    assert (column_type(pa.date32()), column_type(pa.date64())) == ("date", "date")
