"""What rules find about flows: at which place, with a shortest way that is enough for it, and the facts beside it."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from plimsoll.compiler.diagnostics import Label as Pointer
from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.sinks import Sink
from plimsoll.compiler.flow.spread import shortest
from plimsoll.compiler.flow.telling import steps
from plimsoll.compiler.governance.engine import EvaluationFailed, program
from plimsoll.compiler.governance.evaluating import message_of, unanswered
from plimsoll.compiler.governance.flow_values import FlowValues
from plimsoll.compiler.governance.rules import Condition, Rule
from plimsoll.compiler.governance.subjects import Estate, Subject
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.governance.witness import facts_of
from plimsoll.compiler.project.located import Located

_SOURCE_READ = re.compile(r"\bsource\.(spec\.\w+)")
_SINK_READ = re.compile(r"\bsink\.(\w+)")
_PLACE = {"region": "region", "jurisdiction": "jurisdiction", "country": "jurisdiction", "area": "jurisdiction"}
_ADMITS = {"personalData": "personalData", "clearance": "clearance", "clearanceLevel": "clearance", "stage": "stage"}


class FlowFindings:
    """The findings about the flows of an estate."""

    def __init__(self, estate: Estate, values: FlowValues) -> None:
        self._estate = estate
        self._values = values

    def of(self, rule: Rule, one: Located[Any], source: str, label: Label, sink: Sink) -> Iterator[Finding]:
        """What one rule finds about one flow."""
        subject, shared = self._subject(one, sink), self._values.whole(source, label, sink)
        try:
            if rule.when is not None and not program(rule.when).holds(shared):
                return
        except EvaluationFailed as failure:
            yield unanswered(rule, subject, rule.when or "", failure)
            return
        for condition in rule.conditions:
            try:
                if program(condition.expression).holds(shared):
                    continue
                yield self._finding(rule, condition, subject, source, label, sink)
            except EvaluationFailed as failure:
                yield unanswered(rule, subject, condition.expression, failure)

    def _breaks(self, rule: Rule, condition: Condition, source: str, sink: Sink, arrived: Label) -> bool:
        """Whether a label that one way makes would be enough to break a rule."""
        label = arrived if sink.change is None else sink.change(arrived)
        shared = self._values.whole(source, label, sink)
        try:
            applies = rule.when is None or program(rule.when).holds(shared)
            return applies and not program(condition.expression).holds(shared)
        except EvaluationFailed:
            return False

    def _finding(
        self, rule: Rule, condition: Condition, subject: Subject, source: str, label: Label, sink: Sink
    ) -> Finding:
        """A finding, with a shortest way that is enough for it.

        Raises:
            EvaluationFailed: when the message has no value.
        """
        way = shortest(self._values.ways(source, sink), partial(self._breaks, rule, condition, source, sink))
        message = message_of(condition.message, self._values.whole(source, label, sink, way))
        route = self._blamed(condition.blame, subject, sink)
        read = f"{rule.when or ''} {condition.expression}"
        hops = steps(self._estate.project, way, sink, read)
        facts = self._facts(read, source, sink)
        span, spans = subject.span(route), {pointer.span for pointer in hops}
        beside = tuple(pointer for pointer in facts if pointer.span not in spans and pointer.span != span)
        return Finding(
            rule.id,
            subject.one.key,
            subject.reached,
            message,
            condition.expression,
            route,
            span,
            subject.has(route),
            (*(pointer for pointer in hops if pointer.span != span), *beside),
            caption=_caption(sink) if subject.has(route) else "",
        )

    def _subject(self, one: Located[Any], sink: Sink) -> Subject:
        graph, place = self._estate.graph, sink.environment
        reached = (place,) if place else graph.environments_of(graph.models_of(one.kind, one.name))
        return self._estate.subject(one, place, self._estate.judged_in(reached))

    @staticmethod
    def _blamed(blame: str, subject: Subject, sink: Sink) -> Route:
        """The place that a rule blames in the spec that owns a sink."""
        root, _, rest = blame.partition(".")
        if root != "sink":
            return subject.route(blame)
        if not rest:
            return sink.route
        return sink.at.get(rest) or (*sink.route, *rest.split("."))

    def _facts(self, read: str, source: str, sink: Sink) -> Iterator[Pointer]:
        """Facts beside the way that the condition names: of the place where the data arrives, and of the source."""
        project = self._estate.project
        named = dict.fromkeys(_SINK_READ.findall(read))
        if sink.environment is not None:
            environment, own = project.environments[sink.environment], sink.owner[0] != "Environment"
            fields = [_ADMITS[name] for name in named if name in _ADMITS]
            fields += [_PLACE[name] for name in named if name in _PLACE and (own or sink.kind == "stores")]
            yield from facts_of(environment, [f"spec.{name}" for name in dict.fromkeys(fields)])
        yield from facts_of(project.data_sources[source], list(dict.fromkeys(_SOURCE_READ.findall(read))))


def _caption(sink: Sink) -> str:
    """What data comes to, under the place that is blamed."""
    if sink.place is None:
        return ""
    return f"{sink.kind} in {sink.place.region}, under the law of {sink.place.jurisdiction}"
