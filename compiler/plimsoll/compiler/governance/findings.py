"""Evaluate rules on objects; what comes out are verdicts, whose findings bindings and waivers have yet to weigh."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plimsoll.compiler.flow.sinks import OWNERS
from plimsoll.compiler.governance.engine import EvaluationFailed, Program, program, variables
from plimsoll.compiler.governance.evaluating import BROKEN, all_at_once, message_of, unanswered
from plimsoll.compiler.governance.fields import DERIVED, HOLDS
from plimsoll.compiler.governance.flow_alike import alike
from plimsoll.compiler.governance.flows import FlowJudge
from plimsoll.compiler.governance.rules import FLOW, Condition, Rule, fields_named
from plimsoll.compiler.governance.subjects import Estate, Fields, Subject, visible
from plimsoll.compiler.governance.verdict import Finding, Verdict
from plimsoll.compiler.governance.witness import Broken, witness
from plimsoll.compiler.project.unit import Facts, Unit


@dataclass(frozen=True)
class _Group:
    """Rules that are held against the same subjects, and what any of them reads."""

    per_environment: bool
    rules: tuple[Rule, ...]

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The fields of the context."""
        return tuple(sorted(frozenset[str]().union(*(rule.reads for rule in self.rules))))

    @cached_property
    def fields(self) -> dict[str, Fields]:
        """The fields of what is judged, under ``object``, and of the specs under each field of the context."""
        return {root: fields_named(self.rules, root) for root in ("object", *self.wanted)}

    @cached_property
    def at_once(self) -> Program | None:
        """All rules as one expression: for each a number, 0 where it does not apply and 1 where all of it holds.

        There is none where a rule is nested so deep that it has to be looked at alone.
        """
        return all_at_once(self.rules)

    def judged(self, shared: Any) -> Sequence[int | None]:
        """What one look at a subject tells of each rule: 0 and 1 as above, None where it must be looked at closer."""
        try:
            told = self.at_once.value(shared) if self.at_once else [BROKEN] * len(self.rules)
        except EvaluationFailed:
            return [None] * len(self.rules)
        return [number if number < BROKEN else None for number in told]


def _grouped(rules: Iterable[Rule]) -> Iterator[tuple[str, _Group]]:
    """The groups of those rules that judge specs, each with the kind that it judges."""
    alike: dict[tuple[str, bool], list[Rule]] = {}
    for rule in rules:
        if rule.objects or rule.judges == FLOW:
            continue
        alike.setdefault((rule.judges, rule.per_environment), []).append(rule)
    for (kind, per_environment), group in alike.items():
        yield kind, _Group(per_environment, tuple(group))


def compile_rules(rules: Iterable[Rule]) -> None:
    """Compile what rules say, so that a ``Judge`` of the same rules finds it compiled."""
    given = tuple(rules)
    for _, group in _grouped(given):
        assert group.at_once or group.rules
    if flows := tuple(rule for rule in given if rule.judges == FLOW):
        assert alike(flows)


class Judge:
    """All rules, ready to be held against the objects of an estate."""

    def __init__(self, rules: Iterable[Rule], estate: Estate) -> None:
        self.estate, self.rules = estate, tuple(rule for rule in rules if not rule.objects)
        self._groups: dict[str, list[_Group]] = {}
        for kind, group in _grouped(self.rules):
            self._groups.setdefault(kind, []).append(group)
        flows = tuple(rule for rule in self.rules if rule.judges == FLOW)
        self._flows = FlowJudge(flows, estate) if flows else None
        self._kinds = self._groups.keys() | (OWNERS if flows else ())

    def objects(self) -> Iterator[Unit]:
        """Every object that some rule judges, or that owns what data comes to."""
        return (unit for unit in self.estate.project.units if unit.kind in self._kinds)

    def shows(self, kind: str, before: Facts, after: Facts) -> bool:
        """Whether any rule can tell two states of a spec apart that stands in the context of another object.

        Its references, and what it runs where, are the same in both. An environment is asked for more than its values,
        and always counts as changed; so does everything where the context has a field of which nothing is known here.
        """
        groups = [group for groups in self._groups.values() for group in groups]
        wanted = frozenset[str]().union(*(group.wanted for group in groups))
        if kind == "Environment" or not wanted <= DERIVED | HOLDS.keys():
            return True
        if _pins(before) != _pins(after):
            return True
        if self._flows is not None and self._flows.shows(kind, before, after):
            return True
        fields = {group.fields[name] for group in groups for name in group.wanted if HOLDS.get(name) == kind}
        return None in fields or any(_in_context(before, one) != _in_context(after, one) for one in fields)

    def verdict(self, unit: Unit) -> Verdict:
        """Hold one object against its rules. Rules that share a subject share its variables."""
        one, estate = self.estate.project.locate(unit), self.estate
        applied: list[str] = []
        findings: list[Finding] = []
        for group in self._groups.get(one.kind, ()):
            for subject in estate.subjects(one, per_environment=group.per_environment):
                context = estate.context(subject, group.wanted, group.fields)
                place = subject.environment if subject.is_placed else None
                seen = estate.seen(unit.kind, unit.name, place, group.fields["object"])
                shared = variables(seen, context)
                for rule, told in zip(group.rules, group.judged(shared), strict=True):
                    found = [] if told else self._judge(rule, subject, shared, context) if told is None else None
                    if found is not None:
                        applied.append(rule.id)
                        findings += found
        if self._flows is not None:
            self._flows.judge(one, applied, findings)
        return Verdict(tuple(applied), tuple(findings))

    def _judge(self, rule: Rule, subject: Subject, shared: Any, context: dict[str, Any]) -> list[Finding] | None:
        """The findings of one rule on one subject; none at all, not an empty list, where the rule doesn't apply."""
        try:
            if rule.when is not None and not program(rule.when).holds(shared):
                return None
        except EvaluationFailed as failure:
            return [unanswered(rule, subject, rule.when or "", failure)]
        return [
            finding
            for condition in rule.conditions
            if (finding := self._condition(rule, condition, subject, shared, context)) is not None
        ]

    def _condition(
        self, rule: Rule, condition: Condition, subject: Subject, shared: Any, context: dict[str, Any]
    ) -> Finding | None:
        try:
            if program(condition.expression).holds(shared):
                return None
            message, blamed = message_of(condition.message, shared), subject.route(condition.blame)
        except EvaluationFailed as failure:
            return unanswered(rule, subject, condition.expression, failure)
        route, labels = witness(Broken(condition.expression, blamed, subject, context, shared), self.estate)
        return Finding(
            rule.id,
            subject.one.key,
            subject.reached,
            message,
            condition.expression,
            route,
            subject.span(route),
            subject.has(route),
            labels,
        )


def _pins(facts: Facts) -> dict[str, Any]:
    """What a deployment serves in each of its environments."""
    return {place: spec.get("pin") for place, spec in facts.placed.items()}


def _in_context(facts: Facts, fields: Fields) -> str:
    """What a context shows of a spec, told apart by types as well."""
    placed = ({**facts.values, "spec": spec} for spec in facts.placed.values())
    return json.dumps([visible(values, fields) for values in (facts.values, *placed)])
