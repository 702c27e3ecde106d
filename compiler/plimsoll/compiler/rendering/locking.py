"""The lock of a release from what is known of its parts. Nothing heavy is imported: who locks may not have rendered."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, in_order
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.checks import check_objects
from plimsoll.compiler.rendering.made import Part
from plimsoll.contract.release import ReleaseLock
from plimsoll.contract.version import VERSION

if TYPE_CHECKING:
    from plimsoll.compiler.governance.gate import Gate


def lock(gate: "Gate", environment: str, parts: Sequence[Part]) -> Outcome[ReleaseLock]:
    """The lock of an environment's release from its parts, in the order of the units, unless something blocks."""
    project = gate.project
    if not parts:
        return Outcome(None, (_nothing(project, environment),))
    values = [one for part in parts for one in part.values]
    if values:
        return Outcome(None, in_order(values))
    fault = next((part.fault for part in parts if part.fault is not None), None)
    if fault is not None:
        return Outcome(None, (fault,))
    objects = [one for part in parts for one in part.objects]
    found = [*check_objects(objects, project, environment), *(note for part in parts for note in part.notes)]
    found += gate.weigh(one for part in parts for one in part.findings)
    if any(diagnostic.blocks for diagnostic in found):
        return Outcome(None, in_order(found))
    specs = {key: digest for part in parts for key, digest in part.specs.items()}
    made = ReleaseLock(
        environment=environment,
        compiler=VERSION,
        files={one.file: one.digest for one in sorted(objects, key=lambda one: one.file)},
        specs=specs,
    )
    return Outcome(made, in_order(found))


def _nothing(project: Project, environment: str) -> Diagnostic:
    place = project.environments[environment]
    message = f"no deployment runs in {environment}: there is nothing to release"
    return Diagnostic("PLM-REN-008", Severity.NOTE, message, place.span("metadata", "name"), subject=place.key)
