"""The values of a text that is written as most specs are, read line by line: a fifth of the time that a parser takes.

What is read here is a part of YAML that can be told from the rest by looking at single lines: one document of block
mappings and sequences, texts and collections on one line, and literal or folded texts. Anything else, and anything that
a finding might be about, is left to the parser.
"""

import json
import marshal
import re
from typing import Any, NamedTuple

from plimsoll.compiler.loading.scalars import OLD_WORDS, SPECIAL, SPECIAL_FIRST, old_reading, plain

MOST = 50_000
"""The longest text that is read here, in characters: too short to exceed any limit but that of nesting."""

_DEEPEST = 50
"""How many levels are read here."""

_MOST_LINES = 50_000
"""How many lines are remembered: those of a firm's specs come again and again."""

_KEY = r"(?:([A-Za-z0-9_][A-Za-z0-9_./-]{0,99})|\"([^\"\\]{1,100})\"):"
_LINE = re.compile(rf"( *)(- +)?(?:{_KEY}(?= |\Z))?(.*)\Z")
"""A line that is no comment: indent, dash, plain or quoted key, and the rest."""

_END = r" *(?:(?<= )#.*)?\Z"
_DOUBLE = r'"((?:[^"\\]|\\["\\nt])*)"'
_SINGLE = r"'([^']*)'"
_QUOTED = re.compile(rf"(?:{_DOUBLE}|{_SINGLE}){_END}")
_HEADER = re.compile(rf"([|>])(-?){_END}")
_PLAIN = re.compile(r"""(?:[^-?:,\[\]{}#&*!|>'"%@` ]|-(?=[A-Za-z0-9.]))(?:[^:#]|:(?=[^ ])|(?<! )#)*\Z""")
_COMMENT = re.compile(r" #.*\Z")

_TOKEN = re.compile(rf" *(?:([\[{{])|{_DOUBLE}|{_SINGLE}|((?:[A-Za-z0-9_./+~]|-(?=[A-Za-z0-9.]))[^,\[\]{{}}:#?]*))")
"""The beginning of a value in brackets: a bracket, a quoted text, or a plain one."""
_FLOW_KEY = re.compile(rf" *{_KEY} +")
_NEXT = re.compile(r" *([,\]}])")
_FLOW_END = re.compile(_END)


class _Unusual(Exception):
    """Whether and how this can be read must be asked of the parser."""


class _Line(NamedTuple):
    """What a line holds, whatever stands around it."""

    column: int
    """Where its key stands."""
    dash: int
    """Where its dash stands; -1 without one."""
    key: str | None
    what: int
    """``_SCALAR`` and so on."""
    value: Any


_SKIP, _SCALAR, _PACKED, _NOTHING, _BLOCK = range(5)
_SKIPPED = _Line(0, -1, None, _SKIP, None)
_LINES: dict[str, _Line] = {}


def usual_value(text: str) -> dict[str, Any] | None:
    """The value of the one document of a text; None if the parser is to be asked.

    Law: where there is a value, the parser finds the same, and nothing to tell.
    """
    if len(text) > MOST or not text.replace("\n", "").isprintable():
        return None
    if len(_LINES) > _MOST_LINES:
        _LINES.clear()
    lines = text.split("\n")
    try:
        return _Reader(lines).read(1 if lines[0] == "---" else 0)
    except _Unusual:
        return None


