"""How a plain value is written in YAML, as quietly as it can be without changing its meaning."""

import re
from typing import Any

from plimsoll.cli.views.paint import safe

_WORD = re.compile(r"[^\W\d_]|[/_]", re.UNICODE)
_INSIDE = re.compile(r"(?:[^\s#:\"`\\]|:(?=[A-Za-z0-9/])| (?=\S))*\Z")
_FLOW = re.compile(r"[,\[\]{}?]")
"""What ends a plain text between brackets; libyaml takes a question mark there for the sign of a key."""
_MEASURE = re.compile(r"[0-9]+(\.[0-9]+)?(s|m|h|d|w|Ki|Mi|Gi|Ti)\Z|[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TAKEN = re.compile(r"(?i:y|yes|n|no|on|off|true|false|null|nan|inf)\Z")
"""Words that some reader of YAML takes for something else than text."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def scalar(value: Any, *, flow: bool = False) -> str:
    """A number, a truth value, nothing, or a text on one line; ``flow`` when it stands between brackets.

    Law: reading it gives the value back.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value, flow=flow) if isinstance(value, str) else repr(value)


def _text(value: str, *, flow: bool) -> str:
    """A text: plain where every reader of YAML takes it for text, else in double quotes."""
    if _MEASURE.match(value):
        return value
    plain = _WORD.match(value) and _INSIDE.match(value) and not _TAKEN.match(value)
    if plain and safe(value) == value and not (flow and _FLOW.search(value)):
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if safe(character) == character and character != "\ufeff":
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}"


def lines_of(value: str) -> tuple[str, list[str]] | None:
    """A text of several lines as a literal block: its sign and its lines; nothing when it can't be written so."""
    lines = value.split("\n")
    whole = lines[:-1] if lines[-1] == "" else lines
    if len(whole) < 2 or not whole[0].strip() or not whole[-1].strip() or whole[0].startswith(" "):
        return None
    if any(line != line.rstrip(" ") or safe(line) != line or "\ufeff" in line for line in whole):
        return None
    return ("|" if lines[-1] == "" else "|-"), whole
