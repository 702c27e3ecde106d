"""CheckedProject: a project that governance has let pass. Planning and rendering take nothing else."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.governance.gate import Gate

_SEAL = object()


@dataclass(frozen=True)
class CheckedProject:
    """A project, and what was judged about it. Only ``judge`` makes one, so governance can't be skipped by accident."""

    project: Project
    applied: Mapping[str, int]
    """How often each rule of the catalogue applied to an object; a rule that never did stands at nought."""
    waived: tuple[Diagnostic, ...]
    """The findings that stand under a waiver."""
    gate: "Gate"
    """The rules that what is rendered from it has yet to pass."""
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only plimsoll.compiler.governance.judge makes a CheckedProject")

    @property
    def judgements(self) -> int:
        """How many times a rule was applied to an object."""
        return sum(self.applied.values())


def seal(project: Project, applied: Mapping[str, int], waived: tuple[Diagnostic, ...], gate: "Gate") -> CheckedProject:
    """Make a checked project. For ``judge`` alone; nothing else calls this, and a test holds that."""
    return CheckedProject(project, applied, waived, gate, _SEAL)
