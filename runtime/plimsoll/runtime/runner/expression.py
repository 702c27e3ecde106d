"""The small expression language of ``depends``, ``when`` and ``retryStrategy.expression``.

    or    = and ( ("||" | "or") and )*
    and   = not ( ("&&" | "and") not )*
    not   = ("!" | "not") not | test
    test  = value ( ("==" | "!=" | "<" | "<=" | ">" | ">=" | "=~" | "matches" | "in") value )?
    value = "(" or ")" | list | number | string | word | function "(" or ")"
    list  = ("[" | "(") or ("," or)* ("]" | ")")

What a word means is the caller's: a task's result, a text, or a variable. Anything else is refused; nothing is handed
to Python's own evaluator.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from plimsoll.contract.refusal import Refused

Scalar = str | bool | int | float
Value = Scalar | tuple[Scalar, ...]

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>"[^"]*"|'[^']*')
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.{-]))
    | (?P<operator>\|\||&&|==|!=|<=|>=|=~|[<>!(),\[\]])
    | (?P<word>(?:\{\{.*?\}\}|[\w.:/+@%-])+)
    )""",
    re.VERBOSE,
)
_SYNONYMS = {"or": "||", "and": "&&", "not": "!", "matches": "=~", "in": "in"}
_COMPARISONS = {"==", "!=", "<", "<=", ">", ">=", "=~", "in"}


@dataclass(frozen=True)
class Literal:
    """A quoted text or a number, as it stands in the expression."""

    value: Scalar


@dataclass(frozen=True)
class Word:
    """A bare word; the caller says what it stands for."""

    text: str


@dataclass(frozen=True)
class Listing:
    """The right-hand side of ``in``."""

    items: tuple["Node", ...]


@dataclass(frozen=True)
class Call:
    """A function of one argument."""

    function: str
    argument: "Node"


@dataclass(frozen=True)
class Operation:
    """An operator on one (``!``) or two operands."""

    operator: str
    operands: tuple["Node", ...]


Node = Literal | Word | Listing | Call | Operation


@dataclass(frozen=True)
class Expression:
    """A parsed expression, with its text and where it stands, for what may be refused when it is evaluated."""

    text: str
    where: str
    root: Node

    def refuse(self, why: str) -> Refused:
        """The refusal of this expression."""
        return Refused(f"the expression `{self.text}`", self.where, why)


def parse(text: str, where: str, functions: frozenset[str] = frozenset()) -> Expression:
    """Parse an expression that may call the functions named.

    Raises:
        Refused: when the text isn't of the language above.
    """
    parser = _Parser(text, where, functions)
    root = parser.disjunction()
    if parser.position < len(parser.tokens):
        raise parser.refuse(f"`{parser.tokens[parser.position][1]}` isn't understood here")
    return Expression(text, where, root)


def words(node: Node) -> tuple[str, ...]:
    """Every bare word, in order of appearance."""
    match node:
        case Word(text):
            return (text,)
        case Literal():
            return ()
        case Call(_, argument):
            return words(argument)
        case Listing(children) | Operation(_, children):
            return tuple(word for child in children for word in words(child))


class _Parser:
    def __init__(self, text: str, where: str, functions: frozenset[str]) -> None:
        self.text, self.where, self.functions = text, where, functions
        self.tokens = self._tokens()
        self.position = 0

    def refuse(self, why: str) -> Refused:
        return Refused(f"the expression `{self.text}`", self.where, why)

    def _tokens(self) -> list[tuple[str, str]]:
        found, at = [], 0
        end = len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None or match.lastgroup is None:
                raise self.refuse(f"`{self.text[at:].strip()}` isn't understood")
            kind, token = match.lastgroup, match[match.lastgroup]
            if kind == "word" and token in _SYNONYMS:
                kind, token = "operator", _SYNONYMS[token]
            found.append((kind, token))
            at = match.end()
        return found

    def _accept(self, *operators: str) -> str | None:
        if self.position < len(self.tokens):
            kind, token = self.tokens[self.position]
            if kind == "operator" and token in operators:
                self.position += 1
                return token
        return None

    def _expect(self, *operators: str) -> None:
        if self._accept(*operators) is None:
            raise self.refuse(f"`{'` or `'.join(operators)}` is missing")

    def disjunction(self) -> Node:
        return self._joined("||", self._conjunction)

    def _conjunction(self) -> Node:
        return self._joined("&&", self._negation)

    def _joined(self, operator: str, operand: Callable[[], Node]) -> Node:
        operands = [operand()]
        while self._accept(operator):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Operation(operator, tuple(operands))

    def _negation(self) -> Node:
        if self._accept("!"):
            return Operation("!", (self._negation(),))
        return self._test()

    def _test(self) -> Node:
        left = self._value()
        operator = self._accept(*_COMPARISONS)
        if operator is None:
            return left
        return Operation(operator, (left, self._listing() if operator == "in" else self._value()))

    def _listing(self) -> Node:
        self._expect("[", "(")
        items = [self._value()]
        while self._accept(","):
            items.append(self._value())
        self._expect("]", ")")
        return Listing(tuple(items))

    def _value(self) -> Node:
        if self._accept("("):
            inner = self.disjunction()
            self._expect(")")
            return inner
        if self.position == len(self.tokens):
            raise self.refuse("it ends where a value is due")
        kind, token = self.tokens[self.position]
        if kind == "operator":
            raise self.refuse(f"`{token}` stands where a value is due")
        self.position += 1
        if kind == "string":
            return Literal(token[1:-1])
        if kind == "number":
            return Literal(float(token) if "." in token else int(token))
        return self._call(token) if self._accept("(") else Word(token)

    def _call(self, function: str) -> Node:
        if function not in self.functions:
            raise self.refuse(f"the function `{function}` isn't known to this engine")
        argument = self.disjunction()
        self._expect(")")
        return Call(function, argument)
