"""How well the cases of a rule test it: change its expressions a little, and see whether some case notices.

A mutant that the type checker refuses when the rule is loaded is no mutant: nobody could ship it. Of the others, one
that gives every case the verdict of the rule itself has survived, and shows a case that is missing.
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic, Route, Severity
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.created import created_by
from plimsoll.compiler.governance.engine import variables
from plimsoll.compiler.governance.fixtures import Staged, staged_cases
from plimsoll.compiler.governance.gate import Breach, breaches_of, context_in
from plimsoll.compiler.governance.mutants import Mutant, mutants
from plimsoll.compiler.governance.positions import span_in_scalar
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.typecheck import faults
from plimsoll.compiler.loading.objects import read_object


class Survivor(NamedTuple):
    """A mutant that no case tells from its rule."""

    rule: Rule
    route: Route
    """The expression that was changed, below ``spec``."""
    mutant: Mutant

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding about it, at the part of the expression that was changed."""
        route, text = ("spec", *self.route), str(_at(self.rule.values, self.route))
        start, end = self.mutant.start, self.mutant.end
        return Diagnostic(
            "PLM-TST-003",
            Severity.WARNING,
            f"{self.rule.id}: no case notices when {self.mutant.change}",
            span_in_scalar(self.rule.policy.document, route, text, start, end - start),
            help="add a case that tells the two apart, or make the rule simpler",
            subject=self.rule.id,
            properties=(("mutant", self.mutant.text), ("change", self.mutant.change)),
        )


@dataclass(frozen=True)
class Mutation:
    """How the mutants of a rule fared."""

    rule: str
    refused: int
    """Those that the type checker refuses when the rule is loaded."""
    noticed: int
    survivors: tuple[Survivor, ...]

    @property
    def tried(self) -> int:
        """How many mutants a case could have noticed."""
        return self.noticed + len(self.survivors)


def mutate(rule: Rule, catalogue: Catalogue) -> Mutation:
    """Try every mutant of a rule on the rule's cases.

    Raises:
        Unreadable: when a case can't be run, which ``try_cases`` tells as a finding.
    """
    cases = Trials(rule, [staged for _, staged in staged_cases(rule, catalogue)])
    usual = list(cases.seen(rule))
    refused, noticed, survivors = 0, 0, list[Survivor]()
    for route, mutant in _mutants_of(rule):
        if faults(rule.judges, mutant.text, condition=True):
            refused += 1
            continue
        other = _with(rule, route, mutant.text)
        if any(told != expected for told, expected in zip(cases.seen(other), usual, strict=True)):
            noticed += 1
        else:
            survivors.append(Survivor(rule, route, mutant))
    return Mutation(rule.id, refused, noticed, tuple(survivors))


Seen = tuple[bool, frozenset[tuple[str, Route, str]]]
"""What a fixture compares: whether a rule applied, and its findings by object, route and message."""


_Content = tuple[str, bytes]
"""What rendered objects are equal in: what a rule may know beside them, and their files."""


class _Object(NamedTuple):
    """A rendered object of a case: the spec that it is rendered for, how findings call it, and what it holds."""

    owner: str
    name: str
    content: _Content
    before: tuple[_Content, ...]
    """What it held before each of the patches that changed it; nothing, where it was not there."""


class Trials:
    """Cases on which a rule and its mutants are tried; what is rendered alike in several cases is judged once."""

    def __init__(self, rule: Rule, cases: list[Staged]) -> None:
        self._cases = cases
        self._shared: dict[_Content, Any] = {}
        self._objects = [list(self._rendered(rule.objects, case)) for case in cases] if rule.objects else []

    def seen(self, rule: Rule) -> Iterator[Seen]:
        """What a fixture would compare, case by case: of the rule that this was made for, or of a mutant of it.

        Law: the same as ``Staged.told`` says.
        """
        if not rule.objects:
            yield from (_seen(case, rule) for case in self._cases)
        known: dict[_Content, list[Breach]] = {}
        for objects in self._objects:
            found = set[tuple[str, Route, str]]()
            for one in objects:
                told = self._told(rule, one, known)
                found.update((one.owner, breach.route, f"{one.name}: {breach.message}") for breach in told)
            yield bool(objects), frozenset(found)

    def _told(self, rule: Rule, one: _Object, known: dict[_Content, list[Breach]]) -> list[Breach]:
        for content in (one.content, *one.before):
            if content not in known:
                known[content] = list(breaches_of(rule, self._shared[content])) if content[1] else []
        if not rule.leaves_to:
            return known[one.content]
        broken = [{breach.condition for breach in known[content]} for content in one.before]
        return [
            breach
            for breach in known[one.content]
            if breach.failed or any(breach.condition not in then for then in broken)
        ]

    def _rendered(self, kinds: frozenset[str], case: Staged) -> Iterator[_Object]:
        for place, objects in case.renditions.items():
            context = context_in(case.estate.project, place, case.estate.today)
            said = json.dumps(context, sort_keys=True)
            for one in (each for whole in objects for each in (whole, *created_by(whole, kinds))):
                if one.kind in kinds and one.data:
                    for data in filter(None, (one.data, *one.before)):
                        if (said, data) not in self._shared:
                            self._shared[said, data] = variables(read_object(data), context)
                    before = tuple((said, data) for data in one.before)
                    yield _Object(one.owner.spec.key, f"{one.kind}/{one.stem}", (said, one.data), before)


def _seen(case: Staged, rule: Rule) -> Seen:
    applied, findings = case.told(rule)
    return applied, frozenset((one.object, one.route, one.message) for one in findings)


def _mutants_of(rule: Rule) -> Iterator[tuple[Route, Mutant]]:
    """Every mutant of a rule's conditions, and where the expression stands that it changes."""
    routes: list[Route] = [("when",)] if rule.when is not None else []
    routes += [("rules", index, "expression") for index in range(len(rule.conditions))]
    return ((route, mutant) for route in routes for mutant in mutants(str(_at(rule.values, route))))


def _at(value: Any, route: Route) -> Any:
    for part in route:
        value = value[part]
    return value


def _with(rule: Rule, route: Route, text: str) -> Rule:
    values = deepcopy(rule.values)
    *parents, last = route
    _at(values, tuple(parents))[last] = text
    return Rule(rule.policy, values)
