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
    """``new = factor * old + offset``."""

    name: str
    factor: float
    offset: float = 0.0

    def inverse(self, name: str) -> "Conversion":
        """The conversion back: ``old = (new - offset) / factor``."""
        return Conversion(name, 1 / self.factor, -self.offset / self.factor)


def _both_ways(left: str, right: str, factor: float, offset: float = 0.0) -> tuple[Conversion, Conversion]:
    there = Conversion(f"{left} to {right}", factor, offset)
    return there, there.inverse(f"{right} to {left}")


CONVERSIONS: tuple[Conversion, ...] = (
    *_both_ways("°F", "°C", 5 / 9, -160 / 9),
    *_both_ways("°C", "K", 1.0, 273.15),
    *_both_ways("°F", "K", 5 / 9, 273.15 - 160 / 9),
    *_both_ways("miles", "kilometres", 1.609344),
    *_both_ways("miles an hour", "metres a second", 0.44704),
    *_both_ways("knots", "metres a second", 0.514444),
    *_both_ways("feet", "metres", 0.3048),
    *_both_ways("inches", "centimetres", 2.54),
    *_both_ways("inches", "millimetres", 25.4),
    *_both_ways("inches of mercury", "hectopascals", 33.8639),
    *_both_ways("pounds", "kilograms", 0.45359237),
    *_both_ways("hours", "minutes", 60.0),
    *_both_ways("hours", "seconds", 3600.0),
    *_both_ways("a unit", "its thousandth", 1000.0),
    *_both_ways("a unit", "its hundredth", 100.0),
)


def recognised(before: ColumnView, after: ColumnView) -> tuple[Conversion, ...]:
    """The conversions that explain a shift, the closest first: they bring the old quantiles next to the new ones.

    There may be several, since °F to °C and feet to metres differ less than one week's weather from the next.

    Args:
        before: the column in the days before.
        after: the column in the window.
    """
    old, new = (np.asarray(view.quantiles(_RANKS)) for view in (before, after))
    if min(len(np.unique(old)), len(np.unique(new))) < _DISTINCT:
        return ()
    limit = _UNEXPLAINED * float(np.mean(np.abs(new - old)))
    gaps = sorted((_gap(old, new, conversion), conversion.name, conversion) for conversion in CONVERSIONS)
    return tuple(conversion for gap, _, conversion in gaps if gap < limit)


def _gap(old: Floats, new: Floats, conversion: Conversion) -> float:
    return float(np.mean(np.abs(new - (conversion.factor * old + conversion.offset))))
