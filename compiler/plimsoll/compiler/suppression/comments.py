"""Where the comments of a YAML text stand. A ``#`` inside a scalar is none, so libyaml's tokens decide."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import YAMLError
from ruamel.yaml.tokens import ScalarToken

from plimsoll.compiler.editing.lines import Lines

_COMMENT = re.compile("#[^\n\r\x85\u2028\u2029]*")
_HEADER = re.compile("[|>][^#\n\r\x85\u2028\u2029]*")


@dataclass(frozen=True)
class Comment:
    """A comment: its line and column, counted from 1, and its text from the ``#`` to the end of the line."""

    line: int
    column: int
    text: str
    alone: bool
    """Whether nothing else stands on its line."""


@dataclass(frozen=True)
class Layout:
    """The comments of a text, and which of its lines belong to one scalar."""

    comments: tuple[Comment, ...]
    stretches: tuple[tuple[int, int], ...]
    """The first and the last line of every scalar that takes more than one."""

    def lines_with(self, line: int) -> frozenset[int]:
        """A line, and all lines of the scalars of several lines that begin or end on it."""
        reached = {line}
        for first, last in self.stretches:
            if line in (first, last):
                reached.update(range(first, last + 1))
        return frozenset(reached)

    def line_below(self, comment: Comment) -> int:
        """The first line below a comment that is not a comment alone itself."""
        alone = {one.line for one in self.comments if one.alone}
        line = comment.line + 1
        while line in alone:
            line += 1
        return line


class _Token(NamedTuple):
    """The offsets of a token, its end exclusive, and the lines that it stands on."""

    start: int
    end: int
    first: int
    last: int
    scalar: bool


def layout(text: str) -> Layout:
    """The layout of a text; of one that is not YAML, up to where it stops being so."""
    lines = Lines(text)
    found: list[int] = []
    stretches: list[tuple[int, int]] = []
    end = 0
    for token in _tokens(text):
        found += (one.start() for one in _COMMENT.finditer(text, end, token.start))
        if token.scalar and (header := _HEADER.match(text, token.start, token.end)):
            found += (one.start() for one in [_COMMENT.match(text, header.end(), token.end)] if one)
        if token.scalar and token.last > token.first:
            stretches.append((token.first, token.last))
        end = max(end, token.end)
    return Layout(tuple(_comment(lines, offset) for offset in found), tuple(stretches))


def _tokens(text: str) -> Iterator[_Token]:
    scanner = CParser(text)
    try:
        while scanner.check_token():
            token = scanner.get_token()
            start, end = token.start_mark, token.end_mark
            # The end of a block scalar is the beginning of the line after it.
            last = end.line + 1 if end.column else max(start.line + 1, end.line)
            yield _Token(start.index, end.index, start.line + 1, last, isinstance(token, ScalarToken))
    except YAMLError:
        return


def _comment(lines: Lines, offset: int) -> Comment:
    line, column = lines.place(offset)
    whole = lines.text(line)
    return Comment(line, column, whole[column - 1 :], not whole[: column - 1].strip())
