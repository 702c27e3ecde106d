"""Hold data of each source, as it comes to each sink, against the rules that judge Flow."""

import contextlib
import json
import re
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import Any

from plimsoll.compiler.diagnostics import Label as Pointer
from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.flow.changes import label_of, parts_of
from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.network import Network
from plimsoll.compiler.flow.sinks import SINKS, Sink, Sinks
from plimsoll.compiler.flow.spread import Spread, Way, shortest, together, ways
from plimsoll.compiler.flow.telling import in_words, steps, way_in_words
from plimsoll.compiler.governance.engine import EvaluationFailed, program, variables
from plimsoll.compiler.governance.evaluating import BROKEN, all_at_once, as_number, message_of, unanswered
from plimsoll.compiler.governance.reading import kinds_of, reading_of
from plimsoll.compiler.governance.rules import Condition, Rule
from plimsoll.compiler.governance.subjects import Estate, Fields, Subject, only
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.governance.witness import facts_of
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.project.unit import Facts

_SOURCE_READ = re.compile(r"\bsource\.(spec\.\w+)")
_SINK_READ = re.compile(r"\bsink\.(\w+)")
_PLACE = {"region": "region", "jurisdiction": "jurisdiction", "country": "jurisdiction", "area": "jurisdiction"}
_ADMITS = {"personalData": "personalData", "clearance": "clearance", "clearanceLevel": "clearance", "stage": "stage"}
Told = tuple[tuple[str, ...], tuple[Rule, ...]]
"""The ids of the rules that apply, and those that are broken or have no answer."""


class _Alike:
    """The rules that can apply to one kind of sink, and what they have told of flows that they cannot tell apart.

    Thousands of sources and sinks are alike, but for what no rule reads of them.
    """

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.reading = reading_of(rules)
        sink = self.reading.sink
        self.named = bool(sink is None or sink & {"name", "owner"} or self.reading.flow or self.reading.context)
        self.reads_source = self.reading.source is None or "source" in self.reading.source or bool(self.reading.flow)
        self.at_once = all_at_once(rules)
        self.told: dict[tuple[Any, ...], Told] = {}
        self.labels: dict[Label, int] = {}
        self.sinks: dict[tuple[Any, ...], int] = {}
        self._numbers: dict[Any, int] = {}

    def numbers(self, shared: Any) -> list[int]:
        """For each rule 0 where it does not apply, 1 where all of it holds, else more."""
        if self.at_once is not None:
            with contextlib.suppress(EvaluationFailed):
                told: list[int] = self.at_once.value(shared)
                return told
        return [_alone(rule, shared) for rule in self.rules]

    def number(self, told_apart: Any) -> int:
        """A number that is the same for what is the same."""
        return self._numbers.setdefault(told_apart, len(self._numbers))


def alike(rules: tuple[Rule, ...]) -> dict[str, _Alike]:
    """The rules that can apply to each kind of sink; kinds with the same rules share what these have told."""
    of_kinds = {rule.id: kinds_of(rule, SINKS) for rule in rules}
    asked = {kind: tuple(rule for rule in rules if kind in of_kinds[rule.id]) for kind in SINKS}
    shared = {tuple(rule.id for rule in some): _Alike(some) for some in set(asked.values()) if some}
    return {kind: shared[tuple(rule.id for rule in some)] for kind, some in asked.items() if some}


