"""What a spec may say and this version does not render yet: nothing is left aside in silence.

The language is ahead of the renderer. Whoever renders an option deletes its line from the table.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import error
from plimsoll.compiler.project.references.written import written


@dataclass(frozen=True)
class Option:
    """A value of the language that nothing is rendered for."""

    kind: str
    route: Route
    """Where it stands; an environment's overlay may have it as well."""
    is_meant: Callable[[Any], bool]
    """Whether a value at the route is the one."""
    says: str
    """What it asks for, for ``this version does not render …``; ``VALUE`` is the value."""
    instead: str
    """What to do until then."""


UNRENDERED = (
    Option(
        "DataSource",
        ("spec", "location", "type"),
        lambda value: value != "file",
        "data in a place of another type than file: VALUE",
        "export it to parquet below the data root, and write type: file",
    ),
    Option(
        "Model",
        ("spec", "training", "distributed", "backend"),
        lambda value: value == "mpi",
        "training in several processes that exchange by MPI",
        "write backend: nccl, or gloo between CPUs",
    ),
)
"""All of them."""


def check(one: Located[Any]) -> Iterator[Diagnostic]:
    """The options of a spec that nothing is rendered for."""
    for option in UNRENDERED:
        if option.kind == one.kind:
            for route, value in written(one, option.route):
                if option.is_meant(value):
                    said = option.says.replace("VALUE", str(value))
                    message = f"this version does not render {said}"
                    yield error("PLM-REF-011", one, route, message, help_=option.instead)
