"""How often a cron schedule comes round."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_YEAR = tuple(date(2025, 1, 1) + timedelta(days=day) for day in range(365))
_FIVE_YEARS = tuple(date(2024, 1, 1) + timedelta(days=day) for day in range(5 * 365 + 2))


@lru_cache(maxsize=4096)
def runs_a_month(cron: str) -> float:
    """How often a schedule of five fields runs in a mean month: a twelfth of its runs in a common year.

    Where both days are given, either will do, as robfig/cron has it, which Argo's controller uses: ``*/2`` is given,
    and ``1,*`` is not.
    """
    minute, hour, day, month, weekday = cron.lower().split()
    return _days_a_year(day, month, weekday) * len(_values(minute, 0, 59)) * len(_values(hour, 0, 23)) / 12


@lru_cache(maxsize=4096)
def longest_pause(cron: str) -> int:
    """The most seconds from one run of a schedule to the next, by a clock that is never set back.

    Looked for in the five years from 2024: two leap days, and every length of month.
    """
    minute, hour, day, month, weekday = cron.lower().split()
    times = sorted(60 * h + m for h in _values(hour, 0, 23) for m in _values(minute, 0, 59))
    runs_on = _runs_on(day, month, weekday)
    days = [when.toordinal() for when in _FIVE_YEARS if runs_on(when)]
    within = max((60 * (later - one) for one, later in pairwise(times)), default=0)
    between = max((later - one for one, later in pairwise(days)), default=len(_FIVE_YEARS))
    return max(within, 86_400 * between - 60 * (times[-1] - times[0]))


@lru_cache(maxsize=1024)
def _days_a_year(day: str, month: str, weekday: str) -> int:
    """On how many days of a common year a schedule runs."""
    return sum(map(_runs_on(day, month, weekday), _YEAR))


def _runs_on(day: str, month: str, weekday: str) -> Callable[[date], bool]:
    """Whether a schedule runs on a day."""
    months = _values(month, 1, 12, _MONTHS)
    days, weekdays = _values(day, 1, 31), {value % 7 for value in _values(weekday, 0, 7, _WEEKDAYS)}
    either = _is_given(day) and _is_given(weekday)

    def runs_on(when: date) -> bool:
        by_day, by_weekday = when.day in days, when.isoweekday() % 7 in weekdays
        return when.month in months and (by_day or by_weekday if either else by_day and by_weekday)

    return runs_on


def _is_given(field: str) -> bool:
    """Whether a field says which days, rather than all of them.

    Source: ``getRange`` and ``dayMatches``, https://github.com/robfig/cron/tree/v3.0.1.
    """
    parts = (part.partition("/") for part in field.split(","))
    return not any(stretch == "*" and int(step or 1) == 1 for stretch, _, step in parts)


def _values(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """The values that a field allows, within its bounds."""
    found: set[int] = set()
    for part in field.split(","):
        stretch, _, step = part.partition("/")
        first, _, last = stretch.partition("-")
        if first == "*":
            start, end = low, high
        else:
            start = _number(first, low, names)
            end = _number(last, low, names) if last else (high if step else start)
        found.update(range(start, end + 1, max(1, int(step or 1))))
    return {value for value in found if low <= value <= high}


def _number(word: str, low: int, names: tuple[str, ...]) -> int:
    return names.index(word) + low if word in names else int(word)
