"""Numbers and switches as they are written: text that looks like one is not one."""

from typing import Annotated

from pydantic import AfterValidator, AllowInfNan, Field, Strict, WithJsonSchema

from plimsoll.compiler.kinds.scalars.spelling import Said

Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), AllowInfNan(False)]
Flag = Annotated[bool, Strict()]
Share = Annotated[Number, Field(ge=0, le=1, json_schema_extra={"x-unit": "share, 0 to 1"})]
Value = Annotated[Number, Field(ge=-1e300, le=1e300)]
Port = Annotated[Whole, Field(ge=1024, le=65_535)]
Replicas = Annotated[Whole, Field(ge=0, le=1000, json_schema_extra={"x-unit": "replicas"})]
Windows = Annotated[Whole, Field(ge=1, le=52, json_schema_extra={"x-unit": "windows"})]
Rows = Annotated[Whole, Field(ge=1, le=1_000_000_000, json_schema_extra={"x-unit": "rows"})]
Percent = Annotated[Whole, Field(ge=1, le=100, json_schema_extra={"x-unit": "percent"})]
Money = Annotated[Number, Field(ge=0, le=1e12, json_schema_extra={"x-unit": "the budget's currency"})]


def _bounded(value: str | float | bool) -> str | float | bool:
    if isinstance(value, str) and len(value) > 100_000:
        raise ValueError("a parameter is at most 100,000 characters long; put more into a file beside the program")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number lies between -2^63 and 2^63 - 1")
    return value


Parameter = Annotated[
    str | int | float | bool,
    Said("a parameter is text, a number, true or false, such as 0.1"),
    AfterValidator(_bounded),
    WithJsonSchema(
        {
            "type": ["string", "number", "boolean"],
            "maxLength": 100_000,
            "minimum": -1.7976931348623157e308,
            "maximum": 1.7976931348623157e308,
            "description": "Text, a number or true or false.",
        }
    ),
]
