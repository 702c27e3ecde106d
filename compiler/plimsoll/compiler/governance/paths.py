"""The way by which data reaches an object: from a deployment through its model and feature sets to a data source."""

from collections import deque
from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Label, Route
from plimsoll.compiler.project.links import links
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

_READ = ("Model", "FeatureSet", "DataSource")


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
    """What a spec is made from or works with, and where it says so."""
    for link in links(one.spec):
        kind = next((kind for kind in link.kinds if kind in _READ and link.name in project.tables[kind]), None)
        if kind is not None:
            yield link.route, project.tables[kind][link.name]
