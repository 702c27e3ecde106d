"""The value of an expression."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from plimsoll.runtime.runner.expression import Call, Expression, Listing, Literal, Node, Operation, Scalar, Value, Word

FUNCTIONS: dict[str, Callable[[Scalar], Scalar]] = {
    "asInt": int,
    "int": int,
    "asFloat": float,
    "float": float,
    "string": str,
}
"""The conversions that a retry expression may call."""

_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class _Evaluation:
    expression: Expression
    word: Callable[[str], Value]
    text: Callable[[str], str]

    def value(self, node: Node) -> Value:
        match node:
            case Literal(value):
                return self.text(value) if isinstance(value, str) else value
            case Word(text):
                return self.word(text)
            case Listing(items):
                return tuple(self._scalar(item) for item in items)
            case Call(function, argument):
                return self._convert(function, self._scalar(argument))
            case Operation("||", operands):
                return any(self.truth(operand) for operand in operands)
            case Operation("&&", operands):
                return all(self.truth(operand) for operand in operands)
            case Operation("!", (operand,)):
                return not self.truth(operand)
            case Operation(sign, (left, right)):
                return self._compare(sign, self._scalar(left), self.value(right))
        raise AssertionError(f"the parser never makes {node}")

    def truth(self, node: Node) -> bool:
        value = self.value(node)
        if isinstance(value, bool):
            return value
        raise self.expression.refuse(f"`{value}` stands where true or false is due")

    def _scalar(self, node: Node) -> Scalar:
        value = self.value(node)
        if isinstance(value, tuple):
            raise self.expression.refuse("a list stands where one value is due")
        return value

    def _convert(self, function: str, argument: Scalar) -> Scalar:
        try:
            return FUNCTIONS[function](argument)
        except ValueError:
            raise self.expression.refuse(f"{function} can't convert `{argument}`") from None

    def _compare(self, sign: str, left: Scalar, right: Value) -> bool:
        if isinstance(right, tuple):
            return any(_equal(left, item) for item in right)
        if sign in {"==", "!="}:
            return _equal(left, right) == (sign == "==")
        if sign == "=~":
            return self._matches(left, right)
        if isinstance(left, str) and isinstance(right, str):
            return _ORDERS[sign]((left > right) - (left < right), 0)
        if isinstance(left, str | bool) or isinstance(right, str | bool):
            raise self.expression.refuse(f"`{left}` and `{right}` can't be ordered")
        return _ORDERS[sign](left, right)

    def _matches(self, text: Scalar, pattern: Scalar) -> bool:
        try:
            return re.search(str(pattern), str(text)) is not None
        except re.error as error:
            raise self.expression.refuse(f"`{pattern}` is no regular expression: {error}") from None


def _equal(left: Scalar, right: Scalar) -> bool:
    """Equality as govaluate and expr-lang have it: values of different types are never equal, 1 and 1.0 are."""
    kinds = [str if isinstance(v, str) else bool if isinstance(v, bool) else float for v in (left, right)]
    return kinds[0] is kinds[1] and left == right


def holds(
    expression: Expression, word: Callable[[str], Value], text: Callable[[str], str] = lambda literal: literal
) -> bool:
    """Whether an expression is true, given what its words and its quoted texts stand for.

    Raises:
        Refused: when it has no truth value: a text where true or false is due, or an order of unlike types.
    """
    return _Evaluation(expression, word, text).truth(expression.root)
