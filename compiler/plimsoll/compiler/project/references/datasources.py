"""Whether the columns that a data source says something of are among those that it declares."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.files import evidence
from plimsoll.compiler.project.references.findings import error, unknown, unknown_key

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import DataSource

_REMOVED = "removed"
"""How a column is masked that is no longer in the table, and needs not be declared."""


MOMENTS = ("timestamp", "date")
"""The types of column that say when; a date says the start of its day in UTC."""


def no_moment(one: Located[Any], route: Route, name: str, source: Located["DataSource"]) -> Diagnostic:
    """A column that is to say when, and is of a type that cannot."""
    kind = source.said["columns"][name]
    label = Label(source.span("spec", "columns", name), f"{kind} here")
    message = f"{name!r} is to say when, and is of type {kind}"
    return error("PLM-REF-006", one, route, message, label, help_="declare it as timestamp or date")


def check(project: Project, one: Located["DataSource"]) -> Iterator[Diagnostic]:
    """A data source: its own columns, and the documents that it links to."""
    spec, what = one.said, f"column in {one.key},"
    columns = spec["columns"]
    if spec["timestamp"] not in columns:
        yield unknown(one, ("spec", "timestamp"), what, spec["timestamp"], columns)
    elif columns[spec["timestamp"]] not in MOMENTS:
        yield no_moment(one, ("spec", "timestamp"), spec["timestamp"], one)
    for name in spec.get("knownAfter", {}):
        if name not in columns:
            yield unknown_key(one, ("spec", "knownAfter", name), what, columns)
    for name, masking in spec.get("identifiers", {}).items():
        if name not in columns and masking != _REMOVED:
            note = "no rule knows it again; one that the table no longer has is masked by removed"
            yield unknown_key(one, ("spec", "identifiers", name), what, columns, note)
    yield from evidence(project, one)
