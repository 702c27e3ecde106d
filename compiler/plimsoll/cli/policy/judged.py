"""What an expression is tried on: a spec, wherever it is judged, or what is rendered for it; and what came of it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from plimsoll.compiler.governance.engine import EvaluationFailed, bounded_memory, variables
from plimsoll.compiler.governance.evaluating import message_of
from plimsoll.compiler.governance.fields import CONTEXT, PER_ENVIRONMENT
from plimsoll.compiler.governance.gate import context_in
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.syntax import Node, NotCel, parse
from plimsoll.compiler.governance.trial import Step, type_name, unfold
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.contract.refusal import Refused

Verdict = Literal["holds", "broken", "no answer", "does not apply"]


@dataclass(frozen=True)
class Asked:
    """One object as it is judged in one place."""

    environment: str | None
    """Where; none for a rule that is judged once."""
    rendered: str | None
    """The rendered object, as ``Kind/name``; none where the spec itself is judged."""
    variables: Any


@dataclass(frozen=True)
class Condition:
    """What must hold, and what became of it."""

    step: Step
    message: str = ""
    """What a finding says, where the condition is broken."""
    blame: str = ""


@dataclass(frozen=True)
class Tried:
    """A rule, or an expression, tried on one object in one place."""

    asked: Asked
    when: Step | None
    conditions: tuple[Condition, ...]

    @property
    def verdict(self) -> Verdict:
        """What a rule of these conditions says; anything but true and false is no answer, and never passes."""
        if self.when is not None and (said := _answer(self.when)) is not True:
            return "does not apply" if said is False else "no answer"
        answers = [_answer(one.step) for one in self.conditions]
        if None in answers:
            return "no answer"
        return "holds" if all(answers) else "broken"


def _answer(step: Step) -> bool | None:
    return step.value if step.state == "value" and isinstance(step.value, bool) else None


def specs_asked(project: Project, one: Located[Any], environment: str | None, reads: frozenset[str]) -> Iterator[Asked]:
    """A spec in every place where a rule that reads those fields of the context is asked about it."""
    estate = Estate(project, date.today())
    for subject in estate.subjects(one, per_environment=not reads.isdisjoint(PER_ENVIRONMENT)):
        if environment is not None and environment not in subject.reached:
            continue
        place = subject.environment if subject.is_placed else None
        seen = estate.seen(one.kind, one.name, place, None)
        yield Asked(subject.environment, None, variables(seen, estate.context(subject, reads)))


def flows_asked(project: Project, one: Located[Any], environment: str | None, rule: Rule) -> Iterator[Asked]:
    """Data of every source, where it comes to what a spec owns and a rule judges."""
    from plimsoll.compiler.governance.flows import FlowJudge

    for sink, source, told in FlowJudge((rule,), Estate(project, date.today())).asked(one):
        if environment in (None, sink.environment):
            yield Asked(sink.environment, f"{source} at {sink.kind}", told)


def renditions_asked(
    project: Project, one: Located[Any], environment: str | None, kinds: Collection[str]
) -> Iterator[Asked]:
    """What is rendered for a spec, of some kinds, in every environment, and what its workflows create.

    Raises:
        Refused: when it can't be rendered.
    """
    from plimsoll.compiler.governance.created import created_by
    from plimsoll.compiler.loading.objects import read_object
    from plimsoll.compiler.rendering.files import Unreadable
    from plimsoll.compiler.rendering.naming import units_of
    from plimsoll.compiler.rendering.units import made_in, rendition

    for place in sorted(project.environments) if environment is None else (environment,):
        context = context_in(project, place, date.today())
        for unit in units_of(project, place):
            try:
                made = made_in(project, unit)
            except Unreadable as fault:
                raise Refused("rendering", one.key, fault.finding.message) from None
            if made.diagnostics:
                raise Refused("rendering", one.key, made.diagnostics[0].message, "plimsoll compile says more")
            rendered = map(rendition, made.value or ())
            for each in (each for whole in rendered for each in (whole, *created_by(whole, kinds))):
                if each.kind in kinds and each.owner.spec.key == one.key:
                    told = f"{each.kind}/{each.stem}"
                    yield Asked(place, told, variables(read_object(each.data), context))


def reads_of(expression: str) -> frozenset[str]:
    """The fields of the context that an expression reads; all of them where it takes the context whole."""
    try:
        return frozenset(_reads(parse(expression)))
    except NotCel:
        return CONTEXT


def _reads(node: Node) -> Iterator[str]:
    due = [node]
    while due:
        one = due.pop()
        of_context = one.form == "select" and (one.parts[0].form, one.parts[0].word) == ("name", "context")
        if of_context and one.word in CONTEXT:
            yield one.word
        elif (one.form, one.word) == ("name", "context"):
            yield from CONTEXT
        due += () if of_context else one.parts


def try_expression(expression: str, asked: Iterable[Asked]) -> list[Tried]:
    """Evaluate an expression, part by part."""
    with bounded_memory():
        return [Tried(one, None, (Condition(unfold(expression, one.variables)),)) for one in asked]


def try_rule(rule: Rule, asked: Iterable[Asked]) -> list[Tried]:
    """Evaluate all that a rule says, part by part; its conditions only where it applies."""
    with bounded_memory():
        return [_tried(rule, one) for one in asked]


def _tried(rule: Rule, one: Asked) -> Tried:
    when = unfold(rule.when, one.variables) if rule.when is not None else None
    if when is not None and _answer(when) is not True:
        return Tried(one, when, ())
    return Tried(one, when, tuple(_conditions(rule, one)))


def _conditions(rule: Rule, one: Asked) -> Iterator[Condition]:
    for condition in rule.conditions:
        step, message = unfold(condition.expression, one.variables), ""
        if step.state == "value" and not isinstance(step.value, bool):
            message = f"is neither true nor false, but {type_name(step.value)}"
        elif _answer(step) is not True:
            try:
                message = message_of(condition.message, one.variables)
            except EvaluationFailed as failure:
                message = f"{rule.id} could not be evaluated: {failure}"
        yield Condition(step, message, condition.blame)
