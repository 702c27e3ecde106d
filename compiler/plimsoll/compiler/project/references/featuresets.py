"""What a feature set names beside its sources, and whether its features are known when they claim to be."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.files import beside
from plimsoll.compiler.project.references.findings import duration, warning

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import DataSource, FeatureSet


def check(project: Project, one: Located["FeatureSet"]) -> Iterator[Diagnostic]:
    """A feature set, beyond the names of its sources."""
    spec = one.said
    yield from beside(
        project, one, ("spec", "transformation", "file"), spec["transformation"].get("file"), folder=False
    )
    for name in dict.fromkeys(spec["sources"]):
        if name in project.data_sources:
            yield from _late(one, project.data_sources[name])


def _late(one: Located["FeatureSet"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    """Features that bear the name of a column which is filled in later than their rows say.

    The SQL may have made something else of the column, so that this is a warning.
    """
    spec, known_after = one.said, source.said.get("knownAfter", {})
    if spec["timestamp"] != source.said["timestamp"]:
        return
    for name in spec["features"]:
        if name in known_after:
            label = Label(source.span("spec", "knownAfter", name), f"{duration(known_after[name])} after its row")
            message = f"{name!r} holds from {spec['timestamp']!r} on, but {source.key} fills it in later"
            help_ = f"make the result's {spec['timestamp']} the time at which {name} is known"
            yield warning("PLM-REF-015", one, ("spec", "features", name), message, label, help_=help_)
