"""Specs as people write them: block style outside, flow style for what fits in a line.

A dumper of its own, since an estate of 50,000 specs is to be written in seconds. It knows the values that estates hold
and no others.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./@-]*( [A-Za-z0-9_./@-]+)*|[1-9][0-9]*(s|m|h|d|w|Ki|Mi|Gi|Ti)")
_RESERVED = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}


def yaml_text(value: Mapping[str, Any]) -> str:
    """A mapping of strings, numbers, booleans, mappings and sequences as YAML.

    Law: reading it again gives an equal value.
    """
    return "\n".join(_block(value, "", depth=0)) + "\n"


def _block(value: Mapping[str, Any], indent: str, depth: int) -> Iterator[str]:
    for key, item in value.items():
        line = f"{indent}{_scalar(key)}: "
        if isinstance(item, str) and "\n" in item:
            yield f"{line}|"
            yield from (f"{indent}  {text}" for text in item.rstrip("\n").split("\n"))
        elif _goes_flow(item, len(line), depth):
            yield line + _flow(item)
        else:
            yield line.rstrip()
            yield from _nested(item, indent + "  ", depth + 1)


def _nested(item: Any, indent: str, depth: int) -> Iterator[str]:
    if isinstance(item, Mapping):
        yield from _block(item, indent, depth)
        return
    for one in item:
        if _goes_flow(one, len(indent) + 2, depth):
            yield f"{indent}- {_flow(one)}"
        else:
            first, *rest = _block(one, indent + "  ", depth)
            yield f"{indent}- {first.lstrip()}"
            yield from rest


def _goes_flow(item: Any, before: int, depth: int) -> bool:
    """Whether an item stands on its key's line: scalars do, and what is short and neither metadata nor spec."""
    if isinstance(item, str) or not isinstance(item, Mapping | Sequence) or not item:
        return True
    holds_lines = isinstance(item, Mapping) and any(isinstance(one, str) and "\n" in one for one in item.values())
    return not holds_lines and depth > 0 and before + len(_flow(item)) <= _WIDTH


def _flow(item: Any) -> str:
    if isinstance(item, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(one)}" for key, one in item.items()) + "}"
    if isinstance(item, Sequence) and not isinstance(item, str):
        return "[" + ", ".join(map(_flow, item)) + "]"
    return _scalar(item)


def _scalar(value: str | float | bool) -> str:
    if not isinstance(value, str):
        return json.dumps(value)
    plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED
    return value if plain else json.dumps(value, ensure_ascii=False)
