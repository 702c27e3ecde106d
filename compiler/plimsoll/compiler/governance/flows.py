"""Hold data of each source, as it comes to each sink, against the rules that judge Flow."""

import json
from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.flow.changes import label_of, parts_of
from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.network import Network
from plimsoll.compiler.flow.sinks import Sink, Sinks
from plimsoll.compiler.flow.spread import Spread, together
from plimsoll.compiler.governance.engine import variables
from plimsoll.compiler.governance.evaluating import BROKEN
from plimsoll.compiler.governance.flow_alike import Alike, Told, alike
from plimsoll.compiler.governance.flow_findings import FlowFindings
from plimsoll.compiler.governance.flow_values import FlowValues
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate, Fields, only
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.unit import Facts


class FlowJudge:
    """The rules that judge Flow, ready to be held against what comes to the sinks of an estate."""

    def __init__(self, rules: tuple[Rule, ...], estate: Estate) -> None:
        self._estate = estate
        network = Network(estate.project)
        self._spread = Spread(network)
        self._values = FlowValues(estate, self._spread)
        self._found = FlowFindings(estate, self._values)
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
                of_source = self._source_class(source) if alike.reads_source else 0
                of_label = alike.labels.get(label)
                if of_label is None:
                    of_label = alike.of_label(label)
                key = (of_source, of_label, of_sink)
                told = alike.told.get(key)
                if told is None:
                    told = alike.told[key] = self._tell(alike, source, label, sink)
                applied += told[0]
                for rule in told[1]:
                    findings += self._found.of(rule, one, source, label, sink)

    def asked(self, one: Located[Any]) -> Iterator[tuple[Sink, str, Any]]:
        """Every flow to a sink of a spec that some rule may judge, as variables: the sink, the source and all of it."""
        for sink in self._sinks.of(one.kind, one.name):
            for source, came in together(self._spread, sink.nodes).items():
                if sink.lowers is None or sink.lowers(came) != came:
                    label = came if sink.change is None else sink.change(came)
                    yield sink, source, self._values.whole(source, label, sink)

    def shows(self, kind: str, before: Facts, after: Facts) -> bool:
        """Whether a spec that data flows through makes another label of it, or is told apart by a rule otherwise.

        Its references are the same before and after.
        """
        told = [_flows_through(kind, facts, self._fields) for facts in (before, after)]
        read = any("model" in one.reading.context for one in self._alike.values())
        return told[0] != told[1] or (kind == "Model" and read and before.values != after.values)

    def _sink_class(self, alike: Alike, sink: Sink) -> int:
        """A number that is the same for sinks which the rules of their kind cannot tell apart."""
        reading, key = (
            alike.reading,
            (sink.kind, sink.place, sink.facts, *((sink.owner, sink.name) if alike.named else ())),
        )
        if key not in alike.sinks:
            values = sink.values
            read = values if reading.sink is None else {name: values.get(name) for name in reading.sink}
            context = (sink.environment, self._values.model(sink)) if reading.context else ()
            own = (sink.owner, sink.route, sink.environment) if reading.flow else ()
            alike.sinks[key] = alike.number(repr((sorted(read.items()), context, own)))
        return alike.sinks[key]

    def _source_class(self, source: str) -> int:
        """A number that is the same for sources which no rule can tell apart."""
        if source not in self._sources:
            told = json.dumps(self._values.source(source, self._fields), sort_keys=True)
            self._sources[source] = self._numbers.setdefault(source if self._late_read else told, len(self._numbers))
        return self._sources[source]

    def _tell(self, alike: Alike, source: str, label: Label, sink: Sink) -> Told:
        reading = alike.reading
        told = self._values.seen(source, label, sink, self._fields) | (
            self._values.late(source, label, sink) if reading.flow else {}
        )
        shared = variables(told, self._values.context(sink) if reading.context else {})
        numbers = alike.numbers(shared)
        pairs = tuple(zip(alike.rules, numbers, strict=True))
        return (
            tuple(rule.id for rule, number in pairs if number),
            tuple(rule for rule, number in pairs if number >= BROKEN),
        )


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
