"""Quantities and durations: a number and its unit, kept in one unit."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from plimsoll.compiler.kinds.scalars.spelling import Spelling
from plimsoll.compiler.quantities import cores, gibibytes

_DURATION = re.compile(r"([0-9]{1,9})(s|m|h|d|w)\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_DAY = 86_400
_CENTURY = 36_525 * _DAY


def seconds(value: object) -> int:
    """Read a duration such as ``30s``, ``5m``, ``3h``, ``7d`` or ``2w`` as seconds; at most a hundred years."""
    found = _DURATION.match(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration is a whole number and a unit, such as 30s, 5m, 3h, 7d or 2w")
    total = int(found[1]) * _SECONDS[found[2]]
    if total > _CENTURY:
        raise ValueError("a duration is at most a hundred years, 36525d")
    return total


def days(value: object) -> int:
    """Read a duration of whole days, such as ``30d`` or ``4w``, as days."""
    total = seconds(value)
    if total == 0 or total % _DAY:
        raise ValueError("a window is a whole number of days or weeks, such as 30d or 4w")
    return total // _DAY


def days_or_month(value: object) -> object:
    """Read a window: whole days as ``days`` does, or the word ``month`` for calendar months."""
    return value if value == "month" else days(value)


def number_as_text(value: object) -> object:
    """A quantity that is written as a plain number, as text; anything else as it is."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _some_time(value: int) -> int:
    if value == 0:
        raise ValueError("this duration cannot be nothing; give at least 1s")
    return value


def _some_cpu(value: str) -> str:
    if cores(value) == 0:
        raise ValueError("a CPU quantity cannot be nothing; give at least 1m, a thousandth of a core")
    return value


def _some_memory(value: str) -> str:
    if gibibytes(value) == 0:
        raise ValueError("a memory quantity cannot be nothing; give at least 1Ki")
    return value


Seconds = Annotated[int, BeforeValidator(seconds, json_schema_input_type=str)]
Timeout = Annotated[int, BeforeValidator(seconds, json_schema_input_type=str), AfterValidator(_some_time)]
Days = Annotated[int, BeforeValidator(days, json_schema_input_type=str)]
Milliseconds = Annotated[int, Field(strict=True, ge=1, le=60_000, json_schema_extra={"x-unit": "milliseconds"})]
Cpu = Annotated[
    str,
    Spelling(
        r"^([0-9]{1,7}(\.[0-9]{1,3})?|[0-9]{1,9}m)$",
        11,
        "a CPU quantity is a number of cores or of thousandths",
        ("500m", "2", "0.5"),
        _some_cpu,
    ),
    BeforeValidator(number_as_text, json_schema_input_type=str | float),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "pattern": "^([0-9]{1,7}(\\.[0-9]{1,3})?|[0-9]{1,9}m)$",
            "maxLength": 11,
            "minimum": 0.001,
            "maximum": 9_999_999,
            "description": "A CPU quantity is a number of cores or of thousandths.",
            "examples": ["500m", "2", "0.5"],
        }
    ),
]
Memory = Annotated[
    str,
    Spelling(
        r"^[0-9]{1,9}(Ki|Mi|Gi|Ti)$",
        11,
        "a memory quantity is a whole number and a binary unit",
        ("512Mi", "2Gi"),
        _some_memory,
    ),
]
