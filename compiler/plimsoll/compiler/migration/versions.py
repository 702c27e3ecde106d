"""The versions of the spec language, and which of them can be converted."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plimsoll.compiler.migration.changes import Change

GROUP = "plimsoll.dev"
CURRENT = f"{GROUP}/v1"


class Step(NamedTuple):
    """A conversion from one version to the next."""

    older: str
    newer: str
    module: str
    """The module that holds the conversion's table, ``CHANGES``."""

    def changes(self) -> "dict[str, tuple[Change, ...]]":
        """What changes in each kind of spec; a kind without changes gets the new version and nothing else."""
        table: dict[str, tuple[Change, ...]] = import_module(self.module).CHANGES
        return table


STEPS = (Step(f"{GROUP}/v1beta1", CURRENT, "plimsoll.compiler.migration.v1beta1"),)
"""Every conversion, the oldest first. A further version is one more table and one more line."""

OLDER = tuple(step.older for step in STEPS)
"""The versions that ``check`` refuses and ``migrate`` converts."""

TARGETS = tuple(step.newer.removeprefix(f"{GROUP}/") for step in STEPS)
"""The versions that can be converted to, without their group."""


def steps_between(older: object, newer: str) -> tuple[Step, ...]:
    """The conversions from one version to another, in order; none when there is no way or none is needed."""
    way: list[Step] = []
    for step in STEPS:
        if step.older == older or way:
            way.append(step)
        if step.newer == newer:
            return tuple(way)
    return ()
