"""Recognise a change of unit: the window's numbers are those of the days before, converted."""

from dataclasses import dataclass

import numpy as np

from plimsoll.runtime.profiles.sketches import ColumnView
from plimsoll.runtime.profiles.values import Floats

_RANKS = tuple(rank / 20 for rank in range(1, 20))
_UNEXPLAINED = 0.15
"""A conversion is recognised when it leaves less than this share of the difference unexplained. On a year of flights
with hourly weather, windows of 7 and 30 days: real conversions leave 0.01 to 0.15, natural shifts 0.27 and more."""
_DISTINCT = 5
"""Quantiles that a column must have to be recognised by: a column that is mostly 0 fits every factor."""


@dataclass(frozen=True)
class Conversion:
    """``new = factor * old + offset``, where ``old`` is in ``unit``; an empty unit stands for any."""

    unit: str
    name: str
    factor: float
    offset: float = 0.0


def _both_ways(left: str, right: str, factor: float, offset: float = 0.0) -> tuple[Conversion, Conversion]:
    there = Conversion(left, f"{left} to {right}", factor, offset)
    return there, Conversion(right, f"{right} to {left}", 1 / factor, -offset / factor)


CONVERSIONS: tuple[Conversion, ...] = (
    *_both_ways("degF", "degC", 5 / 9, -160 / 9),
    *_both_ways("degC", "K", 1.0, 273.15),
    *_both_ways("degF", "K", 5 / 9, 273.15 - 160 / 9),
    *_both_ways("mile", "km", 1.609344),
    *_both_ways("mph", "m/s", 0.44704),
    *_both_ways("mph", "km/h", 1.609344),
    *_both_ways("knot", "m/s", 0.514444),
    *_both_ways("foot", "m", 0.3048),
    *_both_ways("inch", "cm", 2.54),
    *_both_ways("inch", "mm", 25.4),
    *_both_ways("inHg", "mbar", 33.8639),
    *_both_ways("inHg", "hPa", 33.8639),
    *_both_ways("pound", "kg", 0.45359237),
    *_both_ways("hour", "minute", 60.0),
    *_both_ways("hour", "second", 3600.0),
    *_both_ways("minute", "second", 60.0),
    *(
        Conversion("", name, factor)
        for name, factor in (("a unit to its thousandth", 1e3), ("a unit to its hundredth", 1e2))
    ),
    *(
        Conversion("", name, factor)
        for name, factor in (("a thousandth to its unit", 1e-3), ("a hundredth to its unit", 1e-2))
    ),
)
"""What a change of unit may be, by the unit that the feature is declared to be in."""


def recognised(before: ColumnView, after: ColumnView, unit: str) -> tuple[Conversion, ...]:
    """The conversions that explain a shift, the closest first: they bring the old quantiles next to the new ones.

    Only conversions out of the declared unit count: among all that there are, some would fit a natural shift.

    Args:
        before: the column in the days before.
        after: the column in the window.
        unit: the unit that the column is declared to be in.
    """
    old, new = (np.asarray(view.quantiles(_RANKS)) for view in (before, after))
    if min(len(np.unique(old)), len(np.unique(new))) < _DISTINCT:
        return ()
    limit = _UNEXPLAINED * float(np.mean(np.abs(new - old)))
    possible = [conversion for conversion in CONVERSIONS if conversion.unit in ("", unit)]
    gaps = sorted((_gap(old, new, conversion), conversion.name, conversion) for conversion in possible)
    return tuple(conversion for gap, _, conversion in gaps if gap < limit)


def _gap(old: Floats, new: Floats, conversion: Conversion) -> float:
    return float(np.mean(np.abs(new - (conversion.factor * old + conversion.offset))))
