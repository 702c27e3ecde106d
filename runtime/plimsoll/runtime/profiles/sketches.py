"""Profiles of tables: the one module in front of whylogs, whose upstream is dormant since October 2024.

What is worked around, all of it seen in whylogs 1.6.4:

- it names ``numpy.unicode_``, which numpy 2 removed (whylogs #1600);
- it sends usage statistics unless ``WHYLOGS_NO_ANALYTICS`` is set before import (this one and the last: ``alone``);
- it crashes on datetimes and on pandas' ``string`` columns: ``values.split`` converts first;
- it tests each value for infinity in Python, five-sixths of its time: ``values.split`` does so on arrays;
- infinities make its mean and variance NaN: they are counted and kept out of the distribution;
- the default frequent-items sketch holds 768 values, so that rare categories vanish: ours holds 12,288.

Sketches draw random numbers: two profiles of one table differ in bytes and agree within the sketch's error (KLL with
k = 1024: 0.3 % of rank).
"""

# isort: off
import plimsoll.runtime.profiles.alone  # noqa: F401 -- before whylogs

# isort: on
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path
from typing import Any

from whylogs.core.metrics.column_metrics import ColumnCountsMetric, TypeCountersMetric
from whylogs.core.metrics.metrics import CardinalityMetric, DistributionMetric, FrequentItemsMetric, MetricConfig
from whylogs.core.preprocessing import ListView, NumpyView, PreprocessedColumn
from whylogs.core.view import ColumnProfileView, DatasetProfileView

from plimsoll.runtime.profiles import values
from plimsoll.runtime.profiles.files import seal, unseal, write_atomically

_CONFIG = MetricConfig(fi_lg_max_k=14)
_NO_TIME = datetime.fromtimestamp(0, UTC)
"""whylogs demands a timestamp; ours is the file's name or the window, so that a profile reads no clock."""
_ROWS = "plimsoll.rows"
_KIND = "profile"


@dataclass(frozen=True)
class ColumnView:
    """What a profile knows of one column. Counts and bounds are exact, shares and ranks within the sketch's error."""

    name: str
    _sketches: Any

    def _metric(self, name: str) -> Any:
        return self._sketches.get_metric(name)

    @property
    def count(self) -> int:
        """Rows in which the column was seen, missing values included."""
        return int(self._metric("counts").n.value)

    @property
    def missing(self) -> int:
        """Null or NaN values."""
        return int(self._metric("counts").null.value)

    @property
    def infinite(self) -> int:
        """Infinite values; they are neither missing nor part of the distribution."""
        return int(self._metric("counts").inf.value)

    @property
    def families(self) -> dict[values.Family, int]:
        """How many values were of each family, families without a value left out; infinities are numbers."""
        types = self._metric("types")
        counted: dict[values.Family, int] = {
            "number": types.integral.value + types.fractional.value + self.infinite,
            "text": types.string.value,
            "boolean": types.boolean.value,
            "other": types.object.value,
        }
        return {family: count for family, count in counted.items() if count}

    @property
    def numbers(self) -> int:
        """Finite numbers: the size of the distribution."""
        return int(self._metric("distribution").kll.value.get_n())

    @property
    def minimum(self) -> float | None:
        """The smallest finite number, exactly."""
        return float(self._metric("distribution").min) if self.numbers else None

    @property
    def maximum(self) -> float | None:
        """The largest finite number, exactly."""
        return float(self._metric("distribution").max) if self.numbers else None

    @property
    def mean(self) -> float | None:
        """The mean of the finite numbers."""
        return float(self._metric("distribution").avg) if self.numbers else None

    @property
    def stddev(self) -> float | None:
        """The sample standard deviation of the finite numbers."""
        return float(self._metric("distribution").stddev) if self.numbers else None

    @property
    def distinct(self) -> float:
        """About how many distinct values there are (HyperLogLog, 1.6 % standard error)."""
        return float(self._metric("cardinality").estimate or 0.0)

    def quantiles(self, ranks: Sequence[float]) -> tuple[float, ...]:
        """The numbers at the given ranks, 0 to 1; empty when there are none."""
        return tuple(self._metric("distribution").kll.value.get_quantiles(list(ranks))) if self.numbers else ()

    def pmf(self, edges: Sequence[float]) -> tuple[float, ...]:
        """The share of numbers in each of ``len(edges) + 1`` bins ``[edge, next edge)``. Empty without numbers."""
        return tuple(self._metric("distribution").kll.value.get_pmf(list(edges))) if self.numbers else ()

    def frequent(self) -> dict[str, int]:
        """Text values and booleans (``True``, ``False``) with their counts: exact up to 12,288 distinct values."""
        return {item.value: int(item.est) for item in self._metric("frequent_items").strings}


