import math
import os
import socket
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType, FeatureColumn
from plimsoll.runtime.profiles.sketches import ColumnView, Profile, merged, profile

RANKS = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]


def of(values: object, declared: ColumnType = "float") -> ColumnView:
    view = profile({"x": values}, {"x": declared}).column("x")
    assert view is not None
    return view


def below_each(view: ColumnView, edges: list[float]) -> list[float]:
    """The share of numbers below each edge."""
    return [float(share) for share in np.cumsum(view.pmf(edges))[:-1]]


@pytest.fixture(scope="module")
def january(flights: pd.DataFrame) -> pd.DataFrame:
    return flights[flights["month"] == 1]


def test_counts_and_bounds_are_those_of_the_table(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    found = profile(january, columns)
    assert found.rows == len(january)
    assert found.columns == tuple(sorted(columns))
    for name in ("temp", "wind_gust", "dep_delay", "distance"):
        view = found.column(name)
        assert view is not None
        assert (view.count, view.missing) == (len(january), int(january[name].isna().sum()))
        assert (view.minimum, view.maximum) == (january[name].min(), january[name].max())
        assert view.mean == pytest.approx(january[name].mean())
        assert view.stddev == pytest.approx(january[name].std())


def test_categories_are_counted_exactly(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    view = profile(january, columns).column("carrier")
    assert view is not None
    assert view.frequent() == january["carrier"].value_counts().to_dict()
    assert view.families == {"text": len(january)}
    assert round(view.distinct) == january["carrier"].nunique()


def test_every_one_of_ten_thousand_categories_is_kept() -> None:
    names = [f"tail {number}" for number in range(10_000)]
    assert of(names * 2, "string").frequent() == dict.fromkeys(names, 2)


def test_ranks_are_within_the_error_of_the_sketch(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    view = profile(january, columns).column("dep_delay")
    assert view is not None
    exact = january["dep_delay"].dropna().sort_values().to_numpy()
    edges = [-10.0, -5.0, 0.0, 15.0, 60.0]
    below = [np.searchsorted(exact, edge, side="left") / len(exact) for edge in edges]
    assert below_each(view, edges) == pytest.approx(below, abs=0.01)
    for rank, quantile in zip(RANKS, view.quantiles(RANKS), strict=True):
        low, high = (np.searchsorted(exact, quantile, side=side) / len(exact) for side in ("left", "right"))
        assert low - 0.01 <= rank <= high + 0.01


def test_the_sketches_are_those_of_whylogs_own_way(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    import whylogs

    names = ["temp", "dep_delay", "distance", "wind_gust"]
    ours, stock = profile(january, columns), whylogs.log(january[names]).view()
    for name in names:
        mine, theirs = ours.column(name), stock.get_column(name)
        assert mine is not None
        counts, distribution = theirs.get_metric("counts"), theirs.get_metric("distribution")
        assert (mine.count, mine.missing) == (counts.n.value, counts.null.value)
        assert (mine.mean, mine.stddev) == pytest.approx((distribution.avg, distribution.stddev))
        edges = sorted(set(mine.quantiles(RANKS)))
        assert below_each(mine, edges) == pytest.approx(distribution.kll.value.get_cdf(edges)[:-1], abs=0.01)
        assert mine.distinct == pytest.approx(theirs.get_metric("cardinality").estimate)


def test_an_edge_belongs_to_the_bin_above_it() -> None:
    assert of([1.0, 2.0, 2.0, 3.0]).pmf([2.0, math.nextafter(2.0, 3.0)]) == pytest.approx((0.25, 0.5, 0.25))
    assert of([0.0, 0.0, 0.0, 1.0]).pmf([0.0, math.nextafter(0.0, 1.0)]) == pytest.approx((0.0, 0.75, 0.25))


def test_arrow_and_pandas_give_the_same_profile(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    table = pa.Table.from_pandas(january, preserve_index=False)
    left, right = profile(january, columns), profile(table, columns)
    for name in columns:
        one, other = left.column(name), right.column(name)
        assert one is not None
        assert other is not None
        assert (one.count, one.missing, one.families, one.frequent(), one.minimum, one.maximum) == (
            (other.count, other.missing, other.families, other.frequent(), other.minimum, other.maximum)
        )


@pytest.mark.parametrize(
    ("values", "declared", "families"),
    [
        ([1, 2, None], "int", {"number": 2}),
        (pd.Series([1.0, np.nan]), "int", {"number": 1}),
        (pd.Series(["a", None], dtype="string"), "string", {"text": 1}),
        (pd.Series(["a", "b"], dtype="category"), "string", {"text": 2}),
        (pd.Series([1, None], dtype="Int64"), "int", {"number": 1}),
        (pd.Series([datetime(2013, 1, 1, tzinfo=UTC), None]), "timestamp", {"number": 1}),
        (pd.Series([pd.Timedelta("1h")]), "float", {"number": 1}),
        ([True, False, None], "bool", {"boolean": 2}),
        (pd.Series([1.0, 0.0, np.nan]), "bool", {"boolean": 2}),
        (pd.Series([1.0, 0.0, 2.0]), "bool", {"number": 3}),
        (["1.5", "2.5"], "float", {"text": 2}),
        ([Decimal("1.5")], "float", {"number": 1}),
        ([1.5, "NA", True, object(), None], "float", {"number": 1, "text": 1, "boolean": 1, "other": 1}),
        ([2**62, 2**63, 10**38, None], "int", {"number": 3}),
        ([1.5, 10**38, 10**400], "float", {"number": 1, "other": 2}),
        (["a", 10**38], "string", {"text": 1, "number": 1}),
        ([], "float", {}),
        ([None, None], "string", {}),
        ([math.inf, 1.0], "float", {"number": 2}),
        (np.array([1, 2], dtype="uint8"), "int", {"number": 2}),
    ],
)
def test_values_are_told_apart_by_what_they_are(values: object, declared: ColumnType, families: dict[str, int]) -> None:
    view = of(values, declared)
    assert view.families == families
    assert view.missing == view.count - sum(families.values())


def test_infinities_are_counted_and_leave_the_distribution_finite() -> None:
    view = of([1.0, 3.0, math.inf, -math.inf, math.nan, None])
    assert (view.count, view.missing, view.infinite, view.numbers) == (6, 2, 2, 2)
    assert (view.minimum, view.mean, view.maximum) == (1.0, 2.0, 3.0)


def test_a_column_without_numbers_has_no_distribution() -> None:
    view = of(["a"], "string")
    assert (view.minimum, view.maximum, view.mean, view.stddev) == (None, None, None, None)
    assert (view.quantiles([0.5]), view.pmf([1.0])) == ((), ())


def test_a_feature_column_serves_as_declaration_and_absent_columns_are_left_out() -> None:
    found = profile({"x": [1, 2]}, {"x": FeatureColumn(type="int"), "y": FeatureColumn(type="int")})
    assert found.columns == ("x",)
    assert found.column("y") is None
    assert found.missing_share("y") == 1.0


def test_days_merge_to_the_profile_of_the_whole(january: pd.DataFrame, columns: dict[str, ColumnType]) -> None:
    days = [rows for _, rows in january.groupby(january["time_hour"].dt.date)]
    assert len(days) > 30
    whole, together = profile(january, columns), merged(profile(day, columns) for day in days)
    assert together.rows == whole.rows
    for name in columns:
        one, other = whole.column(name), together.column(name)
        assert one is not None
        assert other is not None
        assert (other.count, other.missing, other.numbers) == (one.count, one.missing, one.numbers)
        assert (other.minimum, other.maximum, other.frequent()) == (one.minimum, one.maximum, one.frequent())
        if one.numbers:
            assert other.mean == pytest.approx(one.mean)
            assert other.stddev == pytest.approx(one.stddev)
            edges = sorted(set(one.quantiles(RANKS)))
            assert below_each(other, edges) == pytest.approx(below_each(one, edges), abs=0.015)


numbers = st.lists(st.floats(-1e100, 1e100) | st.sampled_from([math.nan, math.inf, -math.inf, None]), max_size=40)


@given(numbers, numbers)
def test_merging_adds_counts_and_leaves_the_operands(left: list[float | None], right: list[float | None]) -> None:
    columns: dict[str, ColumnType] = {"x": "float"}
    one, other = profile({"x": left}, columns), profile({"x": right}, columns)
    both, whole = one.merge(other).column("x"), profile({"x": left + right}, columns).column("x")
    assert both is not None
    assert whole is not None
    assert (both.count, both.missing, both.infinite, both.numbers) == (
        (whole.count, whole.missing, whole.infinite, whole.numbers)
    )
    assert (both.minimum, both.maximum) == (whole.minimum, whole.maximum)
    assert one.rows == len(left)
    assert Profile.empty().merge(one).rows == one.merge(Profile.empty()).rows == one.rows


def test_a_row_whose_table_lacked_the_column_is_missing() -> None:
    columns: dict[str, ColumnType] = {"x": "float", "y": "float"}
    both = profile({"x": [1.0], "y": [1.0]}, columns).merge(profile({"x": [1.0] * 3}, columns))
    assert (both.missing_share("x"), both.missing_share("y")) == (0.0, 0.75)


def test_a_written_profile_is_read_back(january: pd.DataFrame, columns: dict[str, ColumnType], tmp_path: Path) -> None:
    before = profile(january, columns)
    path = tmp_path / "deep" / "2013-01-01.bin"
    before.write(path)
    after = Profile.read(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert (after.rows, after.columns) == (before.rows, before.columns)
    for name in columns:
        one, other = before.column(name), after.column(name)
        assert one is not None
        assert other is not None
        assert (one.families, one.frequent(), one.quantiles(RANKS)) == (
            (other.families, other.frequent(), other.quantiles(RANKS))
        )
    assert after.merge(before).rows == 2 * before.rows


def test_the_empty_profile_is_read_back(tmp_path: Path) -> None:
    Profile.empty().write(tmp_path / "empty.bin")
    assert Profile.read(tmp_path / "empty.bin").rows == 0


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("written") / "profile.bin"
    profile({"x": [1.0, 2.0], "y": ["a", "b"]}, {"x": "float", "y": "string"}).write(path)
    return path


@settings(max_examples=400)
@given(st.data())
def test_one_changed_byte_anywhere_is_refused_with_the_path(written: Path, data: st.DataObject) -> None:
    whole = written.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    flip = data.draw(st.integers(1, 255))
    damaged = written.with_name("damaged.bin")
    damaged.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    with pytest.raises(Refused) as refusal:
        Profile.read(damaged)
    assert refusal.value.where == str(damaged)
    assert refusal.value.why


@pytest.mark.parametrize("mangle", [lambda whole: whole[:-1], lambda whole: whole + b"\0", lambda whole: b""])
def test_a_file_cut_or_grown_is_refused(written: Path, mangle: object) -> None:
    assert callable(mangle)
    damaged = written.with_name("cut.bin")
    damaged.write_bytes(mangle(written.read_bytes()))
    with pytest.raises(Refused):
        Profile.read(damaged)


def test_whylogs_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    profile({"x": [1.0]}, {"x": "float"})
    from whylogs.api import usage_stats

    assert os.environ["WHYLOGS_NO_ANALYTICS"] == "1"
    assert usage_stats._TELEMETRY_DISABLED
