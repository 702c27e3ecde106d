"""What one run leaves for the next: plain values in one piece, small enough to be read whole."""

import marshal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from plimsoll.compiler.cache.store import Damaged
from plimsoll.compiler.loading.listing import Listed
from plimsoll.compiler.project.unit import Key, Unit

SETTLED = 2_000_000_000
"""How much older than the listing a time of change must be to be believed, in nanoseconds: FAT's clock is so slow."""

Stamp = tuple[int, ...]
"""A file's size in bytes, its times of change of content and of state in nanoseconds, and its inode."""


class Kept:
    """A file as it was read: held plain, since of most files nothing is asked but whether they are the same."""

    __slots__ = ("plain",)

    def __init__(self, stamp: Stamp, digest: bytes, units: tuple[Unit, ...], diagnostics: Any, marked: bool) -> None:
        self.plain = (stamp, digest, tuple(map(tuple, units)), diagnostics, marked)

    @classmethod
    def again(cls, plain: Any) -> "Kept":
        """What was kept, from its plain form.

        Raises:
            ValueError, TypeError: when that is none.
        """
        kept = cls.__new__(cls)
        _, _, _, _, _ = kept.plain = plain
        return kept

    @property
    def stamp(self) -> Stamp:
        """By which a change shows."""
        return self.plain[0]

    @property
    def digest(self) -> bytes:
        """The digest of its text."""
        return self.plain[1]

    @property
    def units(self) -> Iterator[Unit]:
        """The specs in it."""
        return map(Unit._make, self.plain[2])

    @property
    def diagnostics(self) -> Any:
        """What was found in it, plain."""
        return self.plain[3]

    @property
    def marked(self) -> bool:
        """Whether a comment in it may ask for something."""
        return self.plain[4]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Kept) and self.plain == other.plain

    __hash__ = None  # type: ignore[assignment]


@dataclass
class Snapshot:
    """The state of a project after a run."""

    taken: int = 0
    """When its files were listed, in nanoseconds since 1970."""
    checked: bool = False
    """Whether it holds more than readings: what was found about references, and verdicts."""
    files: dict[str, Kept] = field(default_factory=dict)
    references: dict[str, Any] = field(default_factory=dict)
    """What was found about the references of a spec, plain, by its key; only of those with findings."""
    beside: dict[str, tuple[bool | str, ...]] = field(default_factory=dict)
    """Whether each of the files that a spec names was there, by its key; only of those that name any."""
    rules: bytes = b""
    """The digest of all rules that gave the verdicts."""
    day: str = ""
    """The day of the verdicts, where a rule asked for it."""
    verdicts: dict[str, Any] = field(default_factory=dict)
    """The verdict on an object, plain, by its key."""

    def dump(self) -> bytes:
        """The snapshot as bytes, for this version of Python."""
        files = {path: kept.plain for path, kept in self.files.items()}
        beside = (self.references, self.beside, self.rules, self.day, self.verdicts)
        return marshal.dumps((self.taken, self.checked, files, *beside))

    @classmethod
    def load(cls, data: bytes) -> "Snapshot":
        """What ``dump`` made bytes of.

        Raises:
            Damaged: when the bytes are not a snapshot.
        """
        try:
            taken, checked, files, *rest = marshal.loads(data)  # noqa: S302 -- bytes of our own making, with a checksum
            return cls(taken, checked, {path: Kept.again(plain) for path, plain in files.items()}, *rest)
        except (ValueError, TypeError, EOFError, AttributeError) as error:
            raise Damaged(f"the snapshot is none: {error}") from error

    @property
    def units(self) -> tuple[Unit, ...]:
        """All specs, by path."""
        return tuple(unit for kept in self.files.values() for unit in kept.units)

    @property
    def keys(self) -> set[Key]:
        """Kind and name of every spec."""
        return {(str(unit[0]), str(unit[1])) for kept in self.files.values() for unit in kept.plain[2]}

    def trusted(self, listed: Iterable[Listed]) -> dict[str, Kept]:
        """What is known of the files that are as they were, by path.

        Left out is what may have changed without its stamp showing it, and every link: what it leads to is looked at
        each time.
        """
        files, bound, found = self.files, self.taken - SETTLED, dict[str, Kept]()
        for one in listed:
            path, _, changed, touched, _, linked, fault = one
            kept = files.get(path)
            if kept is None or linked or fault is not None:
                continue
            if changed < bound and touched < bound and kept.plain[0] == one.stamp:
                found[path] = kept
        return found

    def settled(self, stamp: Stamp) -> bool:
        """Whether a file was last changed so long before the listing that a later change shows in its stamp."""
        return max(stamp[1:3]) + SETTLED < self.taken
