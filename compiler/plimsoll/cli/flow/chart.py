"""A chart of the ways of data: specs and places as nodes, with the label that data has at each, and what changes it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.flow.changes import Change
from plimsoll.compiler.flow.labels import Label, join
from plimsoll.compiler.flow.network import Network, Node
from plimsoll.compiler.flow.places import Place
from plimsoll.compiler.flow.sinks import Sink, Sinks
from plimsoll.compiler.flow.spread import Spread
from plimsoll.compiler.flow.telling import differs
from plimsoll.compiler.project.project import Project

_RUNS = ("training", "server", "scorer")
_COPIES = ("replica", "backup")


@dataclass(frozen=True)
class Point:
    """A node: a spec, or what data comes to in an environment."""

    id: str
    title: str
    kind: str
    """The spec's kind, or the sink's."""
    owner: str
    """The spec that it belongs to, as ``Kind/name``."""
    route: Route
    """Where its owner says that there is one."""
    nodes: tuple[Node, ...]
    place: Place | None = None
    beside: tuple[str, ...] = ()
    """What else there is of it in the same place, such as the cache of a server."""


@dataclass(frozen=True)
class Line:
    """A step of data from one point to the next."""

    start: str
    end: str
    changes: tuple[Change, ...] = ()
    """What becomes of labels, for each part of a set that is read."""


@dataclass
class Chart:
    """All points and lines of a project, or those of them that are asked for."""

    project: Project
    spread: Spread
    points: dict[str, Point] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    sources: frozenset[str] | None = None
    """The sources whose data labels tell of; None for all."""

    def label(self, point: Point) -> Label:
        """The label that data has at a point."""
        return join(label for _, label in self.arrivals(point))

    def arrivals(self, point: Point) -> Iterator[tuple[str, Label]]:
        """The sources whose data comes to a point, each with its label there."""
        for node in point.nodes:
            for source, label in self.spread.of(node).items():
                if self.sources is None or source in self.sources:
                    yield source, label

    def note(self, line: Line) -> str:
        """What a step does to labels, in words; empty where it does nothing."""
        start, told = self.points[line.start], list[str]()
        for change in line.changes:
            declared = self.project.feature_sets[start.owner.partition("/")[2]].said.get("declassify") or ()
            for _, label in self.arrivals(start):
                for index in change.at_work(label):
                    k = f" over {declared[index]['k']}" if "k" in declared[index] else ""
                    told.append(f"{declared[index]['method']}{k}")
                told.append(differs(label, change(label)))
        return "; ".join(dict.fromkeys(filter(None, told)))

    def after(self, id_: str) -> list[Line]:
        """The steps that leave a point."""
        return [line for line in self.lines if line.start == id_]

    def before(self, id_: str) -> list[Line]:
        """The steps that lead to a point."""
        return [line for line in self.lines if line.end == id_]

    def only(self, kept: Iterable[str], sources: frozenset[str] | None) -> "Chart":
        """The chart with some points and the lines between them."""
        names = set(kept)
        points = {id_: point for id_, point in self.points.items() if id_ in names}
        lines = [line for line in self.lines if line.start in names and line.end in names]
        return Chart(self.project, self.spread, points, lines, sources)

    def reach(self, starts: Iterable[str], *, forwards: bool) -> set[str]:
        """All points that data comes to from some, or comes from to them; they among them."""
        step: dict[str, list[str]] = {}
        for line in self.lines:
            start, end = (line.start, line.end) if forwards else (line.end, line.start)
            step.setdefault(start, []).append(end)
        seen = {start: None for start in starts if start in self.points}
        for one in (ahead := list(seen)):
            for other in step.get(one, ()):
                if other not in seen:
                    seen[other] = None
                    ahead.append(other)
        return set(seen)


def chart(project: Project, environment: str | None) -> Chart:
    """The chart of a project, in one environment or in all."""
    network = Network(project)
    spread = Spread(network)
    whole = Chart(project, spread)
    for kind, table in (
        ("DataSource", project.data_sources),
        ("FeatureSet", project.feature_sets),
        ("Model", project.models),
    ):
        for name in table:
            key = f"{kind}/{name}"
            whole.points[key] = Point(key, key, kind, key, ("metadata", "name"), (Node(kind, name),))
    for point in list(whole.points.values()):
        whole.lines += _reads(network, point)
    sinks = Sinks(project, spread, network)
    for name in project.models:
        _add(whole, [one for one in sinks.of("Model", name) if one.kind in _RUNS], environment)
    for name in project.deployments:
        _add(whole, list(sinks.of("Deployment", name)), environment)
    for name in project.environments:
        if environment in (None, name):
            _add_environment(whole, list(sinks.of("Environment", name)), name)
    return whole


def _reads(network: Network, point: Point) -> Iterator[Line]:
    """The lines into a source, a set or a model, one for each spec that is read."""
    found: dict[str, list[Change]] = {}
    for hop in network.into(point.nodes[0]):
        changes = found.setdefault(hop.start.key, [])
        changes += [made.change for made in network.into(hop.start) if made.change] if hop.start.part >= 0 else []
    for key, changes in found.items():
        yield Line(key, point.id, tuple(changes))


def _add(whole: Chart, sinks: list[Sink], environment: str | None) -> None:
    """Add the runs of a spec in each environment; what else it has there is told beside them."""
    for sink in sinks:
        if sink.environment is None or sink.kind not in _RUNS or environment not in (None, sink.environment):
            continue
        beside = tuple(one.kind for one in sinks if one.environment == sink.environment and one.kind != sink.kind)
        if sink.kind == "training":
            beside = ("package", "profile")
        id_ = f"{sink.kind} of {sink.name} in {sink.environment}"
        whole.points[id_] = _point(sink, id_, beside)
        whole.lines += [Line(node.key, id_) for node in sink.nodes]


def _add_environment(whole: Chart, sinks: list[Sink], environment: str) -> None:
    runs = [p.id for p in whole.points.values() if p.kind in _RUNS and p.place and p.place.environment == environment]
    if not runs:
        return
    stores = f"stores of {environment}"
    for sink in sinks:
        named = f"{sink.kind} {sink.name}" if sink.kind == "logs" else sink.kind
        id_ = stores if sink.kind == "stores" else f"{named} of {environment}"
        number = sum(other.startswith(id_) for other in whole.points)
        id_ = f"{id_} {number + 1}" if number else id_
        whole.points[id_] = _point(sink, id_, ())
        whole.lines += [Line(start, id_) for start in ([stores] if sink.kind in _COPIES else runs)]


def _point(sink: Sink, id_: str, beside: tuple[str, ...]) -> Point:
    return Point(id_, id_, sink.kind, "/".join(sink.owner), sink.route, sink.nodes, sink.place, beside)


def asked_for(
    whole: Chart, focus: list[str], to: list[str], *, forwards: bool, backwards: bool, sources: frozenset[str] | None
) -> Chart:
    """The part of a chart that data goes through from some points, to them, or both; and, asked so, only to others."""
    kept: set[str] = set()
    if forwards:
        kept |= whole.reach(focus, forwards=True)
    if backwards:
        kept |= whole.reach(focus, forwards=False)
    if to:
        kept &= whole.reach(to, forwards=False)
    return whole.only(kept, sources)


def as_data(found: Chart) -> dict[str, Any]:
    """The chart for machines."""
    points = [
        {
            "id": point.id,
            "kind": point.kind,
            "owner": point.owner,
            "beside": list(point.beside),
            "place": point.place.values if point.place else None,
            "label": found.label(point).values,
            "sources": {source: label.values for source, label in sorted(found.arrivals(point))},
        }
        for point in found.points.values()
    ]
    lines = [{"from": line.start, "to": line.end, "changes": found.note(line) or None} for line in found.lines]
    return {"points": points, "lines": lines}
