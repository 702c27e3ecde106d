"""What is kept of a spec: plain data, enough to name, link and judge it without its text being read again."""

import marshal
from dataclasses import dataclass
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic

Key = tuple[str, str]
"""Kind and name of a spec."""

Edge = tuple[tuple[str, ...], str]
"""A reference to another spec: the kinds that may be meant, mostly one, and the name. Plain, since many are kept."""


class Unit(NamedTuple):
    """A sound spec: what it is, where it stands, and what it refers to."""

    kind: str
    name: str
    path: str
    position: int
    """Which of its file's documents, from 0."""
    edges: tuple[Edge, ...]
    files: tuple[tuple[str, bool], ...] = ()
    """The files, or folders where it says true, that it names beside itself."""

    @property
    def key(self) -> str:
        """``Kind/name``."""
        return f"{self.kind}/{self.name}"


class Facts(NamedTuple):
    """What a spec says."""

    written: dict[str, Any]
    """As it is written."""
    values: dict[str, Any]
    """As rules see it: keys as in YAML, durations as numbers, defaults filled in, what is absent left out."""
    placed: dict[str, dict[str, Any]]
    """A deployment's ``spec`` in each of its environments, in the form of ``values``."""


@dataclass(frozen=True)
class Reading:
    """What one file holds: its sound specs, what they say, and what was found on the way."""

    path: str
    units: tuple[Unit, ...]
    facts: bytes
    """What the units say, by their positions, packed: so it takes a tenth of the room, and goes between processes."""
    diagnostics: tuple[Diagnostic, ...]


def pack(facts: dict[int, Facts]) -> bytes:
    """The facts of a file's documents by their positions, as bytes for this version of Python."""
    return marshal.dumps({position: tuple(one) for position, one in facts.items()})


def unpack(data: bytes) -> dict[int, Facts]:
    """What ``pack`` made bytes of."""
    return {position: Facts(*one) for position, one in marshal.loads(data).items()}  # noqa: S302 -- our own bytes
