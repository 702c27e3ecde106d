"""Between the lines and columns of findings and the offsets of a text."""

from bisect import bisect_right
from itertools import accumulate


class Lines:
    """The lines of a text, which end where libyaml says that lines end: at CR LF, CR, LF, NEL, LS and PS.

    Law: ``offset(*place(n)) == n`` for every offset of the text.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self._starts = [0, *accumulate(map(len, self._lines))]

    @property
    def count(self) -> int:
        """How many lines there are, an empty last one not among them."""
        return len(self._lines)

    def text(self, line: int) -> str:
        """A line, counted from 1, without its end; empty past the last."""
        return self._lines[line - 1].splitlines()[0] if 0 < line <= len(self._lines) else ""

    def offset(self, line: int, column: int) -> int:
        """Where a line and a column, counted from 1, stand in the text.

        Raises:
            ValueError: when the text has no such place.
        """
        if not 0 < line <= len(self._starts) or column < 1:
            raise ValueError(f"there is no line {line}, column {column}")
        offset = self._starts[line - 1] + column - 1
        room = self._starts[line] if line < len(self._starts) else self._starts[-1]
        if offset > room:
            raise ValueError(f"line {line} has no column {column}")
        return offset

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column, counted from 1, of an offset of the text."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
