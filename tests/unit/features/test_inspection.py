"""What is seen of data is what a run would meet, however the data is cut into batches."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.inspection import Repeated
from plimsoll.contract.requests import Examples, FeatureColumn, Table
from plimsoll.runtime.features import inspection
from plimsoll.runtime.features.expectations import check_expectations, merged
from plimsoll.runtime.features.inspection import look, look_at_examples

NOW = datetime(2026, 7, 1, tzinfo=UTC)
ORDERS = Table(
    name="orders",
    path="orders.parquet",
    timestamp="at",
    columns={"id": "string", "at": "timestamp", "price": "float", "pieces": "int"},
)
SHOP = Examples(
    table=ORDERS,
    id="id",
    timestamp="at",
    columns={"price": FeatureColumn(type="float", minimum=0, max_missing=0.5)},
    keys=(),
    label="many",
    label_sql="pieces > 3",
    label_delay=86_400,
)


def _write(root: Path, rows: int, **columns: pa.Array) -> None:
    moments = [NOW - timedelta(hours=rows - n) for n in range(rows)]
    table = {
        "id": pa.array([f"o{n}" for n in range(rows)], pa.string()),
        "at": pa.array(moments, pa.timestamp("us", tz="UTC")),
        "price": pa.array([float(n) for n in range(rows)], pa.float64()),
        "pieces": pa.array([n % 8 for n in range(rows)], pa.int64()),
    }
    pq.write_table(pa.table({**table, **columns}), root / ORDERS.path)


def test_a_sound_source_is_counted(tmp_path: Path) -> None:
    _write(tmp_path, 48)
    told: list[int] = []
    seen = look(ORDERS, tmp_path, NOW, told.append)
    assert (seen.refused, seen.faults, dict(seen.undeclared), dict(seen.nulls)) == (None, (), {}, {})
    assert (seen.rows, seen.first, seen.last) == (48, NOW - timedelta(hours=48), NOW - timedelta(hours=1))
    assert (seen.ordered, seen.ahead, seen.ancient, told) == (True, 0, 0, [48])


def test_batches_are_counted_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path, 5000)
    whole = look(ORDERS, tmp_path, NOW, lambda _: None), look_at_examples("m", SHOP, tmp_path, ["id"], lambda _: None)
    monkeypatch.setattr(inspection, "_BATCH", 7)
    monkeypatch.setattr(inspection, "_IDS", 100)
    parts = look(ORDERS, tmp_path, NOW, lambda _: None), look_at_examples("m", SHOP, tmp_path, ["id"], lambda _: None)
    assert parts == whole


def test_times_out_of_order_ahead_and_ancient_are_told(tmp_path: Path) -> None:
    moments = [NOW + timedelta(days=1), datetime(1970, 1, 21, tzinfo=UTC), None, NOW]
    _write(tmp_path, 4, at=pa.array(moments, pa.timestamp("us", tz="UTC")))
    seen = look(ORDERS, tmp_path, NOW, lambda _: None)
    assert (seen.ordered, seen.ahead, seen.ancient, dict(seen.nulls)) == (False, 1, 1, {"at": 1})
    assert (seen.first, seen.last) == (moments[1], moments[0])


def test_a_moment_that_python_cannot_say_is_told_as_the_last_that_it_can(tmp_path: Path) -> None:
    years = pa.array([-(10**18) // 2, 10**18 // 2], pa.int64()).cast(pa.timestamp("us", tz="UTC"))
    _write(tmp_path, 2, at=years)
    seen = look(ORDERS, tmp_path, NOW, lambda _: None)
    assert (seen.first, seen.last) == (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    assert look_at_examples("m", SHOP, tmp_path, [], lambda _: None).labels.last == seen.last


def test_a_faulty_column_does_not_hide_the_others(tmp_path: Path) -> None:
    _write(tmp_path, 3, price=pa.array(["1", "2", "3"]), pieces=pa.array([1, None, 2]), phone=pa.array(["a", "b", "c"]))
    seen = look(ORDERS, tmp_path, NOW, lambda _: None)
    assert [(one.column, one.mend) for one in seen.faults] == [
        ("price", "declare it as string, if that is what it means")
    ]
    assert (seen.rows, dict(seen.nulls), dict(seen.undeclared)) == (3, {"pieces": 1}, {"phone": "string"})


def test_a_source_that_cannot_be_read_is_refused_as_a_step_refuses_it(tmp_path: Path) -> None:
    seen = look(ORDERS, tmp_path, NOW, lambda _: None)
    assert seen.refused is not None
    assert "no such file" in seen.refused.why


def test_a_damaged_file_is_refused_wherever_it_is(tmp_path: Path) -> None:
    texts = pa.array([f"{n * 7919 % 1_000_003}" for n in range(400_000)])
    _write(tmp_path, 400_000, id=texts)
    whole = (tmp_path / ORDERS.path).read_bytes()
    for part in (0.05, 0.5, 0.8):
        at = int(len(whole) * part)
        (tmp_path / ORDERS.path).write_bytes(whole[:at] + bytes(3000) + whole[at + 3000 :])
        seen = look(ORDERS, tmp_path, NOW, lambda _: None)
        assert seen.refused is not None
        assert "damaged" in seen.refused.mend


def test_a_label_that_fails_in_a_late_row_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, 300_000)
    failing = SHOP.model_copy(update={"label_sql": "CAST(CASE WHEN id = 'o299999' THEN 'x' ELSE '1' END AS INT)"})
    seen = look_at_examples("m", failing, tmp_path, [], lambda _: None)
    assert seen.refused is not None
    assert (seen.part, "Could not convert string 'x'" in seen.refused.why) == ("label", True)


def test_repeated_ids_are_found_in_every_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_IDS", 10)
    ids = [f"o{n // 2}" for n in range(100)] + ["o7"] * 3 + [None]
    _write(tmp_path, 104, id=pa.array(ids, pa.string()))
    seen = look_at_examples("m", SHOP, tmp_path, [], lambda _: None)
    assert (seen.repeated, dict(seen.nulls)) == (Repeated(values=50, example="o7", times=5), {"id": 1})


def test_labels_and_expectations_are_of_what_passes_the_filter(tmp_path: Path) -> None:
    prices = pa.array([-1.0, None, float("nan"), 5.0, 6.0, -3.0])
    _write(tmp_path, 6, price=prices, pieces=pa.array([9, 9, 9, 1, None, 9]))
    filtered = SHOP.model_copy(update={"filter_sql": "id <> 'o5'"})
    seen = look_at_examples("m", filtered, tmp_path, [], lambda _: None)
    assert (seen.rows, seen.labels.rows, dict(seen.labels.counts)) == (5, 4, {"0": 1, "1": 3})
    results = {result.rule: (result.rows, result.failures, result.passed) for result in seen.results}
    assert results["missing"] == (5, 2, True)
    assert results["range"] == (3, 1, False)


@pytest.mark.parametrize(
    ("changed", "part", "words"),
    [
        ({"label_sql": "pices > 3"}, "label", "pices"),
        ({"label_sql": "id"}, "label", "neither BOOLEAN nor a number"),
        ({"filter_sql": "price"}, "filter", "not BOOLEAN"),
        ({"columns": {"id": FeatureColumn(type="string", minimum=0)}}, "inputs", "a range is expected"),
    ],
)
def test_what_no_example_can_be_made_by_is_refused(
    changed: dict[str, object], part: str, words: str, tmp_path: Path
) -> None:
    _write(tmp_path, 6)
    seen = look_at_examples("m", SHOP.model_copy(update=changed), tmp_path, [], lambda _: None)
    assert seen.refused is not None
    assert (seen.part, words in seen.refused.why) == (part, True)


NUMBERS = st.lists(st.none() | st.floats(-10, 10) | st.sampled_from([float("nan"), float("inf")]), max_size=30)


@given(values=NUMBERS, cuts=st.lists(st.integers(0, 30), max_size=4), missing=st.floats(0, 1))
def test_expectations_of_parts_are_those_of_the_whole(
    values: list[float | None], cuts: list[int], missing: float
) -> None:
    columns = {"x": FeatureColumn(type="float", minimum=-5, maximum=5, max_missing=missing)}
    table = pa.table({"x": pa.array(values, pa.float64())})
    edges = [0, *sorted(min(cut, len(values)) for cut in cuts), len(values)]
    parts = [table.slice(low, high - low) for low, high in pairwise(edges)]
    found = merged([check_expectations(part, columns) for part in parts], columns)
    assert found == check_expectations(table, columns)
