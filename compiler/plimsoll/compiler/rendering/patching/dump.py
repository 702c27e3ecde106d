"""A value as the YAML of a release: the form that templates have, in the value's own order, without comments."""

import re
from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.rendering.blocks import literal
from plimsoll.compiler.rendering.scalars import as_yaml

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def dump(value: dict[str, Any]) -> str:
    """The text of an object's file.

    Law: a reader of YAML 1.1 or 1.2 gets ``value`` back, its keys in the same order.
    """
    return "".join(f"{line}\n" for line in _mapping(value, ""))


def _key(key: str) -> str:
    return key if _PLAIN.match(key) and key.lower() not in _WORDS else as_yaml([key])[1:-1]


def _mapping(value: dict[str, Any], indent: str) -> Iterator[str]:
    for key, item in value.items():
        head = f"{indent}{_key(key)}:"
        if isinstance(item, dict) and item:
            yield head
            yield from _mapping(item, f"{indent}  ")
        elif isinstance(item, list) and item:
            yield head
            yield from _list(item, f"{indent}  ")
        else:
            yield f"{head} {_scalar(item, indent)}"


def _list(value: list[Any], indent: str) -> Iterator[str]:
    for item in value:
        if isinstance(item, dict | list) and item:
            lines = _mapping(item, f"{indent}  ") if isinstance(item, dict) else _list(item, f"{indent}  ")
            for number, line in enumerate(lines):
                yield line if number else f"{indent}- {line[len(indent) + 2 :]}"
        else:
            yield f"{indent}- {_scalar(item, indent)}"


def _scalar(value: Any, indent: str) -> str:
    """One value; the lines of a text of several stand deeper than its key."""
    block = literal(value, len(indent) + 2) if isinstance(value, str) else None
    return block or as_yaml(value).replace("\n", f"\n{indent}")
