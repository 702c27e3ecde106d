"""Time cut into windows of whole days (UTC), and the live profile of each."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

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


def cut(start: date, end: date, window_days: int) -> tuple[Window, ...]:
    """The whole windows ``[start, start + window_days)``, and so on, that end no later than ``end``.

    Laws: each begins where the one before ends; all have ``window_days`` days; the days left over, fewer than
    ``window_days``, belong to none.

    Raises:
        ValueError: when a window would have no day.
    """
    if window_days < 1:
        raise ValueError(f"a window has at least one day, not {window_days}")
    whole = max(0, (end - start).days // window_days)
    starts = [start + timedelta(days=window_days * number) for number in range(whole)]
    return tuple(Window(first, first + timedelta(days=window_days)) for first in starts)


def live_profile(folder: Path, window: Window) -> Profile:
    """The daily profiles below a folder merged over a window, holding two at a time; a day without a file adds no row.

    Raises:
        Refused: when a day's file is damaged; it names the file.
    """
    days = (window.start + timedelta(days=number) for number in range(window.days))
    return merged(Profile.read(path) for path in (day_file(folder, day) for day in days) if path.exists())