@dataclass(frozen=True)
class Profile:
    """The sketches of a table's columns.

    Laws: ``Profile.empty()`` is neutral to ``merge``; ``profile(a).merge(profile(b))`` is ``profile(a + b)`` within the
    sketches' error, exactly so in counts; ``Profile.read`` after ``write`` is the same profile.
    """

    rows: int
    _view: DatasetProfileView

    @classmethod
    def empty(cls) -> "Profile":
        """The profile of a table without rows and columns."""
        return _wrapped(0, {})

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the profiled columns, sorted."""
        return tuple(sorted(self._view.get_columns()))

    def column(self, name: str) -> ColumnView | None:
        """What is known of a column; nothing when no profiled table had it."""
        found = self._view.get_column(name)
        return None if found is None else ColumnView(name, found)

    def missing_share(self, name: str) -> float:
        """The share of rows without a value in the column, 0 to 1; rows whose table lacked the column count too."""
        found = self.column(name)
        present = 0 if found is None else found.count - found.missing
        return 1.0 - present / self.rows if self.rows else 0.0

    def merge(self, other: "Profile") -> "Profile":
        """One profile of both tables' rows. Neither operand changes."""
        columns = self._view.get_columns()
        for name, theirs in other._view.get_columns().items():
            columns[name] = columns[name].merge(theirs) if name in columns else theirs
        return _wrapped(self.rows + other.rows, columns)

    def write(self, path: Path) -> None:
        """Write the profile, compressed and sealed by a checksum, atomically."""
        write_atomically(path, seal(_KIND, zlib.compress(self._view.serialize())))

    @classmethod
    def read(cls, path: Path) -> "Profile":
        """Read a written profile.

        Raises:
            Refused: when a byte of the file was changed, lost or added, or it isn't a profile.
            OSError: when it can't be read.
        """
        view = DatasetProfileView.deserialize(zlib.decompress(unseal(_KIND, path.read_bytes(), path)))
        return cls(int(view.metadata[_ROWS]), view)


def profile(table: values.Table, columns: values.Columns, *, rows: int | None = None) -> Profile:
    """Profile the named columns of a table; columns that it lacks are left out, columns not named are not looked at.

    Args:
        table: a ``pyarrow.Table``, a ``pandas.DataFrame``, or a mapping from names to sequences.
        columns: what each column is declared to be. What its values really are is recorded, not enforced.
        rows: how many rows the table has, where a mapping's columns don't tell because some rows lacked them.
    """
    views = {}
    for name, column in columns.items():
        found = values.column_of(table, name)
        if found is not None:
            views[name] = _sketched(values.split(found, values.column_type(column)))
    return _wrapped(values.row_count(table) if rows is None else rows, views)


def merged(profiles: Iterable[Profile]) -> Profile:
    """All profiles merged in one, holding two in memory at a time when they come from an iterator."""
    return reduce(Profile.merge, profiles, Profile.empty())


def _wrapped(rows: int, columns: Mapping[str, ColumnProfileView]) -> Profile:
    view = DatasetProfileView(
        columns=dict(columns), dataset_timestamp=_NO_TIME, creation_timestamp=_NO_TIME, metadata={_ROWS: str(rows)}
    )
    return Profile(rows, view)


def _sketched(found: values.Split) -> ColumnProfileView:
    """The sketches of one column, fed with arrays; text goes in once for each distinct value, with its count."""
    text = {**found.text, **{name: n for name, n in (("True", found.true), ("False", found.false)) if n}}
    metrics = [
        ColumnCountsMetric.zero(_CONFIG),
        TypeCountersMetric.zero(_CONFIG),
        DistributionMetric.zero(_CONFIG),
        CardinalityMetric.zero(_CONFIG),
        FrequentItemsMetric.zero(_CONFIG),
    ]
    counts, types, distribution, cardinality, frequent = metrics
    for numbers in (*found.integers, *found.floats):
        batch = _batch(numbers)
        distribution.columnar_update(batch)
        cardinality.columnar_update(batch)
    cardinality.columnar_update(_batch(list(text)))
    for item, count in text.items():
        frequent.frequent_strings.value.update(item, count)
    counts.n.set(found.rows)
    counts.null.set(found.missing)
    counts.inf.set(found.infinite)
    counts.true.set(found.true)
    types.integral.set(sum(map(len, found.integers)))
    types.fractional.set(sum(map(len, found.floats)))
    types.string.set(sum(found.text.values()))
    types.boolean.set(found.true + found.false)
    types.object.set(found.other)
    return ColumnProfileView(metrics={metric.namespace: metric for metric in metrics})


def _batch(items: Any) -> PreprocessedColumn:
    batch = PreprocessedColumn()
    batch.len = len(items)
    if isinstance(items, list):
        batch.list = ListView(strings=items)
    elif items.dtype.kind == "f":
        batch.numpy = NumpyView(floats=items)
    else:
        batch.numpy = NumpyView(ints=items)
    return batch
