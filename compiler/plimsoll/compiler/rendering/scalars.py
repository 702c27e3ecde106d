"""How a value is written into YAML so that it stays one value, whatever characters it holds."""

import json
import re
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any

from jinja2 import Undefined

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What YAML calls not printable or a line break, and the marks that turn the direction of text for a reader."""

_INDENT = " " * 8
"""How deep the lines of a text stand; deeper than any key that a template gives a text of several lines."""


def as_yaml(value: Any) -> str:
    """A value as a YAML scalar or flow collection: texts double-quoted, mappings and sequences in JSON's form.

    Law: a reader of YAML 1.1 or 1.2 gets ``value`` back.

    Raises:
        TypeError: for any other kind of value; a template must not print one.
        jinja2.UndefinedError: for a name that the template was not given.
        ValueError: for a number that is not finite.
    """
    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if value is None or isinstance(value, bool | int | float | dict | list | tuple):
        return _flow(value)
    raise TypeError(f"a template prints {value!r}, which is a {type(value).__name__}")


def _flow(value: Any) -> str:
    return _shielded(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _shielded(text: str) -> str:
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) if _UNSAFE.search(text) else text


@lru_cache(maxsize=4096)
def _text(text: str) -> str:
    """One double-quoted scalar. A text of several lines keeps a line for each, so that its changes can be read.

    A backslash at a line's end hides the break and the blanks after it from a YAML reader; one before a line's first
    blank keeps that blank. (YAML 1.2.2, 7.3.1.)
    """
    lines = text.split("\n")
    if len(lines) < 3:
        return _shielded(encode_basestring(text))
    inner = [_shielded(encode_basestring(line))[1:-1] for line in lines]
    shielded = [f"\\{line}" if line.startswith(" ") else line for line in inner]
    return '"\\\n' + "".join(f"{_INDENT}{line}\\n\\\n" for line in shielded[:-1]) + f'{_INDENT}{shielded[-1]}"'
