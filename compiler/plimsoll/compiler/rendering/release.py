"""CheckedProject → Release: every object of one environment; the same specs give the same bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.rendering.locking import lock
from plimsoll.compiler.rendering.naming import require_environment, units_of
from plimsoll.compiler.rendering.units import make
from plimsoll.contract.release import ReleaseLock


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
