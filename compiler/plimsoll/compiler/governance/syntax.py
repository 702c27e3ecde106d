"""CEL as a tree: what an expression consists of, and where in its text each part stands.

The engine parses and judges by itself. This is for what looks into expressions: mutations that test fixtures, the trace
of an evaluation. A test holds that the engine reads every rule of the catalogue the same way.
Source: the grammar of the CEL language definition, https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax.
"""

import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

Form = Literal["literal", "name", "select", "index", "call", "unary", "binary", "choice", "list", "map", "message"]

MACROS = frozenset({"all", "exists", "exists_one", "map", "filter"})
"""The macros that range over a list or the keys of a map: called on it, with a variable and an expression."""

MOST_DEPTH = 100
"""How deep an expression may be nested. Each level costs the walk some frames of Python's thousand."""


class NotCel(ValueError):
    """A text is no CEL expression; ``offset`` says where that is noticed."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True)
class Node:
    """A part of an expression: ``text[start:end]`` of what was parsed. Parentheses around all of it are left out."""

    form: Form
    word: str
    """The operator, the function, the field, the name, or the literal as it is written."""
    start: int
    end: int
    parts: tuple["Node", ...] = ()
    """What it is made of; a call that is a method has what it is called on first."""
    is_method: bool = False
    """Whether a call is made on its first part."""

    @property
    def is_macro(self) -> bool:
        """Whether it binds a variable, which stands second among its parts."""
        return self.form == "call" and self.is_method and self.word in MACROS and len(self.parts) in (3, 4)


class _Token(NamedTuple):
    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_SPACE = re.compile(r"(?:\s+|//[^\n]*)+")
_TOKEN = re.compile(
    r"""(?P<string>[rRbB]{0,2}(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"))
    |(?P<number>0x[0-9a-fA-F]+u?|\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?|\d+u?)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_BINDS = {"||": 1, "&&": 2, "+": 4, "-": 4, "*": 5, "/": 5, "%": 5}
_BINDS |= dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3)
_LITERALS = frozenset({"true", "false", "null"})


def parse(text: str) -> Node:
    """The tree of an expression.

    Raises:
        NotCel: when the text is none, or is nested deeper than ``MOST_DEPTH``.
    """
    parser = _Parser(_tokens(text))
    whole = parser.choice()
    parser.expect_end()
    return whole


def one_line(text: str) -> str:
    """An expression on one line, without its comments; what is none as it is, but for its line ends."""
    try:
        tokens = _tokens(text)
    except NotCel:
        return " ".join(text.split())
    told, end = "", 0
    for token in tokens[:-1]:
        told += (" " if told and token.start > end else "") + " ".join(token.text.split("\n"))
        end = token.end
    return told


def _tokens(text: str) -> list[_Token]:
    tokens, at = list[_Token](), 0
    while True:
        if (space := _SPACE.match(text, at)) is not None:
            at = space.end()
        if at == len(text):
            return [*tokens, _Token("end", "", at)]
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotCel(f"{text[at]!r} is not of CEL", at)
        tokens.append(_Token(str(match.lastgroup), match[0], at))
        at = match.end()


class _Parser:
    """One walk over the tokens of an expression; operators by how strongly they bind."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self) -> _Token:
        self._at += 1
        return self._tokens[self._at - 1]

    @property
    def _end(self) -> int:
        """Where what was taken last ends."""
        return self._tokens[self._at - 1].end

    def _is(self, sign: str) -> bool:
        return self._next.kind != "string" and self._next.text == sign

    def _took(self, sign: str) -> bool:
        if self._is(sign):
            self._at += 1
            return True
        return False

    def _expect(self, sign: str) -> _Token:
        if not self._is(sign):
            raise NotCel(f"{sign!r} is expected here", self._next.start)
        return self._take()

    def _word(self) -> _Token:
        if self._next.kind != "word":
            raise NotCel("a name is expected here", self._next.start)
        return self._take()

    def expect_end(self) -> None:
        """Refuse anything that is left."""
        if self._next.kind != "end":
            raise NotCel(f"{self._next.text!r} is too much", self._next.start)

    def choice(self) -> Node:
        """``condition ? this : that``, or an expression without."""
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise NotCel(f"the expression is nested deeper than {MOST_DEPTH}", self._next.start)
        start, condition = self._next.start, self._binary(1)
        if self._took("?"):
            first = self._binary(1)
            self._expect(":")
            second = self.choice()
            condition = Node("choice", "?:", start, self._end, (condition, first, second))
        self._depth -= 1
        return condition

    def _binary(self, least: int) -> Node:
        start, left = self._next.start, self._unary()
        while self._next.kind in ("sign", "word") and (binds := _BINDS.get(self._next.text, 0)) >= least:
            operator = self._take().text
            right = self._binary(binds + 1)
            left = Node("binary", operator, start, self._end, (left, right))
        return left

    def _unary(self) -> Node:
        if self._is("!") or self._is("-"):
            sign = self._take()
            self._depth += 1
            if self._depth > MOST_DEPTH:
                raise NotCel(f"the expression is nested deeper than {MOST_DEPTH}", sign.start)
            of = self._unary()
            self._depth -= 1
            return Node("unary", sign.text, sign.start, self._end, (of,))
        return self._member()

    def _member(self) -> Node:
        start, node = self._next.start, self._primary()
        while True:
            if self._took("."):
                word = self._word()
                if self._took("("):
                    parts, end = self._list(")")
                    node = Node("call", word.text, start, end, (node, *parts), is_method=True)
                else:
                    node = Node("select", word.text, start, word.end, (node,))
            elif self._took("["):
                key = self.choice()
                node = Node("index", "[]", start, self._expect("]").end, (node, key))
            elif self._is("{") and node.form in ("name", "select"):
                node = self._message(node)
            else:
                return node

    def _primary(self) -> Node:
        token = self._take()
        if token.kind in ("string", "number"):
            return Node("literal", token.text, token.start, token.end)
        if token.kind == "word":
            if self._took("("):
                parts, end = self._list(")")
                return Node("call", token.text, token.start, end, parts)
            form: Form = "literal" if token.text in _LITERALS else "name"
            return Node(form, token.text, token.start, token.end)
        match token.text:
            case "(":
                inner = self.choice()
                self._expect(")")
                return inner
            case "[":
                parts, end = self._list("]")
                return Node("list", "[]", token.start, end, parts)
            case "{":
                parts, end = self._entries()
                return Node("map", "{}", token.start, end, parts)
            case ".":
                word = self._word()
                return Node("name", f".{word.text}", token.start, word.end)
        raise NotCel("an expression is expected here", token.start)

    def _list(self, sign: str) -> tuple[tuple[Node, ...], int]:
        """What stands up to a closing sign, with commas between, and where that ends."""
        parts = list[Node]()
        while not self._is(sign):
            parts.append(self.choice())
            if not self._took(","):
                break
        return tuple(parts), self._expect(sign).end

    def _entries(self) -> tuple[tuple[Node, ...], int]:
        """The keys and values of a map, in turn."""
        parts = list[Node]()
        while not self._is("}"):
            parts.append(self.choice())
            self._expect(":")
            parts.append(self.choice())
            if not self._took(","):
                break
        return tuple(parts), self._expect("}").end

    def _message(self, name: Node) -> Node:
        self._expect("{")
        parts, end = self._entries()
        return Node("message", "{}", name.start, end, (name, *parts))
