"""Evaluate rules on subjects; what comes out are findings, which bindings and waivers have yet to weigh."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.governance.engine import EvaluationFailed, program, variables
from plimsoll.compiler.governance.rules import Rule, message_parts
from plimsoll.compiler.governance.subjects import Estate, Subject


@dataclass(frozen=True)
class Finding:
    """A condition of a rule that doesn't hold for a subject, or that has no value."""

    rule: Rule
    subject: Subject
    message: str
    route: Route
    condition: str
    """The expression that was found false."""
    context: dict[str, Any]
    failed: bool = False
    """Whether an expression had no value, so that nobody knows if the rule is kept."""


@dataclass(frozen=True)
class Judged:
    """All findings, and how often each rule applied to an object: its ``when`` was true, or had no value."""

    findings: tuple[Finding, ...]
    applied: Counter[str]

    @cached_property
    def judgements(self) -> int:
        """How many times a rule was applied to an object."""
        return self.applied.total()


def evaluate(rules: Iterable[Rule], estate: Estate) -> Judged:
    """Evaluate every rule on every object of its kind. Rules that share a subject share its variables."""
    groups: dict[tuple[Any, bool], list[Rule]] = defaultdict(list)
    for rule in rules:
        groups[(rule.spec.judges, rule.per_environment)].append(rule)
    findings: list[Finding] = []
    applied: Counter[str] = Counter()
    for (kind, per_environment), group in groups.items():
        wanted = frozenset[str]().union(*(rule.reads for rule in group))
        for subject in estate.subjects(kind, per_environment=per_environment):
            context = estate.context(subject, wanted)
            shared = variables(estate.value(subject), context)
            for rule in group:
                found = _judge(rule, subject, shared, context)
                if found is not None:
                    applied[rule.id] += 1
                    findings += found
    return Judged(tuple(findings), applied)


def _judge(rule: Rule, subject: Subject, shared: Any, context: dict[str, Any]) -> list[Finding] | None:
    """The findings of one rule on one subject; none at all, not an empty list, where the rule doesn't apply."""
    try:
        if rule.spec.when is not None and not program(rule.spec.when).holds(shared):
            return None
    except EvaluationFailed as failure:
        return [_failure(rule, subject, rule.spec.when or "", failure, context)]
    return list(_conditions(rule, subject, shared, context))


def _conditions(rule: Rule, subject: Subject, shared: Any, context: dict[str, Any]) -> Iterator[Finding]:
    for condition in rule.spec.rules:
        try:
            if not program(condition.expression).holds(shared):
                message, route = _message(condition.message, shared), subject.route(condition.blame.route)
                yield Finding(rule, subject, message, route, condition.expression, context)
        except EvaluationFailed as failure:
            yield _failure(rule, subject, condition.expression, failure, context)


def _failure(
    rule: Rule, subject: Subject, expression: str, failure: EvaluationFailed, context: dict[str, Any]
) -> Finding:
    message = f"{rule.id} could not be evaluated: {failure}"
    return Finding(rule, subject, message, ("metadata", "name"), expression, context, failed=True)


def _message(message: str, shared: Any) -> str:
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
