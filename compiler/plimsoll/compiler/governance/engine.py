"""CEL: evaluate expressions on plain values.

Regular expressions are RE2's, which run in linear time; the engine ends a comprehension that would take too many steps.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings


class EvaluationFailed(Exception):
    """An expression had no value for an object; the message says why."""


@cache
def _dynamic() -> Any:
    """The environment that evaluates, on plain dictionaries."""
    variables = {"object": cel.Type.DYN, "context": cel.Type.DYN}
    return cel.NewEnv(variables=variables, extensions=[ext_strings.ExtStrings()])


@dataclass(frozen=True)
class Program:
    """A compiled expression."""

    text: str
    _compiled: Any

    def value(self, variables: Any) -> Any:
        """What the expression is worth, as a plain value.

        Raises:
            EvaluationFailed: when it has no value, such as for a field that is absent.
        """
        try:
            result = self._compiled.eval(variables)
        except RuntimeError as error:
            raise EvaluationFailed(_why(str(error))) from None
        if result.type() == cel.Type.ERROR:
            raise EvaluationFailed(_why(result.plain_value()))
        return result.plain_value()

    def holds(self, variables: Any) -> bool:
        """Whether a condition is true.

        Raises:
            EvaluationFailed: when it is neither true nor false.
        """
        value = self.value(variables)
        if not isinstance(value, bool):
            raise EvaluationFailed(f"is neither true nor false, but {value!r}")
        return value


def _why(report: str) -> str:
    return re.sub(r"^[A-Z_]+: ", "", report.removesuffix(" [INTERNAL]"))


@cache
def program(text: str) -> Program:
    """Compile an expression that the type checker has passed; the same text is compiled once."""
    return Program(text, _dynamic().compile(text, disable_check=True))


def variables(judged: dict[str, Any], context: dict[str, Any]) -> Any:
    """The variables of one judgement, shared by all expressions that are evaluated for it."""
    return _dynamic().Activation({"object": judged, "context": context})
