"""Scalar types of the spec language; each explains itself when a value is wrong."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

_DURATION = re.compile(r"([0-9]{1,9})(s|m|h|d|w)\Z")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_CPU = re.compile(r"[0-9]+(\.[0-9]{1,3})?\Z|[0-9]+m\Z")
_MEMORY = re.compile(r"[0-9]+(Ki|Mi|Gi|Ti)\Z")
_BINARY = {"Ki": 2**-20, "Mi": 2**-10, "Gi": 1.0, "Ti": 2.0**10}
_CRON_FIELD = re.compile(
    r"(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?(,(\*|[0-9A-Za-z]+(-[0-9A-Za-z]+)?)(/[0-9]+)?)*\Z"
)


def seconds(value: object) -> int:
    """Read a duration such as ``30s``, ``5m``, ``3h``, ``7d`` or ``2w`` as seconds."""
    found = _DURATION.match(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError("a duration is a whole number and a unit, such as 30s, 5m, 3h, 7d or 2w")
    return int(found[1]) * _SECONDS[found[2]]


def days(value: object) -> int:
    """Read a duration of whole days, such as ``30d`` or ``4w``, as days."""
    total = seconds(value)
    if total == 0 or total % 86_400:
        raise ValueError("a window is a whole number of days or weeks, such as 30d or 4w")
    return total // 86_400


def days_or_month(value: object) -> object:
    """Read a window: whole days as ``days`` does, or the word ``month`` for calendar months."""
    return value if value == "month" else days(value)


def cores(quantity: str) -> float:
    """A CPU quantity, such as ``500m`` or ``2``, in cores."""
    return int(quantity[:-1]) / 1000 if quantity.endswith("m") else float(quantity)


def gibibytes(quantity: str) -> float:
    """A memory quantity, such as ``512Mi`` or ``2Gi``, in GiB."""
    return int(quantity[:-2]) * _BINARY[quantity[-2:]]


def _cpu(value: str) -> str:
    if not _CPU.match(value) or cores(value) == 0:
        raise ValueError("a CPU quantity is a number of cores or of thousandths, such as 2, 0.5 or 500m")
    return value


def _memory(value: str) -> str:
    if not _MEMORY.match(value) or gibibytes(value) == 0:
        raise ValueError("a memory quantity is a whole number and a binary unit, such as 512Mi or 2Gi")
    return value


def _cron(value: str) -> str:
    fields = value.split()
    if len(fields) != 5 or not all(_CRON_FIELD.match(field) for field in fields):
        raise ValueError(
            "a schedule has five fields: minute, hour, day of month, month, day of week, as in '0 3 1 * *'"
        )
    return value


def _image(value: str) -> str:
    if not re.match(r"[a-z0-9][a-z0-9.:/_-]*(@sha256:[0-9a-f]{64})?\Z", value):
        raise ValueError("an image is registry/name@sha256:<64 hex digits> or registry/name:tag, in lower case")
    return value


def _relative_path(value: str) -> str:
    if not re.match(r"[A-Za-z0-9._/-]+\Z", value) or value.startswith("/") or ".." in value.split("/"):
        raise ValueError("a path is relative and stays below its folder: letters, digits, dots, dashes and slashes")
    return value


Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$", description="lower-case letters, digits and dashes; at most 40"
    ),
]
Column = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$", description="letters, digits and underscores")]
Seconds = Annotated[int, BeforeValidator(seconds, json_schema_input_type=str)]
Days = Annotated[int, BeforeValidator(days, json_schema_input_type=str)]
Cpu = Annotated[str, BeforeValidator(str), AfterValidator(_cpu)]
Memory = Annotated[str, AfterValidator(_memory)]
Cron = Annotated[str, AfterValidator(_cron)]
Image = Annotated[str, AfterValidator(_image)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="ISO 3166-1 alpha-2, such as AE or DE")]
Region = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="a cloud region or the name of a site")]
Share = Annotated[float, Field(ge=0, le=1)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
RelativePath = Annotated[str, AfterValidator(_relative_path)]
