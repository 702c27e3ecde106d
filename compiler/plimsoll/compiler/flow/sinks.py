"""Sinks: what data comes to, each with the spec that owns it, where that says so, and the place."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.flow.changes import Change, Lowering, lower_of
from plimsoll.compiler.flow.labels import PERSONAL
from plimsoll.compiler.flow.network import Network, Node
from plimsoll.compiler.flow.places import Place, place_of
from plimsoll.compiler.flow.spread import Spread
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Key

SINKS = {
    "feature": "a feature whose personalData is written",
    "declassification": "a declassification, where it changes the label; its label is that of what goes in",
    "model": "a model, wherever it is trained",
    "training": "the training of a model in an environment",
    "package": "the signed package of a model, in an environment's stores",
    "profile": "the profile of what a model was trained on, in an environment's stores",
    "server": "the server of an online deployment",
    "scorer": "the runs of a batch deployment",
    "cache": "the online store, where a server finds features",
    "predictions": "what was asked and answered: the journal of a server, the predictions of a batch",
    "monitor": "the runs that hold a deployment against the profile of its model",
    "stores": "an environment's stores: feature tables, packages, profiles, predictions",
    "replica": "a copy of the stores that follows them",
    "backup": "a copy of what the stores once were",
    "logs": "a sink of logs",
}
"""Every kind of sink, in the order in which data comes to them."""

OWNERS = frozenset({"FeatureSet", "Model", "Deployment", "Environment"})
"""The kinds of specs that own sinks."""

Facts = tuple[tuple[str, Any], ...]
"""What rules may ask of a sink beside its place: pairs of a field and a value that can be hashed."""


@dataclass(frozen=True)
class Sink:
    """A sink."""

    kind: str
    owner: Key
    nodes: tuple[Node, ...]
    """What comes to any of these nodes comes to the sink."""
    route: Route
    """Where its owner says that there is one."""
    environment: str | None = None
    name: str = ""
    place: Place | None = None
    facts: Facts = ()
    at: dict[str, Route] = field(default_factory=dict)
    """Where facts of it stand that do not stand below its route."""
    change: Change | None = None
    """What becomes of labels on the last step."""
    lowers: Change | None = None
    """For a declassification: what it does by itself. Data whose label it does not change does not come to it."""

    @property
    def values(self) -> dict[str, Any]:
        """The sink as rules see it: the fields of ``governance.flow.FlowSink``."""
        place = self.place.values if self.place else {}
        facts = {key: list(value) if isinstance(value, tuple) else value for key, value in self.facts}
        return {"kind": self.kind, "owner": "/".join(self.owner), "name": self.name, **place, **facts}


class Placed(NamedTuple):
    """An environment as sinks know it."""

    place: Place
    spec: dict[str, Any]


class Sinks:
    """The sinks of a project, found spec by spec."""

    def __init__(
        self, project: Project, spread: Spread, network: Network, wanted: frozenset[str] = frozenset(SINKS)
    ) -> None:
        """Only sinks of the kinds that are wanted are found."""
        self._wanted = wanted
        self._project, self._spread, self._network = project, spread, network
        self._placed: dict[str, Placed] = {}
        self._copies: dict[tuple[str, Route], Place] = {}
        self._of = {
            "FeatureSet": self._of_feature_set,
            "Model": self._of_model,
            "Deployment": self._of_deployment,
            "Environment": self._of_environment,
        }

    def of(self, kind: str, name: str) -> Iterator[Sink]:
        """The sinks that a spec owns."""
        yield from (sink for sink in self._of[kind](name) if sink.kind in self._wanted) if kind in self._of else ()

    def _environment(self, name: str) -> Placed:
        if name not in self._placed:
            spec = self._project.environments[name].said
            self._placed[name] = Placed(place_of(name, spec), spec)
        return self._placed[name]

    def _of_feature_set(self, name: str) -> Iterator[Sink]:
        node, owner = Node("FeatureSet", name), ("FeatureSet", name)
        said = self._network.said(*owner)
        for index, one in enumerate(said.get("declassify") or ()):
            facts = [(key, one[key]) for key in ("method", "k", "approver") if key in one]
            owned = self._network.facts(*owner).values["metadata"].get("owner")
            facts += [("responsible", owned)] if owned else []
            lowers = Change((Lowering(index, lower_of(one["to"])),))
            route: Route = ("spec", "declassify", index)
            yield Sink("declassification", owner, (node,), route, name=name, facts=tuple(facts), lowers=lowers)
        if any(label.personal for label in self._spread.of(node).values()):
            yield from self._features(name, said)

    def _features(self, name: str, said: dict[str, Any]) -> Iterator[Sink]:
        """The features that say how much they are about people, of a set that people's data comes to."""
        written = self._network.facts("FeatureSet", name).written["spec"]["features"]
        parts, node = self._network.parts(name), Node("FeatureSet", name)
        for feature, one in said["features"].items():
            if "personalData" not in (written.get(feature) or {}):
                continue
            before = Change(parts.changes[parts.of[feature]].lowerings)
            facts = (("written", one["personalData"]), ("writtenLevel", PERSONAL.index(one["personalData"])))
            route = ("spec", "features", feature, "personalData")
            yield Sink("feature", ("FeatureSet", name), (node,), route, name=feature, facts=facts, change=before)

    def _of_model(self, name: str) -> Iterator[Sink]:
        said, owner, nodes = self._network.said("Model", name), ("Model", name), (Node("Model", name),)
        days = said["window"]["training"] + said["window"]["evaluation"]
        facts: Facts = (("purposes", tuple(said["purposes"])), ("retention", days))
        at: dict[str, Route] = {"retention": ("spec", "window"), "purposes": ("spec", "purposes")}
        yield Sink("model", owner, nodes, ("metadata", "name"), name=name, facts=facts, at=at)
        kinds = [kind for kind in ("training", "package", "profile") if kind in self._wanted]
        for environment in self._project.graph.environments_of((name,)) if kinds else ():
            place = self._environment(environment).place
            for kind in kinds:
                yield Sink(kind, owner, nodes, ("metadata", "name"), environment, name, place)

    def _of_deployment(self, name: str) -> Iterator[Sink]:
        graph, owner = self._project.graph, ("Deployment", name)
        (model,) = graph.named("Deployment", name, "Model")
        nodes = (Node("Model", model),)
        hops = self._network.into(nodes[0]) if "cache" in self._wanted else ()
        tables = tuple(hop.start for hop in hops if hop.start.kind == "FeatureSet")
        facts = self._network.facts(*owner)
        for environment in sorted(graph.named("Deployment", name, "Environment")):
            spec, place = facts.placed[environment], self._environment(environment).place
            route: Route = ("spec", "environments", environment)
            kinds = ["server" if "online" in spec else "scorer", "predictions"]
            kinds += ["monitor"] if "monitoring" in spec else []
            for kind in kinds:
                yield Sink(kind, owner, nodes, route, environment, name, place)
            if "online" in spec and tables:
                yield Sink("cache", owner, tables, route, environment, name, place)

    def _of_environment(self, name: str) -> Iterator[Sink]:
        placed, owner = self._environment(name), ("Environment", name)
        nodes = tuple(Node("Model", one) for one in self._project.graph.models_of("Environment", name))
        stores = placed.spec["stores"]
        kept: Facts = (("retention", stores["retention"]),) if "retention" in stores else ()
        yield Sink("stores", owner, nodes, ("spec", "stores"), name, name, placed.place, kept)
        for index, copy in enumerate(stores.get("replicas") or ()):
            route: Route = ("spec", "stores", "replicas", index)
            yield self._copy(copy["kind"], name, nodes, route, copy)
        for index, sink in enumerate((placed.spec.get("logs") or {}).get("sinks") or ()):
            yield self._copy("logs", name, nodes, ("spec", "logs", "sinks", index), sink)

    def _copy(self, kind: str, name: str, nodes: tuple[Node, ...], route: Route, copy: dict[str, Any]) -> Sink:
        place = self._copies.get((name, route))
        if place is None:
            place = self._copies[name, route] = place_of(name, self._environment(name).spec, copy)
        kept: Facts = (("retention", copy["retention"]),) if "retention" in copy else ()
        return Sink(kind, ("Environment", name), nodes, route, name, copy.get("name", name), place, kept)