class _Reader:
    """Reads the lines of one text."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.columns: list[int] = [0]
        self.open: list[Any] = [{}]
        """The collections that may go on, outermost first, and the columns of their keys and dashes."""

    def read(self, number: int) -> dict[str, Any] | None:
        """The value of all lines from one on."""
        lines, known, root = self.lines, _LINES, self.open[0]
        waiting: tuple[Any, str] | None = None
        """A key that no value stood beside, and the mapping that it is in."""
        while number < len(lines):
            line = lines[number]
            number += 1
            one = known.get(line)
            if one is None:
                one = known[line] = _line(line)
            column, dash, key, what, value = one
            if what == _SKIP:
                continue
            if key is None:
                self._sequence(dash, waiting).append(value if what == _SCALAR else marshal.loads(value))  # noqa: S302
                waiting = None
                continue
            if dash >= 0:
                mapping = self._item(column, dash, waiting)
            elif waiting is None and column == self.columns[-1] and type(self.open[-1]) is dict:
                mapping = self.open[-1]
            else:
                mapping = self._mapping(column, waiting)
            waiting = None
            if key in mapping:
                raise _Unusual
            if what == _SCALAR:
                mapping[key] = value
            elif what == _PACKED:
                mapping[key] = marshal.loads(value)  # noqa: S302 -- packed below
            elif what == _NOTHING:
                mapping[key] = None
                waiting = (mapping, key)
            else:
                mapping[key], number = _block(lines, number, column, value)
        return root or None

    def _mapping(self, column: int, waiting: tuple[Any, str] | None) -> Any:
        """The mapping to which a key at a column belongs."""
        columns = self.columns
        if waiting is not None and column > columns[-1]:
            return self._below(column, waiting, {})
        while columns[-1] > column:
            self._close()
        if columns[-1] == column and type(self.open[-1]) is list and len(columns) > 1:
            self._close()
        if columns[-1] != column or type(self.open[-1]) is not dict:
            raise _Unusual
        return self.open[-1]

    def _sequence(self, dash: int, waiting: tuple[Any, str] | None) -> Any:
        """The sequence to which a dash at a column belongs."""
        columns = self.columns
        if waiting is not None and dash >= columns[-1]:
            return self._below(dash, waiting, [])
        while columns[-1] > dash:
            self._close()
        if columns[-1] != dash or type(self.open[-1]) is not list:
            raise _Unusual
        return self.open[-1]

    def _item(self, column: int, dash: int, waiting: tuple[Any, str] | None) -> Any:
        """A new mapping, whose first key stands beside a dash."""
        mapping: dict[str, Any] = {}
        self._sequence(dash, waiting).append(mapping)
        self._enter(column, mapping)
        return mapping

    def _below(self, column: int, waiting: tuple[Any, str], collection: Any) -> Any:
        mapping, key = waiting
        mapping[key] = collection
        self._enter(column, collection)
        return collection

    def _enter(self, column: int, collection: Any) -> None:
        if len(self.columns) == _DEEPEST:
            raise _Unusual
        self.columns.append(column)
        self.open.append(collection)

    def _close(self) -> None:
        self.columns.pop()
        self.open.pop()


def _line(line: str) -> _Line:
    """What a line holds.

    Raises:
        _Unusual: when that depends on other lines, or on more than is known here.
    """
    bare = line.strip(" ")
    if not bare or bare[0] == "#":
        return _SKIPPED
    match = _LINE.match(line)
    assert match is not None
    indent, dashes, unquoted, quoted, rest = match.groups()
    key = unquoted or quoted
    if (key is None and dashes is None) or unquoted in OLD_WORDS:
        raise _Unusual
    dash = -1 if dashes is None else len(indent)
    column = len(indent) + len(dashes or "")
    rest = rest.strip(" ")
    if key is not None and not rest:
        return _Line(column, dash, key, _NOTHING, None)
    if key is not None and (header := _HEADER.match(rest)):
        return _Line(column, dash, key, _BLOCK, header.groups())
    value = _value(rest)
    if isinstance(value, dict | list):
        return _Line(column, dash, key, _PACKED, marshal.dumps(value))
    return _Line(column, dash, key, _SCALAR, value)


def _value(text: str) -> Any:
    """The value that stands on a line, without the spaces around it."""
    first = text[:1]
    if first in ('"', "'"):
        match = _QUOTED.match(text)
        if match is None:
            raise _Unusual
        return _unquoted(match[1], match[2])
    if first in ("[", "{"):
        value, end = _flow(text, 0, 0)
        if not _FLOW_END.match(text, end):
            raise _Unusual
        return value
    text = _COMMENT.sub("", text).rstrip(" ")
    if not _PLAIN.match(text):
        raise _Unusual
    return _scalar(text)


def _unquoted(double: str | None, single: str | None) -> str:
    if double is None:
        assert single is not None
        return single
    unescaped: str = json.loads(f'"{double}"') if "\\" in double else double
    return unescaped


def _scalar(text: str) -> Any:
    """The value of a plain scalar of which nothing is to be told."""
    if text[:1] not in SPECIAL_FIRST or not SPECIAL.match(text):
        return text
    try:
        value = plain(text)
    except ValueError:
        raise _Unusual from None
    if type(value) is not float and old_reading(text):
        raise _Unusual
    return value


def _flow(text: str, start: int, depth: int) -> tuple[Any, int]:
    """A value in brackets that begins at a character, and where it ends."""
    match = _TOKEN.match(text, start)
    if match is None or depth > _DEEPEST // 2:
        raise _Unusual
    bracket, double, single, bare = match.groups()
    if bracket == "[":
        return _flow_sequence(text, match.end(), depth)
    if bracket == "{":
        return _flow_mapping(text, match.end(), depth)
    return (_unquoted(double, single) if bare is None else _scalar(bare.rstrip(" "))), match.end()


def _flow_sequence(text: str, at: int, depth: int) -> tuple[list[Any], int]:
    result: list[Any] = []
    end = _NEXT.match(text, at)
    if end is not None and end[1] == "]":
        return result, end.end()
    while True:
        value, at = _flow(text, at, depth + 1)
        result.append(value)
        match = _NEXT.match(text, at)
        if match is None or match[1] == "}":
            raise _Unusual
        at = match.end()
        if match[1] == "]":
            return result, at


def _flow_mapping(text: str, at: int, depth: int) -> tuple[dict[str, Any], int]:
    result: dict[str, Any] = {}
    end = _NEXT.match(text, at)
    if end is not None and end[1] == "}":
        return result, end.end()
    while True:
        key = _FLOW_KEY.match(text, at)
        if key is None or key[1] in OLD_WORDS or (key[1] or key[2]) in result:
            raise _Unusual
        result[key[1] or key[2]], at = _flow(text, key.end(), depth + 1)
        match = _NEXT.match(text, at)
        if match is None or match[1] == "]":
            raise _Unusual
        at = match.end()
        if match[1] == "}":
            return result, at


def _block(lines: list[str], number: int, column: int, header: tuple[str, str]) -> tuple[str, int]:
    """A literal or folded text below a key at a column, and the number of the line after it."""
    style, stripped = header
    if number == len(lines):
        raise _Unusual
    first = lines[number]
    pad = first[: len(first) - len(first.lstrip(" "))]
    if len(pad) <= column or pad == first:
        raise _Unusual
    body = []
    while number < len(lines):
        line = lines[number]
        if line.startswith(pad):
            if line.isspace():
                raise _Unusual
            body.append(line[len(pad) :])
        elif line:
            if line.isspace():
                raise _Unusual
            break
        else:
            body.append("")
        number += 1
    if number == len(lines) and lines[-1]:
        raise _Unusual  # Whether its last line ends is not told by any line.
    while not body[-1]:
        body.pop()
    if style == ">" and any(not line or line[0] == " " for line in body):
        raise _Unusual
    return (" " if style == ">" else "\n").join(body) + ("" if stripped else "\n"), number
