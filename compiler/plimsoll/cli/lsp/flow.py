"""Flow collections, ``{a: 1, b: [2]}``, read token by token from a text that may break off anywhere."""

import re
from dataclasses import dataclass

from plimsoll.cli.lsp.found import DEEPEST, Cursor, Found, Role, TooDeep
from plimsoll.compiler.diagnostics import Route

_TOKEN = re.compile(
    r"""(?P<blank>\s+) | (?P<comment>\#.*) | (?P<open>[{\[]) | (?P<close>[}\]]) | (?P<comma>,)
    | (?P<colon>:(?=[\s,{}\[\]]|$))
    | (?P<quoted>"(?:[^"\\]|\\.)*"? | '(?:[^']|'')*'?)
    | (?P<plain>(?:[^,{}\[\]:\s]|:(?![\s,{}\[\]]|$)|\s(?![\s\#]))+) | (?P<other>.)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


def unquoted(token: str) -> str:
    """What a token says, without its quotes."""
    if token[:1] not in ("'", '"'):
        return token
    inside = token[1:-1] if len(token) > 1 and token[-1] == token[0] else token[1:]
    return inside.replace("''", "'") if token[0] == "'" else _ESCAPE.sub(r"\1", inside)


@dataclass
class _Frame:
    """A collection that is open: a mapping, whose part is a key once one is read, or a sequence, whose part counts."""

    mapping: bool
    route: Route
    part: str | int | None
    valued: bool = False
    """Whether a value is expected and not a key."""


class Flow:
    """One flow collection of a text, over as many lines as it takes."""

    def __init__(self, found: Found, route: Route) -> None:
        self._found = found
        self._route = route
        self._frames: list[_Frame] = []

    def read(self, line: str, start: int, here: int | None) -> int | None:
        """Read on in a line, with the cursor at column ``here`` if it is in it. Returns where the collection ends."""
        at = start
        while match := _TOKEN.match(line, at):
            at = match.end()
            kind = match.lastgroup or ""
            scalar = kind in ("plain", "quoted")
            if here is not None and self._frames and here <= match.start() and not (scalar and here == match.start()):
                self._found.cursor, here = self._between(here), None
            if scalar:
                if here is not None and here <= match.start() + len(match[0].rstrip()):
                    self._found.cursor, here = self._on(match), None
                self._scalar(unquoted(match[0].rstrip()))
            elif self._sign(kind, match[0]):
                return at
        if here is not None and self._frames:
            self._found.cursor = self._between(here)
        return None

    def _sign(self, kind: str, text: str) -> bool:
        """Take in a sign; whether it ends the whole collection."""
        top = self._frames[-1] if self._frames else None
        if kind == "open":
            mapping = text == "{"
            self._frames.append(_Frame(mapping, self._inside(), None if mapping else 0))
            if len(self._frames) > DEEPEST:
                raise TooDeep
        elif kind == "close":
            self._frames.pop()
            return not self._frames
        elif kind == "comma" and top is not None:
            top.valued = False
            top.part = None if top.mapping else int(top.part or 0) + 1
        elif kind == "colon" and top is not None and top.mapping and top.part is not None and not top.valued:
            top.valued = True
            self._found.keys.setdefault(top.route, []).append(str(top.part))
        return False

    def _inside(self) -> Route:
        """The route of the value that comes next."""
        if not self._frames:
            return self._route
        top = self._frames[-1]
        return (*top.route, top.part) if top.part is not None else top.route

    def _scalar(self, text: str) -> None:
        top = self._frames[-1]
        if top.mapping and not top.valued:
            top.part = text
        else:
            self._found.scalars[self._inside()] = text

    def _place(self) -> tuple[Route, Role]:
        top = self._frames[-1]
        return (top.route, "key") if top.mapping and not top.valued else (self._inside(), "value")

    def _between(self, here: int) -> Cursor:
        return Cursor(*self._place(), "", here, here)

    def _on(self, match: re.Match[str]) -> Cursor:
        token = match[0].rstrip()
        start, end = match.start(), match.start() + len(token)
        if token[0] in "\"'":
            closed = len(token) > 1 and token[-1] == token[0]
            start, end = start + 1, end - 1 if closed else end
        return Cursor(*self._place(), match.string[start:end], start, end)
