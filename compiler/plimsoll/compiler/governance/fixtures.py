"""Fixtures: hold each rule against its cases, those that keep it and those that break it.

For a rule that judges what is rendered, the estate of a case is rendered for each of its environments; the object of a
finding is the spec that was rendered, the route one of the manifest.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.governance.cases import (
    ESTATE,
    WHICH,
    Case,
    Ground,
    Unreadable,
    Which,
    fixture_of,
    ground_of,
    read_cases,
    told,
)
from plimsoll.compiler.governance.catalogue import SHOWN, Catalogue
from plimsoll.compiler.governance.engine import bounded_memory
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.gate import Gate, Rendition
from plimsoll.compiler.governance.judge import evaluate_all
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.verdict import Finding

_REFUSED = "PLM-PAT-004"
"""The code of what servers would refuse."""


@dataclass(frozen=True)
class Tried:
    """A case that was run, or a fixture that could not be; and what was wrong with it."""

    rule: str
    """The rule's id; empty for the estate itself."""
    which: Literal["pass", "fail", "estate"]
    case: str
    """What the case shows; empty for a fixture as a whole."""
    span: Span
    problems: tuple[str, ...] = ()
    missing: bool = False
    """Whether the rule has no such fixture."""

    @property
    def diagnostics(self) -> Iterator[Diagnostic]:
        """What was wrong, as findings about the fixture."""
        for problem in self.problems:
            message = f"{self.case}: {problem}" if self.case else problem
            if self.missing:
                code, hint = "PLM-TST-002", f"write {Path(self.span.path).with_name(f'{self.which}.yaml').as_posix()}"
            else:
                code, hint = "PLM-TST-001", "mend the rule, or the case when it is the case that is wrong"
            properties = (("case", self.case), ("fixture", self.which)) if self.case else (("fixture", self.which),)
            yield Diagnostic(
                code, Severity.ERROR, message, self.span, help=hint, subject=self.rule, properties=properties
            )


def try_cases(catalogue: Catalogue, only: Collection[str] | None = None) -> Iterator[Tried]:
    """Run every case of every rule: those that pass are silent, those that fail fire exactly where they say.

    A passing case counts only if the rule applied to something in it, or if the case says that it does not. An estate
    that lies beside the rules must keep all of them. With ``only``, the cases of some rules are run, and the estate is
    not judged by itself.
    """
    own = (catalogue.root / ESTATE).is_file()
    shown = f"{catalogue.shown if own else SHOWN}/{ESTATE}"
    try:
        ground = ground_of(catalogue)
        problems = tuple(_estate_faults(ground)) if own and only is None else ()
    except Unreadable as error:
        yield Tried("", "estate", "", Span(shown, 1, 1, 1), (str(error),))
        return
    if own and only is None:
        yield Tried("", "estate", "the estate keeps every rule", Span(shown, 1, 1, 1), problems)
    for rule in catalogue.rules.values():
        if only is None or rule.id in only:
            for which in WHICH:
                yield from _try_fixture(rule, which, ground)


def staged_cases(rule: Rule, catalogue: Catalogue) -> Iterator[tuple[Case, "Staged"]]:
    """The cases of a rule, each with its estate.

    Raises:
        Unreadable: when one can't be read, which ``try_cases`` tells as a finding.
    """
    ground = ground_of(catalogue)
    for which in WHICH:
        for case in read_cases(rule, which, catalogue)[1]:
            yield from ((one, Staged(ground.estate(one), one.refused)) for one in case.spread())


