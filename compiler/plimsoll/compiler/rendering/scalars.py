"""How a value is written into YAML so that it stays one value, whatever characters it holds."""

from functools import lru_cache
from json.encoder import JSONEncoder, encode_basestring
from typing import Any

from jinja2 import Undefined

from plimsoll.compiler.rendering.blocks import UNSAFE, Block, literal
from plimsoll.compiler.rendering.woven import Woven

_INDENT = " " * 8
"""How deep the lines of a text stand; deeper than any key that a template gives a text of several lines."""

_SHORT = 200
"""Up to how many characters a text is likely to come again, and its scalar is kept for long."""

_BREAK = "\x7f"
"""Stands for a line break while a text is escaped: JSON's escapes leave it as it is."""

_NEXT = f"\\n\\\n{_INDENT}"
_JSON = JSONEncoder(ensure_ascii=False, allow_nan=False)
_CONSTANTS = {None: "null", True: "true", False: "false"}


def as_yaml(value: Any) -> str:
    """A value as a YAML scalar or flow collection: texts double-quoted, mappings and sequences in JSON's form.

    A block is written as one, or else as any other text.

    Law: a reader of YAML 1.1 or 1.2 gets ``value`` back.

    Raises:
        TypeError: for any other kind of value; a template must not print one.
        jinja2.UndefinedError: for a name that the template was not given.
        ValueError: for a number that is not finite.
    """
    if type(value) is str:
        return _kept(value) if len(value) <= _SHORT else _kept_for_now(value)
    if type(value) is Woven:
        return _woven(value)
    if type(value) is Block:
        return literal(*value) or as_yaml(value.text)
    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, str):
        return _text(str.__str__(value))
    if value is None or isinstance(value, bool | int | float | dict | list | tuple):
        return _shielded(_json(value))
    raise TypeError(f"a template prints {value!r}, which is a {type(value).__name__}")


def _json(value: Any) -> str:
    """What Python's own encoder makes of a value, which takes longer to get ready than most values to be written."""
    kind = type(value)
    if kind is str:
        return encode_basestring(value)
    if kind is dict and all(type(key) is str for key in value):
        return "{" + ", ".join([f"{encode_basestring(key)}: {_json(item)}" for key, item in value.items()]) + "}"
    if kind in (list, tuple):
        return "[" + ", ".join([_json(item) for item in value]) + "]"
    return repr(value) if kind is int else _CONSTANTS[value] if value is None or kind is bool else _JSON.encode(value)


def _shielded(text: str) -> str:
    if text.isascii() and "\x7f" not in text:
        return text
    return UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _text(text: str) -> str:
    """One double-quoted scalar. A text of several lines keeps a line for each, so that its changes can be read.

    A backslash at a line's end hides the break and the blanks after it from a YAML reader; one before a line's first
    blank keeps that blank. (YAML 1.2.2, 7.3.1.)
    """
    if text.count("\n") < 2:
        return _shielded(encode_basestring(text))
    return _framed(_lines(text))


def _woven(text: Woven) -> str:
    """What ``_text`` makes of it."""
    if text.count("\n") < 2 or not text.lines_begin_inside:
        return _text(str.__str__(text))
    return _framed("".join([_lines_kept(piece) for piece in text.pieces]))


def _framed(inner: str) -> str:
    first = "\\" if inner.startswith(" ") else ""
    return f'"\\\n{_INDENT}{first}{inner}"'


def _lines(text: str) -> str:
    """The lines of a text, but for what stands before the first of them."""
    return _escaped(text).replace("\n ", "\n\\ ").replace("\n", _NEXT)


def _escaped(text: str) -> str:
    """A text of several lines, escaped but for its line breaks: all of it at once, unless it holds the stand-in."""
    if _BREAK not in text:
        return _shielded(encode_basestring(text.replace("\n", _BREAK))[1:-1].replace(_BREAK, "\n"))
    return "\n".join(_shielded(encode_basestring(line))[1:-1] for line in text.split("\n"))


_kept = lru_cache(maxsize=4096)(_text)
_kept_for_now = lru_cache(maxsize=64)(_text)
_lines_kept = lru_cache(maxsize=16)(_lines)
"""Code, SQL and parameters are the same in all environments of a model, which are rendered one after the other."""
