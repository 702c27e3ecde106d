"""What a task that fans out fans out over."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import manifest
from plimsoll.runtime.runner.manifest import Task
from plimsoll.runtime.runner.substitution import substitute

_FORMAT = re.compile(r"(?P<before>[^%]*)%(?P<pad>0?\d*)(?P<kind>[dxX])(?P<after>[^%]*)")


@dataclass(frozen=True)
class Item:
    """One item: its text, and the values of ``{{item}}`` and ``{{item.key}}``."""

    text: str
    values: Mapping[str, str]


def items_of(task: Task, values: Mapping[str, str], where: str) -> tuple[Item, ...]:
    """The items of a task's ``withItems``, ``withParam`` or ``withSequence``, in order.

    Raises:
        Refused: when ``withParam`` is no JSON list, or ``withSequence`` has no whole numbers or an unknown format.
    """
    if task.with_param is not None:
        return tuple(map(_item, _listed(substitute(task.with_param, values, f"{where}.withParam"), where)))
    if task.with_sequence is not None:
        return tuple(map(_item, _sequence(task.with_sequence, values, f"{where}.withSequence")))
    return tuple(_item(_filled(raw, values, f"{where}.withItems")) for raw in task.with_items or ())


def joined(texts: Sequence[str]) -> str:
    """The outputs of a fan-out as one JSON list; a text that is JSON stands in it as its value, as in Argo."""
    return json.dumps([_value(text) for text in texts])


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _item(value: object) -> Item:
    fields = {f"item.{key}": _text(field) for key, field in value.items()} if isinstance(value, dict) else {}
    return Item(_text(value), {"item": _text(value), **fields})


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _filled(value: object, values: Mapping[str, str], where: str) -> object:
    """An item with the tags in its texts replaced."""
    if isinstance(value, str):
        return substitute(value, values, where)
    if isinstance(value, dict):
        return {key: _filled(field, values, where) for key, field in value.items()}
    return [_filled(entry, values, where) for entry in value] if isinstance(value, list) else value


def _listed(text: str, where: str) -> list[object]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Refused("withParam", where, f"its value is no JSON: {error}") from None
    if not isinstance(found, list):
        raise Refused("withParam", where, "its value is no JSON list")
    return found


def _sequence(sequence: manifest.Sequence, values: Mapping[str, str], where: str) -> tuple[str, ...]:
    def whole(text: str) -> int:
        filled = substitute(text, values, where)
        if not re.fullmatch(r"-?\d+", filled):
            raise Refused("withSequence", where, f"`{filled}` is no whole number")
        return int(filled)

    start = whole(sequence.start or "0")
    if sequence.count is not None:
        numbers = range(start, start + whole(sequence.count))
    else:
        end = whole(sequence.end or "0")
        numbers = range(start, end + 1) if end >= start else range(start, end - 1, -1)
    return tuple(_formatted(number, sequence.format or "%d", where) for number in numbers)


def _formatted(number: int, form: str, where: str) -> str:
    match = _FORMAT.fullmatch(form)
    if match is None:
        raise Refused("withSequence", where, f"the format `{form}` isn't known to this engine", "use %d, %03d or %x")
    return f"{match['before']}{number:{match['pad']}{match['kind']}}{match['after']}"
