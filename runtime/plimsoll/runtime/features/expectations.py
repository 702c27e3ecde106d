"""Holding a table's values against what their columns are expected to be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from plimsoll.contract.inspection import ExpectationResult, Rule
from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import FeatureColumn
from plimsoll.runtime.features.columns import column_type


def check_expectations(table: pa.Table, columns: Mapping[str, FeatureColumn]) -> tuple[ExpectationResult, ...]:
    """Hold each column against its type, missing share, finiteness, range and allowed values.

    A null or NaN is missing; it breaks no other rule, as an infinity breaks ``finite`` and not ``range``. A column that
    is absent or of another type fails ``schema`` and is not looked into further. Rules that a column's expectations
    leave out give no result.

    Raises:
        Refused: when a range is expected of a column that is not a number.
    """
    return tuple(result for name, expected in columns.items() for result in _check(table, name, expected))


def merged(
    parts: Sequence[Sequence[ExpectationResult]], columns: Mapping[str, FeatureColumn]
) -> tuple[ExpectationResult, ...]:
    """The results of a table's parts as those of the whole.

    Law: ``merged([check_expectations(part, columns) for part in parts], columns)`` is what ``check_expectations`` says
    of all parts as one table. There must be one part at least; each has the results of the same columns.
    """
    return tuple(_merged(same, columns) for same in zip(*parts, strict=True))


def _merged(same: Sequence[ExpectationResult], columns: Mapping[str, FeatureColumn]) -> ExpectationResult:
    rows, failures = sum(one.rows for one in same), sum(one.failures for one in same)
    first = same[0]
    passed = failures <= columns[first.column].max_missing * rows if first.rule == "missing" else failures == 0
    example = next((one.example for one in same if one.example is not None), None)
    return replace(first, rows=rows, failures=failures, example=example, passed=passed)


def _check(table: pa.Table, name: str, expected: FeatureColumn) -> Iterator[ExpectationResult]:
    found = table.schema.field(name).type if name in table.column_names else None
    typed = found is not None and column_type(found) == expected.type
    example = None if typed else str(found or "absent")
    rows = table.num_rows
    yield ExpectationResult(
        name, "schema", f"a column of type {expected.type}", rows, 0 if typed else rows, example, typed
    )
    if not typed:
        return
    values = table[name]
    missing = pc.is_null(values, nan_is_null=True)
    absent = _count(missing)
    within = absent <= expected.max_missing * rows
    at_most = f"at most {expected.max_missing:.2%} missing"
    yield ExpectationResult(name, "missing", at_most, rows, absent, "null" if absent else None, within)
    present = values.filter(pc.invert(missing))
    if expected.type == "float":
        infinite = pc.is_inf(present)
        yield _none_may(name, "finite", "no infinity", present, infinite)
        present = present.filter(pc.invert(infinite))
    if expected.minimum is not None or expected.maximum is not None:
        yield _none_may(name, "range", _range_words(expected), present, _out_of_range(name, present, expected))
    if expected.allowed is not None:
        known = pa.array(expected.allowed, pa.string())
        outside = pc.invert(pc.is_in(present.cast(pa.string()), value_set=known))
        yield _none_may(name, "allowed", f"one of {', '.join(expected.allowed)}", present, outside)


def _count(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask, min_count=0).as_py())


def _none_may(name: str, rule: Rule, words: str, values: pa.ChunkedArray, broken: pa.ChunkedArray) -> ExpectationResult:
    """The result of a rule that no value may break."""
    failures = _count(broken)
    example = str(values.filter(broken)[0].as_py()) if failures else None
    return ExpectationResult(name, rule, words, len(values), failures, example, failures == 0)


def _range_words(expected: FeatureColumn) -> str:
    bounds = (("at least", expected.minimum), ("at most", expected.maximum))
    return " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)


def _out_of_range(name: str, values: pa.ChunkedArray, expected: FeatureColumn) -> pa.ChunkedArray:
    if expected.type not in ("int", "float"):
        mend = "expect allowed values instead"
        raise Refused(f"column '{name}'", "its expectations", f"a range is expected of type {expected.type}", mend)
    numbers = values.cast(pa.float64(), safe=False)
    low = float("-inf") if expected.minimum is None else expected.minimum
    high = float("inf") if expected.maximum is None else expected.maximum
    return pc.or_(pc.less(numbers, low), pc.greater(numbers, high))
