"""A window in parts is the window."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import MOST_PARTS, Partitions
from plimsoll.runtime.batch import POSITION, Batch, in_order

END = datetime(2013, 7, 1, tzinfo=UTC)


def batch(depots: list[str | None]) -> Batch:
    return Batch(END, pa.table({"depot": pa.array(depots, pa.string())}), "sha256:" + "0" * 64)


rows = st.lists(st.sampled_from(["AUH", "DXB", "", "ä", None]), min_size=1, max_size=60)
rules = st.one_of(
    st.just(Partitions(by="depot")), st.integers(min_value=1, max_value=80).map(lambda count: Partitions(count=count))
)


@given(rows, rules)
def test_each_example_is_in_one_part_and_none_is_empty(depots: list[str | None], given_rules: Partitions) -> None:
    parts = batch(depots).positions(given_rules)
    assert all(parts)
    assert sorted(position for part in parts for position in part) == list(range(len(depots)))
    if given_rules.by:
        assert all(len({depots[position] for position in part}) == 1 for part in parts)
    else:
        assert max(map(len, parts)) - min(map(len, parts)) <= 1


@given(rows, rules, st.randoms())
def test_parts_are_joined_in_the_order_of_the_examples(
    depots: list[str | None], given_rules: Partitions, random
) -> None:  # type: ignore[no-untyped-def]
    whole = batch(depots).table.append_column(POSITION, pa.array(range(len(depots)), pa.int64()))
    parts = [whole.take(pa.array(part, pa.int64())) for part in batch(depots).positions(given_rules)]
    random.shuffle(parts)
    assert in_order(parts, len(depots)).equals(whole)


@pytest.mark.parametrize("positions", [[[0], [1]], [[0, 1], [1, 2]], [[0, 1, 2, 3]], []])
def test_parts_that_do_not_make_the_window_are_refused(positions: list[list[int]]) -> None:
    parts = [pa.table({POSITION: pa.array(part, pa.int64())}) for part in positions]
    with pytest.raises(Refused, match="do not make the 3 examples"):
        in_order(parts, 3)


def test_a_column_of_too_many_values_makes_no_parts() -> None:
    with pytest.raises(Refused, match="at most 500 parts"):
        batch([str(number) for number in range(MOST_PARTS + 1)]).positions(Partitions(by="depot"))
