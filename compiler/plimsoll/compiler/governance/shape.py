"""What rules can tell apart in a rendered object, as text: objects of one shape get one verdict.

Thousands of objects come from one template and differ in what no rule reads, such as their names. To read one back from
YAML and to hand it to the engine takes milliseconds; to find its shape takes a tenth of one.
"""

import json
import re
from collections.abc import Iterable
from itertools import repeat
from typing import Any, NamedTuple

from plimsoll.compiler.governance.rules import Rule, expressions

_LINE = re.compile(r'( *)((?:- )*)(?:("(?:[^"\\]|\\.)*"|[A-Za-z0-9_./-]+):(?= |$))?(.*)\Z', re.DOTALL)
"""A line of a rendered file: indent, dashes, a key where there is one, and the rest."""

_STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"")
_PRESENT = re.compile(r"\bhas\(\s*((?:[\w.]|\s)*?)\.\s*[A-Za-z_]\w*\s*\)")
"""A question whether something is there: its value is not read."""

_TESTED = re.compile(r"\.\s*([A-Za-z_]\w*)\s*(?:==|!=)\s*§")
"""A comparison with a text: whether it is that text or another is all that is read."""

_CONTEXT = re.compile(r"\bcontext(?:\s*\.\s*[A-Za-z_]\w*)+")
"""A value of the context, which no object holds."""

_MEMBER = re.compile(r"\s+in\b")
"""What follows a text that is looked for among keys, which belong to every shape, or among the items of a field."""

_SELECTED = re.compile(r"\.\s*([A-Za-z_]\w*)")
_COMPARED = re.compile(r"\.\s*([A-Za-z_]\w*)\s*(?:==|!=)|(?:==|!=)\s*[\w.]*\.([A-Za-z_]\w*)(?![\w(])")
_DYNAMIC_INDEX = re.compile(r"[\w)\]]\[(?!\s*(?:§|[0-9]))")
_LITERAL = r"\s*(?:§|[-0-9]|\[[§0-9, -]*\]|true\b|false\b|null\b)"
_BARE_COMPARED = re.compile(
    rf"(?<![.\w])(?!(?:true|false|null)\b)[A-Za-z_]\w*\s*(?:==|!=|\bin\b)(?!{_LITERAL})"
    r"|(?<!§)\s(?:==|!=|in)\s+(?!(?:true|false|null)\b)[A-Za-z_]\w*(?![\w.(])"
    rf"|[)\]]\s*(?:==|!=)(?!{_LITERAL})"
)
"""A comparison of values that are not selected by name where they are compared, with anything but a literal."""

_BLOCKS = frozenset({"|", "|-", ">", ">-"})
"""What stands where a text of several lines begins, which goes on below."""

_MOST_LINES = 50_000
"""How many lines are remembered: those of templates come again and again."""

_STEP = "    - "
"""How a text goes on where it may be cut: the steps of a workflow, which many have in common, begin so. Any other place
would do."""

_MOST_PARTS = 5_000
"""How many parts of texts are remembered."""


Shape = tuple[str, ...]
"""The lines that are left of a text, in the parts that it was cut in. A part that recurs is one object, and its hash is
known: to compare shapes, or to find one in another, takes as long as there are parts."""

_State = tuple[int, bool]
"""What lines leave behind for those that follow: see ``Shapes._part``."""

_OUTSIDE: _State = (-1, False)


class _Line(NamedTuple):
    column: int
    is_item: bool
    below: int
    """The column under which its value stands, if it is not on the line; -1 where nothing stands there."""
    verbatim: bool
    """Whether what stands there belongs to the shape as it is."""
    told: str


