"""Between the compiler's places, in characters from 1, and an editor's, from 0 in the units it counts in."""

from lsprotocol.types import Position, PositionEncodingKind, Range

from plimsoll.compiler.diagnostics import Edit, Span
from plimsoll.compiler.loading.sources import SourceFile

_MARK = "\ufeff"


class Text:
    """The text of a file and the units in which an editor counts its characters.

    Law: for every character, ``place(position(line, column)) == (line, column)``.
    """

    def __init__(self, text: str, encoding: PositionEncodingKind | str) -> None:
        self._shift = len(_MARK) if text.startswith(_MARK) else 0
        self.lines = SourceFile("", text).lines
        self._encoding = encoding

    def position(self, line: int, column: int) -> Position:
        """An editor's position of a place that the compiler counts from 1; beyond the end it is the end."""
        if line > len(self.lines):
            return Position(len(self.lines) - 1, self._units(self.lines[-1]))
        shift = self._shift if line == 1 else 0
        return Position(line - 1, self._units(self.lines[line - 1][: column - 1 + shift]))

    def place(self, position: Position) -> tuple[int, int]:
        """The line and the column, from 1, of an editor's position; inside a character it is before it."""
        if position.line >= len(self.lines):
            return len(self.lines), len(self.lines[-1]) + 1
        column = self._characters(self.lines[position.line], position.character)
        shift = self._shift if position.line == 0 else 0
        return position.line + 1, max(column - shift, 0) + 1

    def range(self, span: Span) -> Range:
        """An editor's range of a span."""
        return Range(self.position(span.line, span.column), self.position(span.line, span.end))

    def range_of(self, edit: Edit) -> Range:
        """An editor's range of what an edit replaces."""
        return Range(self.position(edit.line, edit.column), self.position(edit.end_line, edit.end_column))

    def _units(self, text: str) -> int:
        return sum(map(self._unit, text)) if not text.isascii() else len(text)

    def _unit(self, character: str) -> int:
        code = ord(character)
        match self._encoding:
            case PositionEncodingKind.Utf8:
                return 1 + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000)
            case PositionEncodingKind.Utf32:
                return 1
            case _:
                return 1 + (code >= 0x10000)

    def _characters(self, line: str, units: int) -> int:
        """How many whole characters of a line its first ``units`` units hold."""
        if line.isascii():
            return min(units, len(line))
        used = 0
        for index, character in enumerate(line):
            used += self._unit(character)
            if used > units:
                return index
        return len(line)


def without_mark(text: str) -> str:
    """A text as the compiler reads it: without a byte-order mark, and without halves of characters."""
    whole = text.removeprefix(_MARK)
    return whole if whole.isascii() else whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
