"""Terminal styles, and text made safe for a terminal.

Rich could do this, but importing its console takes longer than a whole check of a small project.
"""

import os
import sys
import unicodedata
from enum import Enum
from typing import NamedTuple, TextIO


class Style(Enum):
    """What a piece of text means; the value is its SGR parameter (ECMA-48, 8.3.117)."""

    ERROR = "1;31"
    WARNING = "1;33"
    NOTE = "1;36"
    GOOD = "1;32"
    ADDED = "32"
    REMOVED = "31"
    CHANGED = "33"
    FRAME = "1;34"
    STRONG = "1"
    DIM = "2"


class Styled(NamedTuple):
    """A piece of text and what it means."""

    text: str
    style: Style


_BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_TAB = "    "


def safe(text: str) -> str:
    """Text from outside as one line that cannot steer a terminal: control characters become visible pictures.

    Bidirectional controls, which could show a line in another order than it is read, are spelt out.
    """
    return "".join(map(_safe, text)) if not text.isascii() or not text.isprintable() else text


def safe_lines(text: str) -> str:
    """The same for a text that may have several lines, each of which stays one."""
    return "\n".join(map(safe, text.splitlines()))


def _safe(character: str) -> str:
    code = ord(character)
    if character == "\t":
        return _TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code < 0xA0 or code in _BIDI or 0xD800 <= code < 0xE000 or code in (0x2028, 0x2029):
        return f"<U+{code:04X}>"
    return character


def width(text: str) -> int:
    """How many columns of a terminal a safe text takes: wide characters two, combining ones none (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def wants_colour(choice: str, stream: TextIO) -> bool:
    """Whether to colour a stream: as told, else on a terminal unless ``NO_COLOR`` is set (no-color.org).

    ``FORCE_COLOR`` colours what is not a terminal (force-color.org), as a program that shows our output needs.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Painter:
    """Writes styled lines to a stream."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        self._stream = stream
        self._colour = colour

    @classmethod
    def of_standard_output(cls, choice: str) -> "Painter":
        """A painter of standard output."""
        return cls(sys.stdout, colour=wants_colour(choice, sys.stdout))

    @classmethod
    def of_standard_error(cls, choice: str) -> "Painter":
        """A painter of standard error."""
        return cls(sys.stderr, colour=wants_colour(choice, sys.stderr))

    def line(self, *pieces: str | Styled) -> None:
        """Write one line. Every piece is made safe."""
        self._stream.write("".join(map(self._piece, pieces)).rstrip(" ") + "\n")

    def _piece(self, piece: str | Styled) -> str:
        if isinstance(piece, str):
            return safe(piece)
        text = safe(piece.text)
        return f"\x1b[{piece.style.value}m{text}\x1b[0m" if self._colour and text else text