class Shapes:
    """The shapes that some rules tell apart."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        texts = [text for rule in rules for _, text, _ in expressions(rule.values)]
        bare = [_STRING.sub("§", text) for text in texts]
        self.plain = not any(_DYNAMIC_INDEX.search(text) or _BARE_COMPARED.search(text) for text in bare)
        """Whether the text of the rules says which values they can tell apart."""
        found = [(text, match) for text in texts for match in _STRING.finditer(text)]
        self._literals = frozenset(_inside(match) for _, match in found)
        keys = (_inside(match) for text, match in found if not _MEMBER.match(text, match.end()))
        asked = [_CONTEXT.sub("¤", _PRESENT.sub(r"\1", text)) for text in bare]
        untested = [_TESTED.sub("", text) for text in asked]
        self._tested = frozenset(name for text in asked for name in _TESTED.findall(text))
        self._read = frozenset(keys).union(*(_SELECTED.findall(text) for text in untested))
        self._whole = frozenset(one or other for text in untested for one, other in _COMPARED.findall(text))
        self._lines: dict[str, _Line] = {}
        self._parts: dict[tuple[tuple[str, str], _State], tuple[str | None, _State]] = {}

    def of(self, text: str) -> Shape:
        """The shape of an object: itself, but for the values that no rule reads, which are left out.

        Laws: rules have the same to say about an object and about its shape, and so about any two objects of one shape;
        a shape is its own shape. Where values are used in a way that cannot be followed in the text of the rules, the
        shape is the object.
        """
        if not self.plain:
            return (text,)
        head, *steps = text.split(f"\n{_STEP}")
        return self._told((("", head), *zip(repeat(_STEP), steps)))

    def again(self, shape: Shape) -> Shape:
        """The shape of an object that has a shape to rules of which these are some."""
        return self._told(zip(repeat(""), shape)) if self.plain else shape

    def _told(self, parts: Iterable[tuple[str, str]]) -> Shape:
        """What is told of the parts of a text; each comes in two: how it begins, and the rest."""
        if len(self._lines) > _MOST_LINES or len(self._parts) > _MOST_PARTS:
            self._lines.clear()
            self._parts.clear()
        told, state = list[str](), _OUTSIDE
        for part in parts:
            known = self._parts.get((part, state))
            if known is None:
                known = self._parts[part, state] = self._part("".join(part), *state)
            some, state = known
            if some is not None:
                told.append(some)
        return tuple(told)

    def _part(self, text: str, below: int, verbatim: bool) -> tuple[str | None, _State]:
        """What is told of some lines, if anything, and what is to be known of them for those that follow.

        ``below`` is the column under which lines belong to a value that no rule reads, or that is told as it is.
        """
        shape: list[str] = []
        deeper = " " * (below + 1)
        for line in text.split("\n"):
            if below >= 0 and line.startswith(deeper):
                if verbatim:
                    shape.append(line)
                continue
            known = self._lines.get(line)
            if known is None:
                known = self._lines[line] = self._line(line)
            column, is_item, under, whole, told = known
            if below >= 0 and ((is_item and column == below) or not line):
                if verbatim:
                    shape.append(line)
                continue
            below, verbatim, deeper = under, whole, " " * (under + 1)
            shape.append(told)
        return "\n".join(shape) if shape else None, (below, verbatim)

    def _line(self, line: str) -> _Line:
        match = _LINE.match(line)
        indent, dashes, key, rest = match.groups("") if match else ("", "", "", line)
        column, under = len(indent), len(indent) + len(dashes)
        goes_on = rest.endswith("\\") or rest.strip() in _BLOCKS
        if not key:  # The lines of a text stand where its key would, or deeper.
            return _Line(column, bool(dashes), under - 1 if goes_on else -1, goes_on, line)
        name = key[1:-1] if key[0] == '"' else key
        head = f"{indent}{dashes}{key}:"
        if name in self._read:
            if rest.startswith(' {"') and name not in self._whole:
                return _Line(column, bool(dashes), -1, False, f"{head} {self._flow(rest)}")
            if goes_on or name in self._whole:
                return _Line(column, bool(dashes), under, True, line)
            return _Line(column, bool(dashes), -1, False, line)
        if name in self._tested and (goes_on or rest.strip().strip("\"'") in self._literals):
            return _Line(column, bool(dashes), under, goes_on, line)
        return _Line(column, bool(dashes), under, False, head)

    def _flow(self, rest: str) -> str:
        """A mapping in JSON's form, on one line, with the values that rules get to."""
        try:
            return json.dumps(self._pruned(json.loads(rest)))
        except ValueError:
            return rest.strip()

    def _pruned(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: item if key in self._whole | self._tested else self._pruned(item) if key in self._read else None
                for key, item in value.items()
            }
        return [self._pruned(item) for item in value] if isinstance(value, list) else value


def _inside(literal: re.Match[str]) -> str:
    """What stands between the quotes of a text; that may be nothing."""
    return literal[1] if literal[1] is not None else literal[2]
