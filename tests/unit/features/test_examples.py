import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import Examples, FeatureColumn
from plimsoll.runtime.features.examples import label_table, load_examples, load_unlabelled, none_between

START, END = datetime(2013, 1, 10, tzinfo=UTC), datetime(2013, 1, 12, tzinfo=UTC)


def _rows_by_hand(data: Path) -> list[dict[str, Any]]:
    rows = pq.read_table(data / "flights.parquet").to_pylist()
    chosen = [row for row in rows if START <= row["departs"] < END and row["distance"] > 100]
    return sorted(chosen, key=lambda row: (row["departs"], row["id"]))


def test_examples_are_what_a_loop_finds(flights: Examples, data: Path) -> None:
    table = load_examples(flights, data, START, END)
    assert table.column_names == ["id", "departs", "origin", "carrier", "distance", "late"]
    assert table.schema.field("late").type == pa.int64()
    assert table.schema.field("departs").type == pa.timestamp("us", tz="UTC")
    columns = ("id", "departs", "origin", "carrier", "distance")
    expected = [
        {**{name: row[name] for name in columns}, "late": int(row["arr_delay"] > 15)}
        for row in _rows_by_hand(data)
        if row["arr_delay"] is not None
    ]
    assert len(expected) > 1500
    assert table.to_pylist() == expected


def test_scoring_keeps_rows_without_a_label_and_shows_no_label(flights: Examples, data: Path) -> None:
    table = load_unlabelled(flights, data, START, END)
    assert table.column_names == ["id", "departs", "origin", "carrier", "distance"]
    assert table["id"].to_pylist() == [row["id"] for row in _rows_by_hand(data)]
    assert table.num_rows > load_examples(flights, data, START, END).num_rows


def test_labels_are_known_after_their_delay(flights: Examples, data: Path) -> None:
    labels, examples = label_table(flights, data, START, END), load_examples(flights, data, START, END)
    assert labels.column_names == ["id", "late", "known_at"]
    assert labels["late"].equals(examples["late"])
    assert labels["known_at"][0].as_py() == examples["departs"][0].as_py() + timedelta(hours=6)


def test_a_numeric_label_is_a_float(flights: Examples, data: Path) -> None:
    regression = flights.model_copy(update={"label": "delay", "label_sql": "arr_delay::INTEGER"})
    assert load_examples(regression, data, START, END).schema.field("delay").type == pa.float64()


def test_the_span_is_half_open(flights: Examples, data: Path) -> None:
    first = load_unlabelled(flights, data, START, END)["departs"][0].as_py()
    assert load_unlabelled(flights, data, START, first).num_rows == 0
    assert load_unlabelled(flights, data, first, first + timedelta(microseconds=1)).num_rows > 0


def test_who_asks_for_days_of_which_there_are_none_is_told_those_of_which_there_are(
    flights: Examples, data: Path, tmp_path: Path
) -> None:
    refused = none_between(
        "train window", flights, data, END + timedelta(days=9000), END + timedelta(days=9030), "mend"
    )
    assert (refused.what, refused.where) == ("train window", "2037-09-03 to 2037-10-03")
    assert refused.why == "there is not one example in it; flights.parquet has rows of 2013-01-01 to 2013-03-01"
    pq.write_table(pq.read_table(data / "flights.parquet").slice(0, 0), tmp_path / "flights.parquet")
    assert none_between("batch", flights, tmp_path, START, END, "").why.endswith("flights.parquet has no row at all")


@pytest.mark.parametrize(
    ("change", "why", "where"),
    [
        ({"label_sql": "arr_delay >\n late_by"}, '"late_by" not found', "the label expression, line 2"),
        ({"label_sql": "carrier"}, "of type VARCHAR, neither BOOLEAN nor a number", "the label expression"),
        ({"filter_sql": "distance"}, "of type BIGINT, not BOOLEAN", "the filter expression"),
        ({"filter_sql": "nonsense("}, "syntax error", "the filter expression"),
        ({"label": "distance"}, "the label 'distance' is also an input", "flights.parquet"),
        ({"keys": ("tailnum",)}, "column 'tailnum' is used", "flights.parquet"),
        (
            {"columns": {"distance": FeatureColumn(type="float")}},
            "declared as float, in the table as int",
            "flights.parquet",
        ),
        (
            {"id": "carrier"},
            r"1[56] distinct values in [\d,]+ rows: '[A-Z0-9]{2}' stands in [\d,]+$",
            "flights.parquet",
        ),
        (
            {"label_sql": "(SELECT count(*) FROM read_text('/etc/hostname'))"},
            "Permission Error",
            "the label expression",
        ),
    ],
)
def test_what_does_not_fit_is_refused(
    flights: Examples, data: Path, change: dict[str, Any], why: str, where: str
) -> None:
    with pytest.raises(Refused) as refused:
        load_examples(flights.model_copy(update=change), data, START, END)
    assert re.search(why, refused.value.why)
    assert refused.value.where.startswith(where)


def test_an_example_without_an_id_is_refused(flights: Examples, data: Path, tmp_path: Path) -> None:
    table = pq.read_table(data / "flights.parquet")
    ids = pa.nulls(table.num_rows, pa.string())
    pq.write_table(table.set_column(table.column_names.index("id"), "id", ids), tmp_path / "flights.parquet")
    with pytest.raises(Refused, match=r"column 'id' is null in \d,\d+ rows"):
        load_examples(flights, tmp_path, START, END)


def test_a_time_without_a_zone_is_a_bug(flights: Examples, data: Path) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        load_examples(flights, data, START.replace(tzinfo=None), END)
