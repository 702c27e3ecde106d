"""The network that data flows through: sources, feature sets and models, and what each of them reads."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.flow.changes import Change, Parts, label_of, parts_of
from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Facts

_AT_HAND = 8192
"""Of how many feature sets it is kept what they make of labels."""


class Node(NamedTuple):
    """Where data is on its way: in a source, at a feature set, in some of its features, at a model."""

    kind: str
    name: str
    part: int = -1
    """Which part of a feature set's features; -1 for all that comes to the set."""

    @property
    def key(self) -> str:
        """The spec it belongs to, as ``Kind/name``."""
        return f"{self.kind}/{self.name}"


class Hop(NamedTuple):
    """A step of data to a node from the one before."""

    start: Node
    route: Route = ()
    """Where the reader names what it reads; empty where the set's own features are made."""
    change: Change | None = None
    """What becomes of labels; None where they stay as they are."""


class Network:
    """What each node reads, from the specs of a project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._graph = project.graph
        self.parts = lru_cache(maxsize=_AT_HAND)(self._parts)
        """The parts of a feature set by its name."""

    def facts(self, kind: str, name: str) -> Facts:
        """What a spec says, which is let go again: ten thousand specs at once would fill the memory."""
        return self._project.facts(self._graph.units[kind, name])

    def said(self, kind: str, name: str) -> dict[str, Any]:
        """What its ``spec`` says, as rules see it."""
        spec: dict[str, Any] = self.facts(kind, name).values["spec"]
        return spec

    def origin(self, node: Node) -> Label | None:
        """The label that data has where it begins; None where it does not begin."""
        return label_of(self.said(node.kind, node.name)) if node.kind == "DataSource" else None

    def into(self, node: Node) -> tuple[Hop, ...]:
        """The steps that lead to a node, in the order in which they are written."""
        if node.kind == "FeatureSet":
            if node.part >= 0:
                return (Hop(Node(node.kind, node.name), (), self.parts(node.name).changes[node.part]),)
            return tuple(self._into_set(node.name))
        return tuple(self._into_model(node.name)) if node.kind == "Model" else ()

    def _parts(self, name: str) -> Parts:
        return parts_of(self.said("FeatureSet", name))

    def _into_set(self, name: str) -> Iterator[Hop]:
        for index, source in enumerate(self.said("FeatureSet", name)["sources"]):
            route: Route = ("spec", "sources", index)
            yield from self._from(("DataSource", "FeatureSet"), source, route, None)

    def _into_model(self, name: str) -> Iterator[Hop]:
        spec = self.said("Model", name)
        yield from self._from(("DataSource",), spec["examples"]["source"], ("spec", "examples", "source"), None)
        for index, used in enumerate(spec["features"]):
            yield from self._from(("FeatureSet",), used["set"], ("spec", "features", index, "set"), used["use"])

    def _from(self, kinds: tuple[str, ...], reference: str, route: Route, features: list[str] | None) -> Iterator[Hop]:
        """The steps from what a reference means: from a source itself, from each part that is used of a set."""
        name = reference.partition("@")[0]
        kind = self._graph.meant(kinds, name)
        if kind == "DataSource":
            yield Hop(Node(kind, name), route)
        elif kind == "FeatureSet":
            parts = self.parts(name)
            used = parts.of.values() if features is None else (parts.of[one] for one in features if one in parts.of)
            yield from (Hop(Node(kind, name, part), route) for part in sorted(set(used)))
