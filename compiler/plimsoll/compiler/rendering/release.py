"""CheckedProject → Release: every object of one environment; the same specs give the same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, in_order
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.checks import check_objects
from plimsoll.compiler.rendering.made import Part
from plimsoll.compiler.rendering.naming import require_environment, units_of
from plimsoll.compiler.rendering.units import make
from plimsoll.contract.release import ReleaseLock
from plimsoll.contract.version import VERSION


@dataclass(frozen=True)
class Release:
    """The rendered files of one environment by name, and the lock that says what they are."""

    environment: str
    platform: Platform
    """What it is rendered for."""
    files: Mapping[str, bytes]
    lock: ReleaseLock


def render(checked: CheckedProject, environment: str) -> Outcome[Release]:
    """Render everything that runs in an environment, in memory.

    There is no release, and a note says so, for an environment in which no deployment runs.

    Laws: pure but for reading the files that specs name; the result does not depend on the order of spec files; what
    was rendered passes ``validation.check_references``.

    Raises:
        Refused: when the project has no such environment.
    """
    project = checked.project
    require_environment(project, environment)
    files: dict[str, bytes] = {}
    parts = [
        make(checked.gate, unit, lambda name, data, _: files.update({name: data}))
        for unit in units_of(project, environment)
    ]
    platform = project.environments[environment].spec.spec.offers
    locked = lock(checked.gate, environment, parts)
    if locked.value is None:
        return Outcome(None, locked.diagnostics)
    return Outcome(Release(environment, platform, dict(sorted(files.items())), locked.value), locked.diagnostics)


def lock(gate: Gate, environment: str, parts: Sequence[Part]) -> Outcome[ReleaseLock]:
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
