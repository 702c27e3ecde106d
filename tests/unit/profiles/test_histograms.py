import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from plimsoll.runtime.profiles.histograms import (
    bin_edges,
    bin_numbers,
    daily_histogram,
    js_distance,
    longest_absences,
)

counts = arrays(np.int64, 12, elements=st.integers(0, 10_000)).filter(np.any)


@given(counts, counts)
def test_the_distance_lies_between_0_and_1_and_is_symmetric(left: np.ndarray, right: np.ndarray) -> None:
    there, back = js_distance(left, right), js_distance(right, left)
    assert 0.0 <= there <= 1.0
    assert there == pytest.approx(back)


@given(counts, st.integers(1, 50))
def test_histograms_in_proportion_have_no_distance(left: np.ndarray, factor: int) -> None:
    assert js_distance(left, left * factor) == pytest.approx(0.0, abs=1e-7)
    assert js_distance(left, left) == 0.0


@given(counts, counts, counts)
def test_the_distance_is_a_metric(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    assert js_distance(a, c) <= js_distance(a, b) + js_distance(b, c) + 1e-7


def test_the_distance_has_its_textbook_values() -> None:
    assert js_distance(np.array([1, 0]), np.array([0, 1])) == 1.0
    # The divergence of (1, 0) and (1/2, 1/2) is (log2(4/3) + log2(2/3)/2 + 1/2) / 2.
    exact = (math.log2(4 / 3) + math.log2(2 / 3) / 2 + 0.5) / 2
    assert js_distance(np.array([1, 0]), np.array([1, 1])) == pytest.approx(math.sqrt(exact))
    assert np.isnan(js_distance(np.array([0, 0]), np.array([1, 1])))


def test_many_windows_are_compared_at_once() -> None:
    windows = np.array([[1, 1], [1, 0]])
    assert js_distance(windows, np.array([1, 1])) == pytest.approx([0.0, float(js_distance(windows[1], windows[0]))])


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=200))
def test_every_number_has_one_bin_and_edges_rise(numbers: list[float]) -> None:
    edges = bin_edges(np.array(numbers))
    assert list(edges) == sorted(set(edges))
    for number, at in zip(numbers, bin_numbers(np.array(numbers), edges), strict=True):
        assert at == 0 or edges[at - 1] <= number
        assert at == len(edges) or number < edges[at]


def test_an_atom_has_a_bin_of_its_own() -> None:
    engines = np.array([1.0] * 3 + [2.0] * 994 + [3.0, 4.0, 4.0])
    edges = bin_edges(engines)
    assert edges == (2.0, math.nextafter(2.0, 3.0))
    assert np.bincount(bin_numbers(engines, edges)).tolist() == [3, 994, 3]


def test_deciles_of_spread_numbers_have_even_bins() -> None:
    numbers = np.random.default_rng(0).normal(size=10_000)
    filled = np.bincount(bin_numbers(numbers, bin_edges(numbers)))
    assert filled.tolist() == pytest.approx([1000] * 10, abs=1)


def test_what_is_not_finite_has_no_bin() -> None:
    odd = np.array([np.nan, np.inf, -np.inf])
    assert bin_numbers(odd, (0.0,)).tolist() == [-1, -1, -1]
    assert bin_edges(odd) == ()


def test_bins_are_counted_by_day_and_absences_by_bin() -> None:
    daily = daily_histogram(np.array([0, 1, 1, -1, 0]), np.array([0, 0, 3, 1, 4]), (5, 2))
    assert daily.tolist() == [[1, 1], [0, 0], [0, 0], [0, 1], [1, 0]]
    assert longest_absences(daily).tolist() == [3, 2]
