"""What one run leaves for the next: plain values in one piece, small enough to be read whole."""

import marshal
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from plimsoll.compiler.project.unit import Edge, Unit


class Kept(NamedTuple):
    """A file as it was read."""

    stamp: tuple[int, int, int]
    """Size in bytes, time of change in nanoseconds, inode."""
    digest: bytes
    units: tuple[Unit, ...]
    diagnostics: Any
    """What was found in it, plain."""
    marked: bool
    """Whether a comment in it may ask for something."""


@dataclass
class Snapshot:
    """The state of a project after a run."""

    taken: int = 0
    """When its files were listed, in nanoseconds since 1970."""
    files: dict[str, Kept] = field(default_factory=dict)
    references: dict[str, Any] = field(default_factory=dict)
    """What was found about the references of a spec, plain, by its key; only of those with findings."""
    beside: dict[str, tuple[bool, ...]] = field(default_factory=dict)
    """Whether each of the files that a spec names was there, by its key; only of those that name any."""
    rules: bytes = b""
    """The digest of all rules that gave the verdicts."""
    verdicts: dict[str, Any] = field(default_factory=dict)
    """The verdict on an object, plain, by its key."""

    def dump(self) -> bytes:
        """The snapshot as bytes, for this version of Python."""
        files = {path: _plain(kept) for path, kept in self.files.items()}
        return marshal.dumps((self.taken, files, self.references, self.beside, self.rules, self.verdicts))

    @classmethod
    def load(cls, data: bytes) -> "Snapshot":
        """What ``dump`` made bytes of.

        Raises:
            ValueError, TypeError, EOFError: when the bytes are not a snapshot.
        """
        taken, files, *rest = marshal.loads(data)  # noqa: S302 -- bytes of our own making, with a checksum
        return cls(taken, {path: _kept(kept) for path, kept in files.items()}, *rest)

    @property
    def units(self) -> tuple[Unit, ...]:
        """All specs, by path."""
        return tuple(unit for kept in self.files.values() for unit in kept.units)


def _plain(kept: Kept) -> tuple[Any, ...]:
    units = tuple((*unit[:4], tuple(map(tuple, unit.edges)), unit.files) for unit in kept.units)
    return (kept.stamp, kept.digest, units, kept.diagnostics, kept.marked)


def _kept(plain: tuple[Any, ...]) -> Kept:
    stamp, digest, units, diagnostics, marked = plain
    return Kept(stamp, digest, tuple(map(_unit, units)), diagnostics, marked)


def _unit(plain: tuple[Any, ...]) -> Unit:
    kind, name, path, position, edges, files = plain
    return Unit(kind, name, path, position, tuple(Edge(*edge) for edge in edges), files)
