"""The way by which data reaches an object: from a deployment through its model and feature sets to a data source."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Label, Route
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.typed import Located


def way(project: Project, start: Located[Any], target: Located[Any]) -> tuple[Label, ...]:
    """A label at every reference on the shortest way from one spec to another that it reads; none if it doesn't."""
    seen = {start.key}
    queue: deque[tuple[Located[Any], tuple[Label, ...]]] = deque([(start, ())])
    while queue:
        one, labels = queue.popleft()
        if one.key == target.key:
            return labels
        for route, read in _reads(project, one):
            if read.key not in seen:
                seen.add(read.key)
                label = Label(one.document.span(route), f"{one.key} reads {read.key} by way of this")
                queue.append((read, (*labels, label)))
    return ()


def _reads(project: Project, one: Located[Any]) -> Iterator[tuple[Route, Located[Any]]]:
    """What a spec refers to, and where it does so."""
    spec = one.spec.spec
    match one.spec.kind_name:
        case "Deployment":
            yield ("spec", "model"), project.models[spec.model]
        case "Model":
            yield ("spec", "examples", "source"), project.data_sources[spec.examples.source]
            for index, used in enumerate(spec.features):
                yield ("spec", "features", index, "set"), project.feature_sets[used.set]
        case "FeatureSet":
            for index, name in enumerate(spec.sources):
                yield ("spec", "sources", index), project.feature_sets.get(name) or project.data_sources[name]
