"""What is kept of a spec: plain data, enough to name, link and judge it without its text being read again."""

import marshal
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.project.workloads import Workload

Key = tuple[str, str]
"""Kind and name of a spec."""

Edge = tuple[tuple[str, ...], str]
"""A reference to another spec: the kinds that may be meant, mostly one, and the name. Plain, since many are kept."""


Work = tuple[tuple[str, tuple[tuple[float, float, str, int, int, float], ...]], ...]
"""What a spec runs in which environment, or under an empty name in all of them: ``Workload``s, as plain as edges."""


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
    versions: tuple[tuple[Edge, str], ...] = ()
    """What its references ask of a version, such as ``1.2``; only of those that do."""
    work: Work = ()
    evidence: tuple[tuple[str, str], ...] = ()
    """The files that it names as evidence, each with the digest that it must have, if any."""

    @property
    def key(self) -> str:
        """``Kind/name``."""
        return f"{self.kind}/{self.name}"

    def workloads(self, environment: str) -> list[Workload]:
        """What it runs in an environment."""
        return [Workload(*one) for place, work in self.work if place in ("", environment) for one in work]


class Facts:
    """What a spec says, packed in three parts: whoever judges needs no part of whoever types, nor the other way."""

    def __init__(self, packed: tuple[bytes, bytes, bytes]) -> None:
        self.packed = packed

    @classmethod
    def of(cls, written: dict[str, Any], values: dict[str, Any], placed: dict[str, dict[str, Any]]) -> "Facts":
        """The facts of a spec that has just been read."""
        return cls((marshal.dumps(written), marshal.dumps(values), marshal.dumps(placed)))

    @cached_property
    def written(self) -> dict[str, Any]:
        """The spec as it is written."""
        written: dict[str, Any] = _loads(self.packed[0])
        return written

    @cached_property
    def values(self) -> dict[str, Any]:
        """As rules see it: keys as in YAML, durations as numbers, defaults filled in, what is absent left out."""
        values: dict[str, Any] = _loads(self.packed[1])
        return values

    @cached_property
    def placed(self) -> dict[str, dict[str, Any]]:
        """A deployment's ``spec`` in each of its environments, in the form of ``values``."""
        placed: dict[str, dict[str, Any]] = _loads(self.packed[2])
        return placed


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
    return marshal.dumps({position: one.packed for position, one in facts.items()})


def unpack(data: bytes) -> dict[int, Facts]:
    """What ``pack`` made bytes of."""
    return {position: Facts(packed) for position, packed in _loads(data).items()}


def _loads(data: bytes) -> Any:
    return marshal.loads(data)  # noqa: S302 -- bytes of our own making, with a checksum where they are kept
