"""From a character of an expression to its place in the policy file, whichever YAML style the scalar has."""

import re

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.loading.characters import span_at
from plimsoll.compiler.loading.documents import Document

_ESCAPES = {"'": "'", '"': "\\"}
"""The character that, in a scalar of this quote, makes one character of two."""

_OPENING = re.compile(r"\s*:\s*(?:[|>][-+0-9]*[^\r\n]*[\r\n]|[\"'])?\s*")


def span_in_scalar(document: Document, route: Route, text: str, offset: int, length: int) -> Span:
    """The span of ``text[offset : offset + length]``, where ``text`` is the scalar at ``route``.

    White space in the file and in the value may differ, since YAML folds lines; everything else comes in the same
    order, so that counting the other characters leads to the place.
    """
    key = document.key_span(route)
    source = document.source.text
    start = document.source.offset(key.line - 1, key.end - 1)
    opening = _OPENING.match(source, start)
    if opening is None:
        return document.span(route)
    ahead = sum(not c.isspace() for c in text[:offset])
    escape = _ESCAPES.get(opening[0].rstrip()[-1:], "")
    place = _skip(source, opening.end(), ahead, escape)
    return span_at(document.source, *document.source.place(place), max(1, length))


def _skip(source: str, place: int, count: int, escape: str) -> int:
    """The place after ``count`` characters that aren't white space, and after the white space that follows them."""
    while place < len(source) and (count > 0 or source[place].isspace()):
        if source[place].isspace():
            place += 1
            continue
        count -= 1
        place += 2 if source[place] == escape else 1
    return min(place, len(source) - 1)
