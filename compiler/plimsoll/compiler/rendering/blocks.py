"""Texts of several lines as literal blocks: JSON and code as they are, with nothing quoted or escaped."""

import re
from functools import lru_cache
from typing import NamedTuple

from plimsoll.compiler.rendering.woven import Woven

UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
"""What YAML calls not printable or a line break, and the marks that turn the direction of text for a reader."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f]")
"""What JSON escapes anyway, but for tabs and line ends."""

_LINES = bytes([*b"\t\n", *range(0x20, 0x7F)])
"""What a literal block may hold of ASCII: what YAML calls printable, less the carriage return, which ends a line."""


class Block(NamedTuple):
    """A text as the value of a key in a block mapping, where nothing else stands behind it on its line."""

    text: str
    columns: int
    """How far its lines are indented, which is more than the key is."""


def literal(text: str, columns: int) -> str | None:
    """A text as a literal block scalar (YAML 1.2.2, 8.1.2); None for one that a reader would not find to be the same.

    That is one of less than two lines, one that begins or ends with blanks, which would look like indentation or like
    lines to be clipped, and one with any character that is escaped elsewhere.
    """
    ends = text.endswith("\n")
    if text.count("\n") < 2 or text[0].isspace() or text[-2 if ends else -1].isspace():
        return None
    pad, header = " " * columns, "|" if ends else "|-"
    pieces = text.pieces if type(text) is Woven and text.lines_begin_inside else (str.__str__(text),)
    lines = [_indented(piece, pad) for piece in (*pieces[:-1], pieces[-1].removesuffix("\n"))]
    if None in lines:
        return None
    return f"{header}\n{pad}{''.join(filter(None, lines))}"


@lru_cache(maxsize=64)
def _indented(piece: str, pad: str) -> str | None:
    """A piece of a text, each line behind its first indented; an empty one stays empty.

    What a model reads and its code are the same in all of its environments, which are rendered one after the other.
    """
    if not _is_literal(piece):
        return None
    if "\n\n" not in piece:
        return piece.replace("\n", f"\n{pad}")
    first, *others = piece.split("\n")
    return "\n".join([first, *(f"{pad}{line}" if line else line for line in others)])


def _is_literal(piece: str) -> bool:
    """Whether each character stands for itself in a block, whatever this Python calls printable."""
    if piece.isascii():
        return not piece.encode().translate(None, _LINES)
    return UNSAFE.search(piece) is None and _CONTROL.search(piece) is None
