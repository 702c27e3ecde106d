"""What is said of labels and of ways: in words, and at the places where the specs say so."""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from plimsoll.compiler.diagnostics import Label as Pointer
from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.flow.labels import CLASSIFICATIONS, PERSONAL, Label
from plimsoll.compiler.flow.sinks import Sink
from plimsoll.compiler.flow.spread import Stop, Way
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

_LABEL_READ = re.compile(r"\blabel\.(\w+)")
_STANDS_AT = {
    "retention": "retention",
    "licences": "licence",
    "purposes": "purposes",
    "categories": "categories",
    "classification": "classification",
    "classificationLevel": "classification",
    "jurisdictions": "jurisdiction",
}
"""Where a source says what its label has; the rest is its ``personalData``."""


def in_words(label: Label) -> str:
    """A label in a few words: ``confidential pseudonymous health data of AE``."""
    revealed = " and ".join(sorted(label.categories))
    special = len(PERSONAL) - 1
    named = [PERSONAL[kind] for kind in sorted(label.kinds - {special})]
    if special in label.kinds and not revealed:
        named.append("special personal")
    about = " and ".join(named)
    laws = f"of {' and '.join(sorted(label.jurisdictions))}" if label.jurisdictions else ""
    return " ".join(word for word in (CLASSIFICATIONS[label.classification], about, revealed, "data", laws) if word)


def differs(before: Label, after: Label) -> str:
    """What a step changed, in words; empty where it changed nothing."""
    parts = []
    if before.personal != after.personal:
        parts.append(f"personalData from {PERSONAL[before.personal]} to {PERSONAL[after.personal]}")
    if before.classification != after.classification:
        parts.append(
            f"classification from {CLASSIFICATIONS[before.classification]} to {CLASSIFICATIONS[after.classification]}"
        )
    if gone := before.categories - after.categories:
        parts.append(f"no longer {' or '.join(sorted(gone))}")
    if before.purposes != after.purposes:
        parts.append(f"for {_purposes(after.purposes)}")
    if before.retention != after.retention:
        parts.append("kept as long as one likes" if after.retention is None else f"kept for {after.retention} days")
    return ", ".join(parts)


def _purposes(purposes: frozenset[str] | None) -> str:
    if purposes is None:
        return "any purpose"
    return " and ".join(sorted(purposes)) if purposes else "no purpose"


def way_in_words(way: Way, owner: str) -> str:
    """The specs on a way, between the source and the one that owns the sink."""
    *first, last = dict.fromkeys(stop.node.key for stop in way[1:] if stop.node.key != owner) or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def steps(project: Project, way: Way, sink: Sink, condition: str) -> tuple[Pointer, ...]:
    """A label at each step of a way, in order, with what the data's label is there.

    The first stands where the source says that part of its label which a condition reads first.
    """
    pointed: list[tuple[Span, str]] = [_first(project, way[0], condition)]
    for before, stop in pairwise(way):
        pointed += _step(project, before, stop)
    pointed += _last(project, way[-1], sink)
    return tuple(Pointer(span, text, hop) for hop, (span, text) in enumerate(pointed, 1))


def _located(project: Project, key: str) -> Located[Any]:
    kind, _, name = key.partition("/")
    one: Located[Any] = project.tables[kind][name]
    return one


def _first(project: Project, stop: Stop, condition: str) -> tuple[Span, str]:
    source = _located(project, stop.node.key)
    read = (_STANDS_AT.get(name, "personalData") for name in _LABEL_READ.findall(condition))
    fields = (name for name in read if source.document.has(("spec", name)))
    return source.span("spec", next(fields, "personalData")), f"{stop.node.key}: {in_words(stop.label)}"


def _step(project: Project, before: Stop, stop: Stop) -> Iterator[tuple[Span, str]]:
    hop = stop.hop
    assert hop is not None
    one = _located(project, stop.node.key)
    if hop.change is None:
        yield one.span(*hop.route), f"{stop.node.key} reads {before.node.key}: {in_words(stop.label)}"
        return
    label = before.label
    for lowering in hop.change.lowerings:
        lowered = label.lowered(lowering.lower)
        if lowered != label:
            said = one.facts.values["spec"]["declassify"][lowering.index]
            text = f"{said['method']} here: {differs(label, lowered)}"
            yield one.span("spec", "declassify", lowering.index), text
        label = lowered
    raised = label.raised(hop.change.personal)
    if raised != label:
        yield one.span(*_raised_at(one, hop.change.personal)), f"raised here: {differs(label, raised)}"
    if raised != stop.label:
        yield one.span("spec", "purposes"), f"narrowed here: {differs(raised, stop.label)}"


def _raised_at(one: Located[Any], personal: int) -> Route:
    features = one.facts.values["spec"]["features"]
    name = next(name for name, said in features.items() if said["personalData"] == PERSONAL[personal])
    return ("spec", "features", name, "personalData")


def _last(project: Project, stop: Stop, sink: Sink) -> Iterator[tuple[Span, str]]:
    """How data comes from the last node into the environment, where the sink's owner is another spec."""
    if sink.environment is None or stop.node.kind != "Model" or sink.owner[0] == "Model":
        return
    placed = project.graph.placed_of_model(stop.node.name)
    name = sink.owner[1] if sink.owner[0] == "Deployment" else _bringing(placed, sink.environment)
    deployment = project.deployments[name]
    route: Route = ("spec", "model")
    if sink.owner[0] == "Environment":
        route = ("spec", "environments", sink.environment)
    yield deployment.span(*route), f"{deployment.key} brings {stop.node.key} to {sink.environment}"


def _bringing(placed: Iterable[tuple[str, str]], environment: str) -> str:
    return next(name for name, place in placed if place == environment)
