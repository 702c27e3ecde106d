"""From a character of an expression to its place in the policy file, whichever YAML style the scalar has."""

import re

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.loading.documents import Document

_ESCAPES = {"'": "'", '"': "\\"}
"""The character that, in a scalar of this quote, makes one character of two."""

_OPENING = re.compile(r"\s*:\s*(?:[|>][-+0-9]*[^\n]*\n|[\"'])?\s*")


def span_in_scalar(document: Document, route: Route, text: str, offset: int, length: int) -> Span:
    """The span of ``text[offset : offset + length]``, where ``text`` is the scalar at ``route``.

    White space in the file and in the value may differ, since YAML folds lines; everything else comes in the same
    order, so that counting the other characters leads to the place.
    """
    key = document.key_span(route)
    source = document.source.text
    start = _offset_of(source, key.line, key.end)
    opening = _OPENING.match(source, start)
    if opening is None:
        return document.span(route)
    ahead = sum(not c.isspace() for c in text[:offset])
    escape = _ESCAPES.get(opening[0].rstrip()[-1:], "")
    place = _skip(source, opening.end(), ahead, escape)
    line = source.count("\n", 0, place) + 1
    column = place - source.rfind("\n", 0, place)
    room = len(document.source.line(line)) + 1 - column
    return Span(key.path, line, column, column + max(1, min(length, room)))


def _offset_of(source: str, line: int, column: int) -> int:
    """The offset of a place in a text; lines and columns count from 1."""
    start = 0
    for _ in range(line - 1):
        start = source.index("\n", start) + 1
    return start + column - 1


def _skip(source: str, place: int, count: int, escape: str) -> int:
    """The place after ``count`` characters that aren't white space, and after the white space that follows them."""
    while place < len(source) and (count > 0 or source[place].isspace()):
        if source[place].isspace():
            place += 1
            continue
        count -= 1
        place += 2 if source[place] == escape else 1
    return min(place, len(source) - 1)
