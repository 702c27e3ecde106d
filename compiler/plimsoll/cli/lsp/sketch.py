"""What stands at a cursor, by indentation and brackets: for a text that is being typed, and need not be YAML yet.

A parser stops at the first fault; this reads on. It knows block mappings and sequences, flow collections, quoted and
literal texts, and takes everything else for a word.

Law: in a text that is YAML, the route that is found at the place of a value is the route of that value.
"""

import contextlib
import re
from dataclasses import dataclass, field
from typing import Literal

from plimsoll.cli.lsp.flow import Flow, unquoted
from plimsoll.cli.lsp.found import DEEPEST, Cursor, Found, TooDeep
from plimsoll.compiler.diagnostics import Route

_BLANKS = re.compile(" *")
_DASH = re.compile(r"-(?= |$)")
_COLON = re.compile(r":(?=\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_PROPERTY = re.compile(r"(?:[&!]\S*\s+)*")
_DIVIDER = re.compile(r"(---|\.\.\.)(?=\s|$)")


@dataclass
class _Level:
    """A block collection that is open: where its entries begin, and the route of the entry that was last begun."""

    kind: Literal["map", "seq"]
    indent: int
    route: Route
    part: str | int
    open: bool = True
    """Whether the entry has no value on its own line, so that one may stand below it."""

    @property
    def inside(self) -> Route:
        return (*self.route, self.part)


def sketch(lines: tuple[str, ...], line: int, column: int) -> Found:
    """Read the document around a cursor; ``line`` and ``column`` count from 0."""
    starts = [number for number, text in enumerate(lines) if _DIVIDER.match(text)]
    first = max((number + 1 for number in starts if number < line), default=0)
    last = min((number for number in starts if number >= line), default=len(lines))
    reader = _Reader(line, column)
    with contextlib.suppress(TooDeep):
        for number in range(first, last):
            reader.read(number, lines[number])
    return reader.found


@dataclass
class _Reader:
    line: int
    column: int
    found: Found = field(default_factory=Found)
    levels: list[_Level] = field(default_factory=list)
    flow: Flow | None = None
    literal: int | None = None
    """The indent of the entry whose literal text is being passed over."""
    quote: str = ""
    """The quote that a text of several lines ends with."""

    def read(self, number: int, raw: str) -> None:
        text = raw.lstrip(" ") if not raw.isspace() else ""
        indent = len(raw) - len(text)
        here = self.column if number == self.line else None
        if self._goes_on(raw, text, indent, here):
            return
        if not text or text.startswith("#"):
            if here is not None and (not text or here <= indent):
                self._blank(here)
            return
        self._entry(raw, indent, here)

    def _goes_on(self, raw: str, text: str, indent: int, here: int | None) -> bool:
        """Whether a line belongs to what an earlier one began: a literal or a quoted text, or a flow collection."""
        base = self.levels[-1].indent if self.levels else -1
        if self.literal is not None:
            if not text or indent > self.literal:
                return True
            self.literal = None
        if self.quote:
            if not text or indent > base:
                self.quote = "" if self.quote in text else self.quote
                return True
            self.quote = ""
        if self.flow is not None:
            if not text or indent > base or text[0] in "]}":
                self.flow = self.flow if self.flow.read(raw, indent, here) is None else None
                return True
            self.flow = None
        return False

    def _blank(self, here: int) -> None:
        """The cursor stands on a line without text: what would be typed there belongs where its indent puts it."""
        levels = [level for level in self.levels if level.indent <= here]
        while levels and levels[-1].kind == "seq" and levels[-1].indent == here:
            levels.pop()
        if not levels:
            self.found.cursor = Cursor((), "key", "", here, here)
        elif levels[-1].indent == here:
            self.found.cursor = Cursor(levels[-1].route, "key", "", here, here)
        elif levels[-1].open:
            self.found.cursor = Cursor(levels[-1].inside, "open", "", here, here)

    def _entry(self, raw: str, start: int, here: int | None) -> None:
        dashed = False
        while _DASH.match(raw, start):
            self._dash(start)
            dashed = True
            after = start + 1
            start = after + len((_BLANKS.match(raw, after) or [""])[0])
            if start == len(raw):
                if here is not None and here > after - 1:
                    self.found.cursor = Cursor(self.levels[-1].inside, "open", "", here, here)
                return
        colon = self._colon(raw, start)
        if colon is None:
            self._word(raw, start, here, dashed=dashed)
            return
        written = raw[start:colon].rstrip()
        self._key(start, unquoted(written))
        self.found.keys.setdefault(self.levels[-1].route, []).append(unquoted(written))
        if here is not None and start <= here <= start + len(written):
            self.found.cursor = _token(raw, start, start + len(written), self.levels[-1].route, "key")
            here = None
        self._value(raw, colon + 1, here)

    def _colon(self, raw: str, start: int) -> int | None:
        """Where the colon of a key stands; none when the line has no key."""
        begin = start
        if raw[start] in "\"'":
            close = raw.find(raw[start], start + 1)
            begin = close + 1 if close > 0 else len(raw)
        elif raw[start] in "{[#|>":
            return None
        found = _COLON.search(raw, begin)
        if found is None or _COMMENT.search(raw[begin : found.start()]):
            return None
        return found.start()

    def _dash(self, at: int) -> None:
        self._close(at)
        top = self.levels[-1] if self.levels else None
        if top is not None and top.kind == "seq" and top.indent == at:
            assert isinstance(top.part, int)
            top.part, top.open = top.part + 1, True
        else:
            self._push(_Level("seq", at, top.inside if top else (), 0))

    def _key(self, at: int, key: str) -> None:
        self._close(at)
        while self.levels and self.levels[-1].kind == "seq" and self.levels[-1].indent >= at:
            self.levels.pop()
        top = self.levels[-1] if self.levels else None
        if top is not None and top.kind == "map" and top.indent == at:
            top.part, top.open = key, True
        else:
            self._push(_Level("map", at, top.inside if top else (), key))

    def _push(self, level: _Level) -> None:
        self.levels.append(level)
        if len(self.levels) > DEEPEST:
            raise TooDeep

    def _close(self, at: int) -> None:
        while self.levels and self.levels[-1].indent > at:
            self.levels.pop()

    def _value(self, raw: str, after: int, here: int | None) -> None:
        level = self.levels[-1]
        start = len(raw) - len(raw[after:].lstrip())
        start += len((_PROPERTY.match(raw, start) or [""])[0])
        rest = raw[start:]
        if not rest or rest.startswith("#"):
            if here is not None and after <= here <= start:
                self.found.cursor = Cursor(level.inside, "value", "", here, here, glued=here == after)
            return
        level.open = False
        self._scalar(raw, start, here, level)

    def _word(self, raw: str, start: int, here: int | None, *, dashed: bool) -> None:
        """A line with no key: an item of a list, or a key that is still being typed."""
        if dashed:
            self.levels[-1].open = False
            self._scalar(raw, start, here, self.levels[-1])
            return
        if here is not None:
            self._blank(start)
            at = self.found.cursor
            if at is not None:
                end = max(start, len(_COMMENT.sub("", raw).rstrip()))
                self.found.cursor = _token(raw, start, end, at.route, at.role)

    def _scalar(self, raw: str, start: int, here: int | None, level: _Level) -> None:
        sign = raw[start]
        if sign in "{[":
            if here is not None and here <= start:
                here = None
            flow = Flow(self.found, level.inside)
            self.flow = flow if flow.read(raw, start, here) is None else None
            return
        if sign in "|>":
            self.literal = level.indent
            return
        end = len(_COMMENT.sub("", raw[start:]).rstrip()) + start
        if sign in "\"'":
            close = raw.find(sign, start + 1)
            self.quote = sign if close < 0 else ""
            end = close + 1 if close > 0 else len(raw)
        self.found.scalars[level.inside] = unquoted(raw[start:end])
        if here is not None and start <= here <= end:
            self.found.cursor = _token(raw, start, end, level.inside, "open" if level.kind == "seq" else "value")


def _token(raw: str, start: int, end: int, route: Route, role: Literal["key", "value", "open"]) -> Cursor:
    """A cursor on a token; of a quoted one, on what stands between the quotes."""
    if raw[start] in "\"'":
        closed = end - start > 1 and raw[end - 1] == raw[start]
        start, end = start + 1, end - 1 if closed else end
    return Cursor(route, role, raw[start:end], start, end)
