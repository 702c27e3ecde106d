import math

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.inspection import ExpectationResult
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureColumn
from plimsoll.runtime.features.expectations import check_expectations

_FLOATS = st.lists(st.none() | st.floats(width=32))


def _by_rule(table: pa.Table, column: FeatureColumn) -> dict[str, ExpectationResult]:
    return {result.rule: result for result in check_expectations(table, {"x": column})}


def test_each_rule_counts_what_breaks_it_and_shows_one() -> None:
    table = pa.table({"x": [1.0, None, math.nan, math.inf, 12.0, -3.0, 5.0]})
    column = FeatureColumn(type="float", minimum=0, maximum=10, max_missing=0.25)
    assert check_expectations(table, {"x": column}) == (
        ExpectationResult("x", "schema", "a column of type float", 7, 0, None, passed=True),
        ExpectationResult("x", "missing", "at most 25.00% missing", 7, 2, "null", passed=False),
        ExpectationResult("x", "finite", "no infinity", 5, 1, "inf", passed=False),
        ExpectationResult("x", "range", "at least 0 and at most 10", 4, 2, "12.0", passed=False),
    )


def test_bounds_and_shares_are_inclusive() -> None:
    table = pa.table({"x": pa.array([0, 10, None, 5], pa.int64())})
    results = check_expectations(table, {"x": FeatureColumn(type="int", minimum=0, maximum=10, max_missing=0.25)})
    assert [result.rule for result in results] == ["schema", "missing", "range"]
    assert all(result.passed for result in results)


def test_allowed_values_hold_for_strings_ints_and_bools() -> None:
    strings = _by_rule(pa.table({"x": ["UA", "ZZ", None]}), FeatureColumn(type="string", allowed=("UA", "B6")))
    assert (strings["allowed"].failures, strings["allowed"].example, strings["allowed"].rows) == (1, "ZZ", 2)
    ints = _by_rule(pa.table({"x": [1, 2, 3]}), FeatureColumn(type="int", allowed=("1", "2")))
    assert (ints["allowed"].failures, ints["allowed"].example) == (1, "3")
    bools = _by_rule(pa.table({"x": [True, False]}), FeatureColumn(type="bool", allowed=("true",)))
    assert (bools["allowed"].failures, bools["allowed"].example) == (1, "False")


def test_an_absent_or_mistyped_column_fails_its_schema_and_nothing_else() -> None:
    columns = {"x": FeatureColumn(type="float", minimum=0), "y": FeatureColumn(type="float")}
    results = check_expectations(pa.table({"x": ["4.0", "5.0"]}), columns)
    assert [(r.column, r.rule, r.example, r.failures, r.passed) for r in results] == [
        ("x", "schema", "string", 2, False),
        ("y", "schema", "absent", 2, False),
    ]


def test_a_missing_share_above_the_bar_fails_and_is_told() -> None:
    result = _by_rule(pa.table({"x": [1.0, None, None, 2.0]}), FeatureColumn(type="float", max_missing=0.4))["missing"]
    assert (result.share, result.passed) == (0.5, False)


def test_an_empty_table_breaks_nothing() -> None:
    column = FeatureColumn(type="float", minimum=0, allowed=("1",), max_missing=0)
    results = check_expectations(pa.table({"x": pa.array([], pa.float64())}), {"x": column})
    assert [(r.rows, r.failures, r.share, r.passed) for r in results] == [(0, 0, 0.0, True)] * 5


def test_a_range_of_strings_is_refused() -> None:
    with pytest.raises(Refused, match="a range is expected of type string"):
        check_expectations(pa.table({"x": ["a"]}), {"x": FeatureColumn(type="string", minimum=0)})


@given(values=_FLOATS, low=st.floats(-100, 100), width=st.floats(0, 100))
def test_counts_equal_a_count_by_hand(values: list[float | None], low: float, width: float) -> None:
    column = FeatureColumn(type="float", minimum=low, maximum=low + width)
    found = _by_rule(pa.table({"x": pa.array(values, pa.float64())}), column)
    present = [value for value in values if value is not None and not math.isnan(value)]
    finite = [value for value in present if math.isfinite(value)]
    assert found["missing"].failures == len(values) - len(present)
    assert found["finite"].failures == len(present) - len(finite)
    assert found["range"].failures == sum(not low <= value <= low + width for value in finite)
