"""Evaluate rules: all of a group at once, and the text of what is found."""

from collections.abc import Iterable
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.governance.engine import EvaluationFailed, Program, program
from plimsoll.compiler.governance.rules import Rule, message_parts
from plimsoll.compiler.governance.subjects import Subject
from plimsoll.compiler.governance.verdict import Finding

BROKEN = 2


def all_at_once(rules: Iterable[Rule]) -> Program | None:
    """Rules as one list of their numbers; none where the engine does not take them together, as it may by ones."""
    try:
        return program("[" + ",".join(map(as_number, rules)) + "]")
    except EvaluationFailed:
        return None


def as_number(rule: Rule) -> str:
    """A rule as an expression: 0 where it does not apply, 1 where every condition holds, else 2."""
    conditions = " && ".join(f"({condition.expression}\n)" for condition in rule.conditions)
    held = f"({conditions} ? 1 : {BROKEN})"
    return held if rule.when is None else f"({rule.when}\n) ? {held} : 0"


def unanswered(rule: Rule, subject: Subject, expression: str, failure: EvaluationFailed) -> Finding:
    """What is found where an expression has no value, so that nobody knows whether the rule is kept."""
    route: Route = ("metadata", "name")
    message = f"{rule.id} could not be evaluated: {failure}"
    key, span = subject.one.key, subject.span(route)
    return Finding(rule.id, key, subject.reached, message, expression, route, span, written=True, failed=True)


def message_of(message: str, shared: Any) -> str:
    """A message with the values of the expressions in its braces."""
    text, end = "", 0
    for expression, start in message_parts(message):
        text += message[end : start - 1] + _shown(program(expression).value(shared))
        end = start + len(expression) + 1
    return text + message[end:]


def _shown(value: Any) -> str:
    """A value in a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
