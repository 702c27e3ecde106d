"""What a project is judged by beside the catalogue: policies, bindings and waivers, and who wrote the waivers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Policy, PolicyBinding, Waiver

KINDS = ("Policy", "PolicyBinding", "Waiver")
"""The kinds that govern."""


class Written(NamedTuple):
    """Who wrote a waiver, as far as that is known."""

    names: frozenset[str] = frozenset()
    """Addresses and names, in lower case, of whoever wrote a line of it last."""
    unknown: str = ""
    """Why nobody can tell."""
    settled: bool = True
    """Whether all of it is committed."""


Authors = Callable[[Located["Waiver"]], Written]
"""A way to who wrote a waiver."""


def nobody(_: Located["Waiver"]) -> Written:
    """Where there is no history, nobody is known to have written anything."""
    return Written()


@dataclass(frozen=True)
class Terms:
    """The specs that govern, wherever they were read."""

    policies: Mapping[str, Located["Policy"]]
    bindings: Mapping[str, Located["PolicyBinding"]]
    waivers: Mapping[str, Located["Waiver"]]
    authors: Authors = nobody
    passing: frozenset[str] = frozenset()
    """The keys of those that a change takes away or changes: it is not told what is wrong with them."""


def terms_of(project: Project, authors: Authors = nobody) -> Terms:
    """What a project says itself."""
    return Terms(project.policies, project.bindings, project.waivers, authors)
