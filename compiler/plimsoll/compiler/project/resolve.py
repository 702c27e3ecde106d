"""Sources → Project: read every file, give every name its spec, and follow every reference."""

from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.loading.sources import Sources
from plimsoll.compiler.project import references
from plimsoll.compiler.project.naming import name_units
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.project.reading import read


def load_project(sources: Sources) -> Outcome[Project]:
    """Parse, type and resolve every spec. There is a project only when nothing is wrong with any of them."""
    readings = [read(file) for file in sources.files]
    files = {file.path: file for file in sources.files}
    facts = {reading.path: reading.facts for reading in readings}
    units = (unit for reading in readings for unit in reading.units)
    named = name_units(sources.root, units, Shelf(files.__getitem__, facts.__getitem__))
    found = (*(one for reading in readings for one in reading.diagnostics), *named.diagnostics)
    if any(one.blocks for one in found) or named.value is None:
        return Outcome(None, found)
    found = (*found, *references.check(named.value))
    return Outcome(None if any(one.blocks for one in found) else named.value, found)
