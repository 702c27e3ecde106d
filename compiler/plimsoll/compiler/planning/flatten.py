"""A spec as flat fields, in the words of its author: ``spec.window.training`` is ``150d``, not 150."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from plimsoll.compiler.kinds.scalars import days, seconds

_IDENTITIES = ("name", "set", "by", "metric", "type", "country")
"""Keys that tell the members of a list apart, so that a change of one is not a change of all that follow it."""

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60))


def flat(model: BaseModel) -> dict[str, str]:
    """Every value of a spec by its dotted route, defaults included, absent ones left out.

    Members of a list are named by what identifies them, as in ``features[origin-weather].use``.
    """
    return dict(_fields(model, ""))


def _fields(model: BaseModel, prefix: str) -> Iterator[tuple[str, str]]:
    for name, field in type(model).model_fields.items():
        unit = _unit(field.annotation, field.metadata)
        yield from _value(getattr(model, name), f"{prefix}{field.alias or name}", unit)


def _value(value: Any, route: str, unit: str) -> Iterator[tuple[str, str]]:
    if value is None or value in ((), {}):
        return
    if isinstance(value, BaseModel):
        yield from _fields(value, f"{route}.")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _value(item, f"{route}.{key}", "")
    elif isinstance(value, tuple | list) and any(isinstance(item, BaseModel | Mapping) for item in value):
        for name, item in _members(value):
            yield from _value(item, f"{route}[{name}]", "")
    else:
        yield route, _text(value, unit)


def _members(items: Any) -> Iterator[tuple[str, Any]]:
    """The members of a list by name; a name that comes again gets its position."""
    seen: set[str] = set()
    for index, item in enumerate(items):
        values = dict(item) if isinstance(item, BaseModel | Mapping) else {}
        name = next((str(values[key]) for key in _IDENTITIES if isinstance(values.get(key), str)), str(index))
        yield (f"{name}#{index}" if name in seen else name), item
        seen.add(name)


def _text(value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple | list):
        return f"[{', '.join(_text(item, '') for item in value)}]"
    if isinstance(value, float):
        return f"{value:.15g}"
    if unit == "seconds":
        return _duration(value)
    return f"{value}d" if unit == "days" else str(value)


def _duration(value: int) -> str:
    """Seconds in the largest unit that leaves no rest, from days down."""
    suffix, size = next(((s, n) for s, n in _UNITS if value and value % n == 0), ("s", 1))
    return f"{value // size}{suffix}"


def _unit(annotation: Any, metadata: list[Any]) -> str:
    """Whether a field is a duration, by the reader that its type has."""
    if any(isinstance(one, BeforeValidator) and one.func is days for one in metadata):
        return "days"
    if any(isinstance(one, BeforeValidator) and one.func is seconds for one in metadata):
        return "seconds"
    if get_origin(annotation) is Annotated:
        return _unit(get_args(annotation)[0], list(annotation.__metadata__))
    return next((unit for part in get_args(annotation) if (unit := _unit(part, []))), "")
