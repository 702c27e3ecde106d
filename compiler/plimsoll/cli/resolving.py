"""From a folder of specs to a resolved project, for verbs that ask governance nothing."""

from dataclasses import dataclass
from pathlib import Path

from plimsoll.cli.policies_given import spec_exclusions
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, in_order
from plimsoll.compiler.loading.sources import Sources, find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project


@dataclass(frozen=True)
class Resolved:
    """What became of a folder of specs."""

    folder: Path
    sources: Sources | None
    project: Project | None
    """The project, as far as there is one: something in it may block all the same."""
    diagnostics: tuple[Diagnostic, ...]

    @property
    def sound(self) -> Project | None:
        """The project, unless something blocks."""
        return None if any(one.blocks for one in self.diagnostics) else self.project

    def findings(self, *more: Diagnostic) -> Findings:
        """What was found, ready to be shown."""
        found = in_order((*self.diagnostics, *more))
        lines = {one.path: one.lines for one in (self.sources.files if self.sources else ())}
        paths = dict.fromkeys((*lines, *(one.span.path for one in found)))
        return Findings(found, {path: self._shown(path, lines.get(path, ())) for path in paths})

    def _shown(self, path: str, lines: tuple[str, ...]) -> ShownFile:
        return ShownFile((self.folder / path).as_posix(), lines)


def resolved(folder: Path, leave_out: tuple[str, ...] | None = None) -> Resolved:
    """Find, read and resolve the specs of a folder, but for folders below it that are none of specs.

    Where a file can't be read nothing is resolved: what it holds would be missed everywhere else.

    ``leave_out`` names these, relative to it; unless it is given, they are what the settings say.
    """
    found = find_sources(folder, spec_exclusions(folder) if leave_out is None else leave_out)
    readable = found.value is not None and not any(one.blocks for one in found.diagnostics)
    loaded = load_project(found.value) if found.value is not None and readable else None
    diagnostics = (*found.diagnostics, *(loaded.diagnostics if loaded else ()))
    return Resolved(folder, found.value, loaded.value if loaded else None, diagnostics)
