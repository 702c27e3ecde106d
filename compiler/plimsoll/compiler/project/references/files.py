"""Whether the files that a spec names beside itself are there."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import error


def beside(
    project: Project, one: Located[Any], route: Route, path: str | None, *, folder: bool
) -> Iterator[Diagnostic]:
    """A file or a folder, relative to the spec; nothing where none is named."""
    if path is None:
        return
    target = project.beside(one, path)
    if not (target.is_dir() if folder else target.is_file()):
        message = f"there is no {'folder' if folder else 'file'} {path!r} beside this spec"
        yield error("PLM-REF-003", one, route, message)
