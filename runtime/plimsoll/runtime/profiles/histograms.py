"""Histograms by day, the bins they are counted in, and the distance between two of them."""

from typing import Any

import numpy as np
import numpy.typing as npt

from plimsoll.runtime.profiles.values import Floats, Ints

Counts = npt.NDArray[np.int64]

_DECILES = np.arange(1, 10) / 10
_ATOM = 0.05
"""A decile that is itself this share of the values is an atom, and gets a bin of its own."""


def bin_edges(numbers: Floats) -> tuple[float, ...]:
    """The edges between bins ``[edge, next edge)``: the deciles, and behind a decile that is an atom the next float.

    Deciles are values of the data (inverse of the empirical distribution), so that ``[v, nextafter(v))`` holds the atom
    ``v`` alone: with deciles only, a column such as ``engines`` (99 % are 2) would have one bin and never drift.

    Args:
        numbers: the baseline's values; NaN and infinities are left out.
    """
    finite = np.sort(numbers[np.isfinite(numbers)])
    if not finite.size:
        return ()
    deciles = np.unique(finite[np.ceil(_DECILES * finite.size).astype(int) - 1])
    weight = np.searchsorted(finite, deciles, side="right") - np.searchsorted(finite, deciles, side="left")
    atoms = deciles[weight >= _ATOM * finite.size]
    return tuple(np.unique(np.concatenate([deciles, np.nextafter(atoms, np.inf)])).tolist())


def bin_numbers(numbers: Floats, edges: tuple[float, ...]) -> Ints:
    """The number of each value's bin, 0 to ``len(edges)``; -1 for NaN and infinities, which lie in no bin."""
    bins = np.searchsorted(np.asarray(edges), numbers, side="right")
    return np.where(np.isfinite(numbers), bins, -1)


def daily_histogram(bins: Ints, days: Ints, shape: tuple[int, int]) -> Counts:
    """How many values lie in each bin on each day.

    Args:
        bins: the bin of each row; rows at -1 are not counted.
        days: the day of each row, from 0.
        shape: the number of days and the number of bins.
    """
    counted = bins >= 0
    flat = np.bincount(days[counted] * shape[1] + bins[counted], minlength=shape[0] * shape[1])
    return flat.reshape(shape)


def js_distance(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> Floats:
    """The Jensen-Shannon distance of histograms: the square root of the divergence with logarithms to base 2.

    Laws: it lies in [0, 1], is symmetric, and is 0 for histograms in proportion. It is a metric (Endres and
    Schindelin, "A new metric for probability distributions", IEEE Transactions on Information Theory 49, 2003).

    Args:
        left: counts or shares, not negative, of shape ``(…, bins)``.
        right: the same, of a shape that broadcasts against ``left``.

    Returns:
        The distances, of shape ``(…)``; NaN where a histogram is empty.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        p = left / np.sum(left, axis=-1, keepdims=True)
        q = right / np.sum(right, axis=-1, keepdims=True)
        middle = (p + q) / 2
        divergence = (_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2
    distance: Floats = np.sqrt(np.clip(divergence, 0.0, 1.0))
    return distance


def _relative_entropy(p: Floats, q: Floats) -> Floats:
    entropy: Floats = np.sum(np.where(p == 0, 0.0, p * np.log2(p / q)), axis=-1)
    return entropy


def longest_absences(daily: Counts) -> Counts:
    """For each bin, the longest run of days on which it is empty."""
    run = np.zeros(daily.shape[1], dtype=np.int64)
    longest = run.copy()
    for day in daily:
        run = np.where(day == 0, run + 1, 0)
        longest = np.maximum(longest, run)
    return longest
