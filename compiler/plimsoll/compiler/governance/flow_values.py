"""A flow as rules see it: data of a source, as it comes to a sink."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.sinks import Sink
from plimsoll.compiler.flow.spread import Spread, Way, ways
from plimsoll.compiler.flow.telling import in_words, way_in_words
from plimsoll.compiler.governance.engine import variables
from plimsoll.compiler.governance.subjects import Estate, Fields, only


class FlowValues:
    """What rules may read of the flows of an estate."""

    def __init__(self, estate: Estate, spread: Spread) -> None:
        self._estate = estate
        self._spread = spread

    def source(self, source: str, fields: Fields) -> dict[str, Any]:
        """A source, or those of its fields."""
        values = self._estate.project.locate(self._estate.graph.units["DataSource", source]).facts.values
        return values if fields is None else only(values, fields, data=False)

    def model(self, sink: Sink) -> str:
        """The model whose data comes to a sink; empty where it is the environment's own."""
        return next((node.name for node in sink.nodes if node.kind == "Model" and sink.owner[0] != "Environment"), "")

    def context(self, sink: Sink) -> dict[str, Any]:
        """The environment and the model of a sink."""
        found, model = dict[str, Any](), self.model(sink)
        if sink.environment:
            found["environment"] = self._estate.seen("Environment", sink.environment, None, None)
        if model:
            found["model"] = self._estate.seen("Model", model, None, None)
        return found

    def seen(self, source: str, label: Label, sink: Sink, fields: Fields) -> dict[str, Any]:
        """A flow as rules see it, ``governance.flow.Flow``, without what takes a search."""
        return {"source": self.source(source, fields), "label": label.values, "sink": sink.values}

    def late(self, source: str, label: Label, sink: Sink, way: Way | None = None) -> dict[str, Any]:
        """The rest of it."""
        told = way_in_words(way or self.ways(source, sink)[0], "/".join(sink.owner))
        return {"declassified": list(self._declassified(source, sink)), "data": in_words(label), "way": told}

    def whole(self, source: str, label: Label, sink: Sink, way: Way | None = None) -> Any:
        """All that rules see, as variables."""
        told = self.seen(source, label, sink, None) | self.late(source, label, sink, way)
        return variables(told, self.context(sink))

    def ways(self, source: str, sink: Sink) -> tuple[Way, ...]:
        """The ways of a source's data to a sink."""
        return ways(self._spread, source, sink.nodes)

    def _declassified(self, source: str, sink: Sink) -> Iterator[dict[str, Any]]:
        """Every declassification that changes the label of a source's data on its ways to a sink."""
        found = {
            (stop.node.name, index)
            for way in self.ways(source, sink)
            for before, stop in pairwise(way)
            if stop.hop and stop.hop.change
            for index in stop.hop.change.at_work(before.label)
        }
        for name, index in sorted(found):
            said = self._estate.project.feature_sets[name].said["declassify"][index]
            kept = {key: said[key] for key in ("method", "k", "approver") if key in said}
            yield {"featureSet": name, **kept}