@dataclass(frozen=True)
class Staged:
    """An estate on which rules are tried; what is rendered for it is rendered once."""

    estate: Estate
    refused: bool = False
    """Whether servers would refuse some of what is rendered."""

    def told(self, rule: Rule) -> tuple[bool, list[Finding]]:
        """Whether a rule applies to anything here, and what it finds."""
        if rule.objects:
            return self._rendered(rule)
        with bounded_memory():
            verdicts = evaluate_all(Judge([rule], self.estate))
        findings = [one for verdict in verdicts for one in verdict.findings]
        return any(verdict.applied for verdict in verdicts), findings

    def _rendered(self, rule: Rule) -> tuple[bool, list[Finding]]:
        gate = Gate({rule.id: rule}, lambda _: [], self.estate.project, self.estate.today)
        applied = any(one.kind in rule.objects for objects in self.renditions.values() for one in objects)
        return applied, [one for place, objects in self.renditions.items() for one in gate.findings(place, objects)]

    @cached_property
    def renditions(self) -> dict[str, list[Rendition]]:
        """Every object that is rendered, by its environment.

        Raises:
            Unreadable: when something can't be rendered.
        """
        from plimsoll.compiler.rendering.naming import units_of
        from plimsoll.compiler.rendering.units import made_in, rendition

        project, found = self.estate.project, dict[str, list[Rendition]]()
        for environment in project.environments:
            for unit in units_of(project, environment):
                made = made_in(project, unit)
                if {one.code for one in made.diagnostics} - ({_REFUSED} if self.refused else set()):
                    raise Unreadable(told(made.diagnostics))
                found.setdefault(environment, []).extend(rendition(one) for one in made.value or ())
        return found


def _try_fixture(rule: Rule, which: Which, ground: Ground) -> Iterator[Tried]:
    path, shown = fixture_of(rule, which, ground.catalogue)
    if not path.is_file():
        problem = f"{rule.id} has no {WHICH[which]} fixture"
        yield Tried(rule.id, which, "", rule.policy.span("spec", "id"), (problem,), missing=True)
        return
    try:
        document, cases = read_cases(rule, which, ground.catalogue)
    except Unreadable as error:
        yield Tried(rule.id, which, "", Span(shown, 1, 1, 1), (str(error),))
        return
    names, alone = Counter(case.case for case in cases), set[str]()
    for number, case in enumerate(cases):
        span = document.span(("cases", number, "case"))
        problems, broken = _run(rule, case, which, ground)
        alone |= broken
        twice = ("two cases of this file are called so",) if names[case.case] > 1 else ()
        yield Tried(rule.id, which, case.case, span, (*twice, *problems))
    if which == "fail" and (untried := tuple(_untried(rule, alone))):
        yield Tried(rule.id, which, "", Span(shown, 1, 1, 1), untried)


def _untried(rule: Rule, alone: set[str]) -> Iterator[str]:
    """The conditions of a rule that no case breaks while it keeps the others."""
    for condition in rule.conditions:
        if condition.expression not in alone:
            yield f"no case breaks this condition alone: {' '.join(condition.expression.split())}"


def _estate_faults(ground: Ground) -> Iterator[str]:
    staged, rules = Staged(ground.estate()), ground.catalogue.rules.values()
    findings = [one for verdict in evaluate_all(Judge(rules, staged.estate)) for one in verdict.findings]
    for rule in rules:
        findings += staged.told(rule)[1] if rule.objects else ()
    for finding in findings:
        yield f"{finding.rule} finds {finding.object}: {finding.message}"


def _run(rule: Rule, case: Case, which: Which, ground: Ground) -> tuple[tuple[str, ...], set[str]]:
    """What is wrong with a case, with each of its values; and the conditions that one of these breaks alone."""
    problems, alone = list[str](), set[str]()
    if which == "fail" and not case.expect:
        problems.append("the case expects no finding")
    if which == "pass" and case.expect:
        problems.append("the case expects a finding")
    values = next(iter(next(iter(case.each.values()), {}).values()), (None,))
    for value, one in zip(values, case.spread(), strict=True):
        told, broken = _tried(rule, one, ground)
        problems += [problem if value is None else f"with {value}: {problem}" for problem in told]
        alone |= broken if len(broken) == 1 else set()
    return tuple(problems), alone


def _tried(rule: Rule, case: Case, ground: Ground) -> tuple[list[str], set[str]]:
    """What is wrong with a case, and the conditions that it breaks."""
    try:
        applied, findings = Staged(ground.estate(case), case.refused).told(rule)
    except Unreadable as error:
        return [str(error)], set()
    wrong = (
        "the rule applies to nothing, so the case shows nothing" if case.applies else "the rule applies to something"
    )
    problems = [wrong] if applied != case.applies else []
    expected = {(e.object, e.at, e.message) for e in case.expect}
    found = {(finding.object, ".".join(map(str, finding.route)), finding.message) for finding in findings}
    problems += [f"didn't find {' | '.join(one)}" for one in sorted(expected - found)]
    problems += [f"found {' | '.join(one)}" for one in sorted(found - expected)]
    return problems, {finding.condition for finding in findings}
