"""Typed spec → the values that a YAML file would hold: the way back from what the compiler reads."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator

from plimsoll.compiler.kinds.scalars.versions import Reference

_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def written(part: BaseModel) -> dict[str, Any]:
    """A part of a spec as plain values under the keys of YAML, defaults filled in; what has no value is left out.

    Law: ``type(part).model_validate(written(part)) == part``.
    """
    return {
        field.alias or name: _written(value, Annotated[field.annotation, name, *field.metadata])
        for name, field in type(part).model_fields.items()
        if (value := getattr(part, name)) is not None
    }


def _written(value: Any, hint: Any) -> Any:
    if isinstance(value, BaseModel):
        return written(value)
    if isinstance(value, Mapping):
        return {key: _written(item, _inside(hint, -1)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_written(item, _inside(hint, 0)) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Reference):
        return value.written
    if isinstance(value, int) and not isinstance(value, bool):
        return next((text for reader in _readers(hint) if (text := _spelt(value, reader))), value)
    return value


def _spelt(value: int, reader: Callable[..., Any]) -> str | None:
    """The duration that a field's reader takes for a number, if it reads durations at all."""
    for _, length in _UNITS:
        text = duration(value * length)
        try:
            if reader(text) == value:
                return text
        except ValueError:
            continue
    return None


def duration(total: int) -> str:
    """Seconds in the largest unit that gives a whole number: ``3h``, and ``90m`` rather than ``1.5h``."""
    name, length = next(unit for unit in _UNITS if total % unit[1] == 0 and (total or unit[1] == 1))
    return f"{total // length}{name}"


def _readers(hint: Any) -> Iterator[Callable[..., Any]]:
    """The functions that read a value before pydantic does, in every branch of a union."""
    origin = get_origin(hint)
    if origin is Annotated:
        plain, *metadata = get_args(hint)
        yield from (one.func for one in metadata if isinstance(one, BeforeValidator))
        yield from _readers(plain)
    elif origin in (Union, UnionType):
        for branch in get_args(hint):
            yield from _readers(branch)


def _inside(hint: Any, which: int) -> Any:
    """The type of what a container holds; ``Any`` where the hint does not say."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _inside(arguments[0], which)
    if origin in (Union, UnionType):
        containers = [one for one in arguments if get_args(one)]
        return _inside(containers[0], which) if containers else Any
    return arguments[which] if arguments else Any
