"""Days of the calendar."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")


def day(value: object) -> date:
    """Read a day such as ``2027-06-30``; numbers, times and other orders are refused."""
    if isinstance(value, str) and _DAY.match(value):
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise ValueError(f"this day is not in the calendar: {error}") from None
    if type(value) is date:
        return value
    raise ValueError("a day is YYYY-MM-DD, such as 2027-06-30")


Day = Annotated[
    date,
    BeforeValidator(day),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
            "maxLength": 10,
            "description": "A day is YYYY-MM-DD, such as 2027-06-30.",
            "examples": ["2027-06-30"],
        },
        mode="validation",
    ),
]
