"""Whether what a spec names is there, is of the kind that is asked for, and has the version that is asked for."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Label
from plimsoll.compiler.project.links import Link, links
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references.findings import error, unknown
from plimsoll.compiler.project.unit import Edge
from plimsoll.compiler.versions import Requirement


def names(project: Project, one: Located[Any]) -> Iterator[Diagnostic]:
    """Every name of another spec. A waiver's object is left to governance, which knows waivers (PLM-GOV-004)."""
    if all(_leads_to_one(project, edge) for edge in one.unit.edges) and all(
        _is_allowed(project, edge, asked) for edge, asked in one.unit.versions
    ):
        return
    for link in links(one.spec):
        if one.kind == "Waiver" and link.route == ("spec", "object"):
            continue
        found = [kind for kind in link.kinds if link.name in project.tables[kind]]
        if not found:
            yield _missing(project, one, link)
        elif len(found) > 1:
            message = f"{link.name!r} is a {' and a '.join(found)}; a source must be one of them"
            yield error("PLM-REF-001", one, link.route, message)
        elif link.version:
            yield from _version(one, link, project.tables[found[0]][link.name])


def _leads_to_one(project: Project, edge: Edge) -> bool:
    """Whether a reference means one spec and no other, as most do; a waiver may name a kind that there is not."""
    kinds, name = edge
    return sum(name in project.tables.get(kind, ()) for kind in kinds) == 1


def _is_allowed(project: Project, edge: Edge, asked: str) -> bool:
    """Whether the spec that a reference means has the version that is asked for."""
    kinds, name = edge
    (target,) = (project.tables[kind][name] for kind in kinds if name in project.tables[kind])
    version = target.values["metadata"].get("version")
    return version is not None and Requirement(asked).allows(version)


def _missing(project: Project, one: Located[Any], link: Link) -> Diagnostic:
    """A name that no spec of the wanted kind has, though one of another kind may."""
    others = [kind for kind in project.tables if link.name in project.tables[kind]]
    article = "an" if others and others[0][0] in "AEIOU" else "a"
    note = f"{link.name!r} is {article} {others[0]}, which cannot stand here" if others else ""
    known = [name for kind in link.kinds for name in project.tables[kind]]
    return unknown(one, link.route, " or ".join(link.kinds), link.name, known, note)


def _version(one: Located[Any], link: Link, target: Located[Any]) -> Iterator[Diagnostic]:
    """Whether the version that is asked for is the one that there is."""
    assert link.version is not None
    wanted = f"{one.key} asks for {link.name} {link.version.words}"
    version = target.spec.metadata.version
    if version is None:
        label = Label(target.span("metadata", "name"), "no version is declared here")
        yield error("PLM-REF-012", one, link.route, f"{wanted}, but {target.key} declares no version", label)
    elif not link.version.allows(version):
        label = Label(target.span("metadata", "version"), f"version {version} is declared here")
        yield error("PLM-REF-012", one, link.route, f"{wanted}, but {target.key} has version {version}", label)
