"""Whether the files that a spec names beside itself are there, and are those that it means."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.project.evidence import digest_of
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


def evidence(project: Project, one: Located[Any]) -> Iterator[Diagnostic]:
    """The files that a spec names as evidence: each is there, and has the digest that is said."""
    for key, document in one.said.get("evidence", {}).items():
        path, digest = document.get("file"), document.get("digest")
        route = ("spec", "evidence", key)
        missing = [*beside(project, one, (*route, "file"), path, folder=False)]
        yield from missing
        if path is None or digest is None or missing:
            continue
        found = digest_of(project.beside(one, path))
        if found != digest:
            message = f"{path!r} is not the file that this digest was taken of"
            help_ = f"read what changed in it; if it is still evidence, write {found}" if found else ""
            yield error("PLM-REF-021", one, (*route, "digest"), message, help_=help_)