class FlowJudge:
    """The rules that judge Flow, ready to be held against what comes to the sinks of an estate."""

    def __init__(self, rules: tuple[Rule, ...], estate: Estate) -> None:
        self._estate = estate
        network = Network(estate.project)
        self._spread = Spread(network)
        self._alike = alike(rules)
        readings = [one.reading for one in self._alike.values()]
        self._late_read = any(one.flow for one in readings)
        self._fields = _together([one.source for one in readings])
        self._sources: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._sinks = Sinks(estate.project, self._spread, network, frozenset(self._alike))

    def judge(self, one: Located[Any], applied: list[str], findings: list[Finding]) -> None:
        """Add the rules that apply to what comes to a spec's sinks, and what they find there."""
        for sink in self._sinks.of(one.kind, one.name):
            if sink.environment is not None and not self._estate.judged_in((sink.environment,)):
                continue
            alike = self._alike[sink.kind]
            of_sink = self._sink_class(alike, sink)
            for source, came in together(self._spread, sink.nodes).items():
                if sink.lowers is not None and sink.lowers(came) == came:
                    continue
                label = came if sink.change is None else sink.change(came)
                of_label = alike.labels.get(label)
                if of_label is None:
                    of_label = alike.labels[label] = _label_class(alike, label)
                of_source = self._source_class(source) if alike.reads_source else 0
                key = (of_source, of_label, of_sink)
                told = alike.told.get(key)
                if told is None:
                    told = alike.told[key] = self._tell(alike, source, label, sink)
                applied += told[0]
                for rule in told[1]:
                    findings += self._findings(rule, one, source, label, sink)

    def asked(self, one: Located[Any]) -> Iterator[tuple[Sink, str, Any]]:
        """Every flow to a sink of a spec that some rule may judge, as variables: the sink, the source and all of it."""
        for sink in self._sinks.of(one.kind, one.name):
            for source, came in together(self._spread, sink.nodes).items():
                if sink.lowers is None or sink.lowers(came) != came:
                    label = came if sink.change is None else sink.change(came)
                    yield sink, source, self._whole(source, label, sink)

    def shows(self, kind: str, before: Facts, after: Facts) -> bool:
        """Whether a spec that data flows through makes another label of it, or is told apart by a rule otherwise.

        Its references are the same before and after.
        """
        told = [_flows_through(kind, facts, self._fields) for facts in (before, after)]
        read = any("model" in one.reading.context for one in self._alike.values())
        return told[0] != told[1] or (kind == "Model" and read and before.values != after.values)

    def _sink_class(self, alike: _Alike, sink: Sink) -> int:
        """A number that is the same for sinks which the rules of their kind cannot tell apart."""
        reading, key = (
            alike.reading,
            (sink.kind, sink.place, sink.facts, *((sink.owner, sink.name) if alike.named else ())),
        )
        if key not in alike.sinks:
            values = sink.values
            read = values if reading.sink is None else {name: values.get(name) for name in reading.sink}
            context = (sink.environment, self._model(sink)) if reading.context else ()
            own = (sink.owner, sink.route, sink.environment) if reading.flow else ()
            alike.sinks[key] = alike.number(repr((sorted(read.items()), context, own)))
        return alike.sinks[key]

    def _source_class(self, source: str) -> int:
        """A number that is the same for sources which no rule can tell apart."""
        if source not in self._sources:
            told = json.dumps(self._source(source, self._fields), sort_keys=True)
            self._sources[source] = self._numbers.setdefault(source if self._late_read else told, len(self._numbers))
        return self._sources[source]

    def _source(self, source: str, fields: Fields) -> dict[str, Any]:
        values = self._estate.project.locate(self._estate.graph.units["DataSource", source]).facts.values
        return values if fields is None else only(values, fields, data=False)

    def _model(self, sink: Sink) -> str:
        return next((node.name for node in sink.nodes if node.kind == "Model" and sink.owner[0] != "Environment"), "")

    def _context(self, sink: Sink) -> dict[str, Any]:
        found, model = dict[str, Any](), self._model(sink)
        if sink.environment:
            found["environment"] = self._estate.seen("Environment", sink.environment, None, None)
        if model:
            found["model"] = self._estate.seen("Model", model, None, None)
        return found

    def _tell(self, alike: _Alike, source: str, label: Label, sink: Sink) -> Told:
        reading = alike.reading
        told = self._object(source, label, sink, self._fields) | (
            self._late(source, label, sink) if reading.flow else {}
        )
        shared = variables(told, self._context(sink) if reading.context else {})
        numbers = alike.numbers(shared)
        pairs = tuple(zip(alike.rules, numbers, strict=True))
        return (
            tuple(rule.id for rule, number in pairs if number),
            tuple(rule for rule, number in pairs if number >= BROKEN),
        )

    def _object(self, source: str, label: Label, sink: Sink, fields: Fields) -> dict[str, Any]:
        """A flow as rules see it, ``governance.flow.Flow``, without what takes a search."""
        return {"source": self._source(source, fields), "label": label.values, "sink": sink.values}

    def _late(self, source: str, label: Label, sink: Sink, way: Way | None = None) -> dict[str, Any]:
        """The rest of it."""
        told = way_in_words(way or self._ways(source, sink)[0], "/".join(sink.owner))
        return {"declassified": list(self._declassified(source, sink)), "data": in_words(label), "way": told}

    def _whole(self, source: str, label: Label, sink: Sink, way: Way | None = None) -> Any:
        """All that rules see, as variables."""
        told = self._object(source, label, sink, None) | self._late(source, label, sink, way)
        return variables(told, self._context(sink))

    def _ways(self, source: str, sink: Sink) -> tuple[Way, ...]:
        return ways(self._spread, source, sink.nodes)

    def _declassified(self, source: str, sink: Sink) -> Iterator[dict[str, Any]]:
        """Every declassification that changes the label of a source's data on its ways to a sink."""
        found = {
            (stop.node.name, index)
            for way in self._ways(source, sink)
            for before, stop in pairwise(way)
            if stop.hop and stop.hop.change
            for index in stop.hop.change.at_work(before.label)
        }
        for name, index in sorted(found):
            said = self._estate.project.feature_sets[name].said["declassify"][index]
            kept = {key: said[key] for key in ("method", "k", "approver") if key in said}
            yield {"featureSet": name, **kept}

    def _findings(self, rule: Rule, one: Located[Any], source: str, label: Label, sink: Sink) -> Iterator[Finding]:
        """What one rule finds about one flow."""
        subject, shared = self._subject(one, sink), self._whole(source, label, sink)
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
        shared = self._whole(source, label, sink)
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
        way = shortest(self._ways(source, sink), partial(self._breaks, rule, condition, source, sink))
        message = message_of(condition.message, self._whole(source, label, sink, way))
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
        project, graph, placed = self._estate.project, self._estate.graph, None
        if one.kind == "Deployment" and sink.environment:
            (model,) = graph.named("Deployment", one.name, "Model")
            placed = PlacedDeployment(one, project.environments[sink.environment], project.models[model])
        reached = graph.environments_of(graph.models_of(one.kind, one.name))
        concerned = (sink.environment,) if sink.environment else reached
        return Subject(one, placed, sink.environment, self._estate.judged_in(concerned))

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


