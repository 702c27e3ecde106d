"""Semantic versions, and what references ask of them."""

from dataclasses import dataclass
from typing import Any


def precedence(version: str) -> tuple[Any, ...]:
    """A sort key of a version, by rule 11 of Semantic Versioning 2.0.0: ``1.0.0-rc.1`` before ``1.0.0``."""
    core, _, pre = version.partition("-")
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in pre.split(".")) if pre else ()
    return (*map(int, core.split(".")), not pre, parts)


@dataclass(frozen=True)
class Requirement:
    """What a reference asks of a version: at least this one, and compatible with it.

    ``1`` means 1.0.0 or later, below 2. ``1.2`` means 1.2.0 or later, below 2. Below 1.0.0 every minor version may
    break, by rule 4 of Semantic Versioning: ``0.3`` means 0.3.0 or later, below 0.4.
    """

    text: str

    @property
    def words(self) -> str:
        """The range in words, for a message."""
        return f"{'.'.join(map(str, self._least))} or later, below {'.'.join(map(str, self._bound))}"

    @property
    def _parts(self) -> tuple[int, ...]:
        return tuple(map(int, self.text.split(".")))

    @property
    def _least(self) -> tuple[int, ...]:
        return (*self._parts, 0, 0)[:3]

    @property
    def _bound(self) -> tuple[int, ...]:
        major, *rest = self._parts
        return (0, rest[0] + 1) if major == 0 and rest else (major + 1,)

    def allows(self, version: str) -> bool:
        """Whether a semantic version will do."""
        found = precedence(version)
        return precedence(".".join(map(str, self._least))) <= found and found[: len(self._bound)] < self._bound
