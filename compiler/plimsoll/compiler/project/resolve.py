"""Readings → Project: give every name its spec, and say which names have none, two, or lead back to themselves."""

from collections.abc import Iterable
from pathlib import Path

from plimsoll.compiler.diagnostics import Diagnostic, Label, Outcome, Severity
from plimsoll.compiler.loading.sources import Sources
from plimsoll.compiler.project import references
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.project.reading import read
from plimsoll.compiler.project.unit import Unit


def load_project(sources: Sources) -> Outcome[Project]:
    """Parse, type and resolve every spec. There is a project only when nothing is wrong with any of them."""
    readings = [read(file) for file in sources.files]
    files = {file.path: file for file in sources.files}
    facts = {reading.path: reading.facts for reading in readings}
    found = tuple(one for reading in readings for one in reading.diagnostics)
    named = name_units(
        sources.root,
        (unit for reading in readings for unit in reading.units),
        Shelf(files.__getitem__, facts.__getitem__),
    )
    found = (*found, *named.diagnostics)
    if any(one.blocks for one in found) or named.value is None:
        return Outcome(None, found)
    found = (*found, *references.check(named.value))
    return Outcome(None if any(one.blocks for one in found) else named.value, found)


def name_units(root: Path, units: Iterable[Unit], shelf: Shelf) -> Outcome[Project]:
    """A project of units, in which the first of two with the same kind and name stands; the second is a finding."""
    first: dict[str, Unit] = {}
    twice = [(unit, first[unit.key]) for unit in units if first.setdefault(unit.key, unit) is not unit]
    project = Project(root, first.values(), shelf)
    return Outcome(project, tuple(_twice(project, *pair) for pair in twice))


def _twice(project: Project, second: Unit, first: Unit) -> Diagnostic:
    one, other = project.locate(second), project.locate(first)
    label = Label(other.span("metadata", "name"), "first declared here")
    message = f"there are two of {one.key}"
    span = one.span("metadata", "name")
    return Diagnostic("PLM-REF-001", Severity.ERROR, message, span, labels=(label,), subject=one.key)
