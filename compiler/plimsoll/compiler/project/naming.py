"""Units → Project: give every name its spec, and say which names have two."""

from collections.abc import Iterable
from pathlib import Path

from plimsoll.compiler.diagnostics import Diagnostic, Label, Outcome, Severity
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.project.unit import Key, Unit


def name_units(root: Path, units: Iterable[Unit], shelf: Shelf) -> Outcome[Project]:
    """A project of units, in which the first of two with the same kind and name stands; the second is a finding."""
    first: dict[Key, Unit] = {}
    pairs = [(unit, first.setdefault((unit.kind, unit.name), unit)) for unit in units]
    twice = [(unit, other) for unit, other in pairs if unit is not other]
    project = Project(root, first.values(), shelf)
    return Outcome(project, tuple(_twice(project, *pair) for pair in twice))


def _twice(project: Project, second: Unit, first: Unit) -> Diagnostic:
    one, other = project.locate(second), project.locate(first)
    label = Label(other.span("metadata", "name"), "first declared here")
    message = f"there are two of {one.key}"
    span = one.span("metadata", "name")
    return Diagnostic("PLM-REF-001", Severity.ERROR, message, span, labels=(label,), subject=one.key)
