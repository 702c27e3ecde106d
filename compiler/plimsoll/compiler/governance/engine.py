"""CEL: evaluate expressions on plain values.

Regular expressions are RE2's, which run in linear time; the engine ends a comprehension that would take too many steps.
What it does not bound is how long a text may grow, such as by replacing a letter by ten again and again: memory does.
"""

import contextlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings

MOST_MEMORY = 2 << 30
"""How many bytes more a process may take while rules are evaluated in it."""


class EvaluationFailed(Exception):
    """An expression had no value for an object; the message says why."""


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """Let the process take at most ``MOST_MEMORY`` more: past that an evaluation fails, and the process goes on.

    Where the system tells no process how much it has, nothing is bounded.
    """
    _bound.begin()
    try:
        yield
    finally:
        _bound.end()


class _Bound:
    """The limit of the process, which all of its threads share: the first to ask sets it, the last one lifts it."""

    def __init__(self) -> None:
        self._lock, self._asking = threading.Lock(), 0
        self._before: tuple[int, int] | None = None

    def begin(self) -> None:
        with self._lock:
            if not self._asking:
                self._before = _limit()
            self._asking += 1

    def end(self) -> None:
        with self._lock:
            self._asking -= 1
            if not self._asking and self._before is not None:
                _lift(self._before)


_bound = _Bound()


def _limit() -> tuple[int, int] | None:
    """Set the limit, and return the one of before; None where none can be set."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as state:  # noqa: PTH123 -- a path takes as long again
            most = int(state.read().split()[0]) * resource.getpagesize() + MOST_MEMORY
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        if soft == resource.RLIM_INFINITY or soft > most:
            resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, OSError, ValueError):
        return None
    return soft, hard


def _lift(before: tuple[int, int]) -> None:
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, before)


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
            value = result.plain_value()
        except RuntimeError as error:
            raise EvaluationFailed(_why(str(error))) from None
        except MemoryError:
            raise EvaluationFailed("takes more memory than a rule may") from None
        if result.type() == cel.Type.ERROR:
            raise EvaluationFailed(_why(value))
        return value

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
    return re.sub(r"^[A-Z_]+: | \[[A-Z_]+\]\Z", "", report)


@cache
def program(text: str) -> Program:
    """Compile an expression that the type checker has passed; the same text is compiled once.

    Raises:
        EvaluationFailed: when the engine does not take it, since it is nested too deep in what stands around it.
    """
    try:
        return Program(text, _dynamic().compile(text, disable_check=True))
    except RuntimeError as error:
        raise EvaluationFailed(_why(str(error).splitlines()[0])) from None


def variables(judged: dict[str, Any], context: dict[str, Any]) -> Any:
    """The variables of one judgement, shared by all expressions that are evaluated for it."""
    return _dynamic().Activation({"object": judged, "context": context})
