"""What is known of a rendered object and of a rendered unit without their bytes, as plain data."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.owner import Owner

if TYPE_CHECKING:
    from plimsoll.compiler.rendering.objects import RenderedObject


class Made(NamedTuple):
    """A rendered object without its bytes, as plain data."""

    kind: str
    stem: str
    name: str
    file: str
    digest: str
    size: int
    """In bytes."""
    owner: str
    """``Kind/name`` of the spec that asks for it."""
    route: Route
    """Where in that spec."""
    braced: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """What became of a unit."""

    objects: tuple[Made, ...] = ()
    specs: dict[str, str] = field(default_factory=dict)
    """The digest of every spec that the unit reaches, by ``Kind/name``; its environment's aside."""
    notes: tuple[Diagnostic, ...] = ()
    """What is to be told of it, and stops nothing."""
    values: tuple[Diagnostic, ...] = ()
    """Values that can't work together; then nothing was rendered."""
    fault: Diagnostic | None = None
    """Why it could not be rendered: a file beside a spec can't be used."""
    findings: tuple[Finding, ...] = ()
    """What rules have against its objects, before bindings and waivers weigh it."""


def made_of(one: "RenderedObject", digest: str) -> Made:
    """What is known of a rendered object, its bytes aside."""
    size, owner = len(one.data), one.owner
    return Made(one.kind, one.stem, one.name, one.file, digest, size, owner.spec.key, owner.route, one.braced)


def owner_of(project: Project, made: Made) -> Owner:
    """The spec that asks for an object, and where in it."""
    kind, _, name = made.owner.partition("/")
    return Owner(project.tables[kind][name], made.route)
