"""Cron schedules as Argo's controller reads them: five fields, each within its range."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from plimsoll.compiler.kinds.scalars.spelling import Spelling

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_PART = re.compile(r"(\*|[0-9]{1,4}|[A-Za-z]{3})(?:-([0-9]{1,4}|[A-Za-z]{3}))?(?:/([0-9]{1,4}))?\Z")
_LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True)
class CronField:
    """One of the five fields: its bounds, and the words that stand for numbers in it."""

    name: str
    low: int
    high: int
    words: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """What it may be, in words."""
        words = f", or {self.words[0]}–{self.words[-1]}" if self.words else ""
        return f"{self.low}–{self.high}{words}"

    def values(self, text: str) -> frozenset[int]:
        """The numbers that a field's text stands for.

        Raises:
            ValueError: when it stands for none; the message says what the field may be.
        """
        return frozenset(value for part in text.split(",") for value in self._part(part))

    def _part(self, part: str) -> range:
        found = _PART.match(part)
        if found is None:
            raise ValueError(f"the {self.name} {part!r} is not a value, a range or a step, such as * or 1-5 or */2")
        first, last, step = found.groups()
        if step is not None and not 1 <= int(step) <= self.high:
            raise ValueError(f"the step of the {self.name} {part!r} is {step}; it is 1–{self.high}")
        if first == "*":
            if last is not None:
                raise ValueError(f"the {self.name} {part!r} begins a range with *; a range has two numbers")
            start, end = self.low, self.high
        else:
            start = self._number(first)
            end = self._number(last) if last is not None else self.high if step else start
        if start > end:
            raise ValueError(f"the {self.name} {part!r} ends before it begins")
        return range(start, end + 1, int(step or 1))

    def _number(self, word: str) -> int:
        if word.upper() in self.words:
            return self.words.index(word.upper()) + self.low
        if not word.isdigit() or not self.low <= int(word) <= self.high:
            raise ValueError(f"the {self.name} is {self.bounds}, not {word}")
        return int(word)


FIELDS = (
    CronField("minute", 0, 59),
    CronField("hour", 0, 23),
    CronField("day of the month", 1, 31),
    CronField("month", 1, 12, _MONTHS),
    CronField("day of the week", 0, 6, _WEEKDAYS),
)
"""As robfig/cron's standard parser has them, which Argo's controller uses: Sunday is 0, and 7 is nothing."""


@lru_cache(maxsize=1024)
def cron(value: str) -> str:
    """A schedule that comes round, as it was written.

    Raises:
        ValueError: when a field is beyond its range, or no day is ever met.
    """
    fields = value.split()
    if len(fields) != len(FIELDS):
        raise ValueError(
            "a schedule has five fields: minute, hour, day of month, month, day of week, as in '0 3 1 * *'"
        )
    _, _, days, months, _ = (field.values(text) for field, text in zip(FIELDS, fields, strict=True))
    if fields[4].startswith("*") and not any(min(days) <= _LONGEST_MONTHS.get(month, 31) for month in months):
        raise ValueError(f"the schedule never comes round: no month that it names has a day {min(days)}")
    return value


Cron = Annotated[
    str,
    Spelling(
        r"^[^\s]+([ \t]+[^\s]+){4}$",
        100,
        "a schedule has five fields, which are minute, hour, day of month, month and day of week",
        ("0 3 1 * *", "30 2 * * MON-FRI", "*/15 * * * *"),
        cron,
    ),
]
