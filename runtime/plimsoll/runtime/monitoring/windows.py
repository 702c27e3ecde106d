"""Time cut into windows of whole days (UTC), and the live profile of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from plimsoll.runtime.profiles.live import day_file
from plimsoll.runtime.profiles.sketches import Profile, merged


@dataclass(frozen=True)
class Window:
    """The days from ``start`` up to but not including ``end``."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days the window has."""
        return (self.end - self.start).days


def cut(start: date, end: date, length: int | Literal["month"]) -> tuple[Window, ...]:
    """The whole windows from ``start`` on that end no later than ``end``: of so many days each, or calendar months.

    Laws: each begins where the one before ends; all have ``length`` days, or are months; the days left over at the end,
    and those before the first month begins, belong to none.

    Raises:
        ValueError: when a window would have no day.
    """
    if length == "month":
        edges = list(_first_days(start, end))
    elif length < 1:
        raise ValueError(f"a window has at least one day, not {length}")
    else:
        edges = [start + timedelta(days=days) for days in range(0, (end - start).days + 1, length)]
    return tuple(Window(first, after) for first, after in pairwise(edges))


def _first_days(start: date, end: date) -> Iterator[date]:
    """Every first day of a month from ``start`` to and with ``end``."""
    month = start.year * 12 + start.month - 1 + (start.day > 1)
    while (first := date(month // 12, month % 12 + 1, 1)) <= end:
        yield first
        month += 1


def live_profile(folder: Path, window: Window) -> Profile:
    """The daily profiles below a folder merged over a window, holding two at a time; a day without a file adds no row.

    Raises:
        Refused: when a day's file is damaged; it names the file.
    """
    days = (window.start + timedelta(days=number) for number in range(window.days))
    return merged(Profile.read(path) for path in (day_file(folder, day) for day in days) if path.exists())