def _flows_through(kind: str, facts: Facts, fields: Fields) -> Any:
    """What a spec makes of labels, and what rules read of it where data begins there."""
    said = facts.values["spec"]
    if kind == "DataSource":
        return label_of(said), facts.values if fields is None else only(facts.values, fields, data=False)
    if kind == "FeatureSet":
        return parts_of(said), said["sources"]
    return [used["use"] for used in said["features"]] if kind == "Model" else None


def _together(names: list[Fields]) -> Fields:
    """All names together; all there are, where any is all there are."""
    if any(one is None for one in names):
        return None
    return frozenset[str]().union(*(one for one in names if one is not None))


def _label_class(alike: _Alike, label: Label) -> int:
    """A number that is the same for labels which the rules cannot tell apart."""
    reading, values = alike.reading, label.values
    if reading.label is not None and not reading.flow:
        values = {name: values.get(name) for name in sorted(reading.label)}
    return alike.number(repr(values))


def _alone(rule: Rule, shared: Any) -> int:
    """What one rule tells where all at once had no value."""
    try:
        return int(program(f"[{as_number(rule)}]").value(shared)[0])
    except EvaluationFailed:
        return BROKEN


def _caption(sink: Sink) -> str:
    """What data comes to, under the place that is blamed."""
    if sink.place is None:
        return ""
    return f"{sink.kind} in {sink.place.region}, under the law of {sink.place.jurisdiction}"
