"""Change the entries of a mapping where they stand; with ruamel's round trip, their comments stay with them."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import CommentMark
from ruamel.yaml.scalarstring import DoubleQuotedScalarString
from ruamel.yaml.tokens import CommentToken

_NOT_TEXT = re.compile(
    r"(?i:y|yes|n|no|on|off|true|false|null|~)\Z|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])*(\.[0-9_]*)?([eE][-+]?[0-9]+)?\Z|\Z"
)
"""Plain scalars that readers of YAML 1.1 or 1.2 take for something other than text."""


_PLAIN = re.compile(r"[A-Za-z0-9_./]([-A-Za-z0-9_./ ]*[-A-Za-z0-9_./])?\Z")
"""What can stand without quotes anywhere, in brackets too."""


def replace_entry(mapping: MutableMapping[str, Any], old: str, new: str, value: Any) -> None:
    """Put an entry in the place of another. A comment beside the old one then stands beside the new one."""
    if old == new:
        mapping[old] = _native(value, mapping)
        return
    _replace(mapping, [old], new, _native(value, mapping))


def gather_entries(mapping: MutableMapping[str, Any], new: str, keys: Mapping[str, str]) -> None:
    """Put entries into a mapping of their own, in the place of the first of them, under the names that ``keys`` gives.

    A comment at the end of an entry's line goes with it; the lines of comment below it stay where they are.
    """
    moved = [key for key in mapping if key in keys]
    if not isinstance(mapping, CommentedMap):
        _replace(mapping, moved, new, {keys[key]: mapping[key] for key in moved})
        return
    inner = CommentedMap({keys[key]: mapping[key] for key in moved})
    below = _part_below(mapping, moved)
    for key in moved:
        if key in mapping.ca.items:
            inner.ca.items[keys[key]] = mapping.ca.items.pop(key)
    _append(inner, keys[moved[-1]], below)
    _replace(mapping, moved, new, inner)


def _part_below(mapping: CommentedMap, moved: list[str]) -> str:
    """Leave the lines of comment below moved entries where they are, and return those that follow the new mapping."""
    order = list(mapping)
    below, staying = "", None
    for key, following in zip(order, [*order[1:], None], strict=True):
        if key not in moved:
            staying = key if key in order[order.index(moved[0]) :] else None
        elif following not in moved or staying is not None:
            lines = _cut_below(mapping, key)
            if staying is None:
                below += lines
            else:
                _append(mapping, staying, lines)
    return below


def _replace(mapping: MutableMapping[str, Any], old: list[str], new: str, value: Any) -> None:
    position = list(mapping).index(old[0])
    if isinstance(mapping, CommentedMap):
        comment = mapping.ca.items.pop(old[0], None)
        for key in old:
            del mapping[key]
        mapping.insert(position, new, value)
        if comment is not None:
            mapping.ca.items[new] = comment
        return
    entries = [(new, value) if key == old[0] else (key, item) for key, item in mapping.items() if key not in old[1:]]
    mapping.clear()
    mapping.update(entries)


def _cut_below(mapping: CommentedMap, key: str) -> str:
    """Take the lines of comment below an entry away from it; a comment beside it stays."""
    token = mapping.ca.items.get(key, [None] * 4)[2]
    if token is None:
        return ""
    own, end, below = token.value.partition("\n")
    token.value = own + end
    return str(below)


def _append(container: Any, key: Any, below: str) -> None:
    """Add lines of comment behind the last leaf of an entry: there the round trip keeps what follows it."""
    if not below:
        return
    value = container[key]
    if isinstance(value, CommentedMap | CommentedSeq) and value and not value.fa.flow_style():
        _append(value, list(value)[-1] if isinstance(value, CommentedMap) else len(value) - 1, below)
        return
    slot = 2 if isinstance(container, CommentedMap) else 0
    tokens = container.ca.items.setdefault(key, [None, None, None, None])
    if tokens[slot] is None:
        tokens[slot] = CommentToken(f"\n{below}", CommentMark(0), None)
    else:
        tokens[slot].value += below


def _native(value: Any, container: Any) -> Any:
    """New plain data as the round trip writes it best: mappings and lists on one line, doubtful text in quotes."""
    if not isinstance(container, CommentedMap):
        return value
    if isinstance(value, dict):
        made = CommentedMap({key: _native(item, container) for key, item in value.items()})
        made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        row = CommentedSeq([_native(item, container) for item in value])
        row.fa.set_flow_style()
        return row
    if type(value) is str and (_NOT_TEXT.match(value) or not _PLAIN.match(value)):
        return DoubleQuotedScalarString(value)
    return value
