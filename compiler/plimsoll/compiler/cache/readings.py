"""Read the files that changed since the last run, in several processes when they are many."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from plimsoll.compiler.cache.codec import back, plain
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.cache.snapshot import Kept
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.sources import Listed, SourceFile, read_listed
from plimsoll.compiler.project.project import Shelf
from plimsoll.compiler.project.unit import Unit
from plimsoll.compiler.suppression.mark import MARK
from plimsoll.compiler.workers import spread
from plimsoll.contract.refusal import Unavailable

SETTLED = 2_000_000_000
"""How much older than the listing a time of change must be to be believed, in nanoseconds: FAT's clock is so slow."""

LEAST = 400
"""How many files are to be read before a second process pays."""


class _Read(NamedTuple):
    """A file that was read: its digest and what it holds, or what kept it from being read."""

    digest: bytes
    units: tuple[Unit, ...]
    facts: bytes
    diagnostics: tuple[Diagnostic, ...]
    marked: bool


@dataclass
class Readings:
    """All files of a project, and those of them whose content is not that of the last run."""

    root: Path
    memory: Memory
    listed: dict[str, Listed] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def files(self) -> dict[str, Kept]:
        """Every file that could be read."""
        return self.memory.after.files

    @property
    def units(self) -> tuple[Unit, ...]:
        """All specs, by path."""
        return self.memory.after.units

    @property
    def shelf(self) -> Shelf:
        """Where a project of these readings takes content from."""
        return Shelf(self.source, self.facts)

    @property
    def marked(self) -> list[SourceFile]:
        """The files in which a comment may ask for something."""
        return [self.source(path) for path, kept in self.files.items() if kept.marked]

    def source(self, path: str) -> SourceFile:
        """A file's text.

        Raises:
            Unavailable: when it is not what was read before.
        """
        read = read_listed(self.root, self.listed[path])
        if read.value is None or _digest(read.value) != self.files[path].digest:
            raise Unavailable((self.root / path).as_posix(), "was changed while it was being checked", "run it again")
        return read.value

    def facts(self, path: str) -> bytes:
        """What a file's specs say, packed."""
        memory = self.memory
        if path in memory.facts:
            return memory.facts[path]
        known = memory.remembered(path, self.files[path].digest)
        if known is None:
            self.source(path)
            known = memory.facts[path] = _read(self.root, self.listed[path]).facts
        return known


def take(root: Path, listed: Sequence[Listed], memory: Memory, *, jobs: int) -> Readings:
    """Bring the memory's files in step with the folder: each is read unless its stamp is the one it had."""
    readings = Readings(root, memory, {one.path: one for one in listed})
    stale = [one for one in listed if not _trusted(one, memory)]
    slices = spread(lambda some: [_read(root, one) for one in some], stale, jobs=jobs, least=LEAST)
    fresh = dict(zip((one.path for one in stale), (read for some in slices for read in some), strict=True))
    for one in listed:
        if one.path not in fresh:
            kept = memory.before.files[one.path]
        else:
            read = fresh[one.path]
            kept = Kept(_stamp(one), read.digest, read.units, plain(read.diagnostics), read.marked)
            if not read.digest:
                readings.diagnostics += read.diagnostics
                continue
            memory.facts[one.path] = read.facts
        memory.after.files[one.path] = kept
        readings.diagnostics += back(kept.diagnostics)
    _tell(readings, [one.path for one in stale])
    return readings


def _trusted(one: Listed, memory: Memory) -> bool:
    """Whether a file is the one that was read: same stamp, and not changed so late that the stamp could be older."""
    kept = memory.before.files.get(one.path)
    settled = one.mtime_ns + SETTLED < memory.before.taken
    return kept is not None and one.fault is None and settled and kept.stamp == _stamp(one)


def _stamp(one: Listed) -> tuple[int, int, int]:
    return (one.size, one.mtime_ns, one.inode)


def _digest(source: SourceFile) -> bytes:
    return hashlib.sha256(source.text.encode(errors="surrogatepass")).digest()


def _read(root: Path, listed: Listed) -> _Read:
    from plimsoll.compiler.project.reading import read

    source = read_listed(root, listed)
    if source.value is None:
        return _Read(b"", (), b"", source.diagnostics, marked=False)
    reading = read(source.value)
    found = (*source.diagnostics, *reading.diagnostics)
    return _Read(_digest(source.value), reading.units, reading.facts, found, MARK in source.value.text)


def _tell(readings: Readings, stale: list[str]) -> None:
    memory = readings.memory
    before, after = memory.before.files, memory.after.files
    memory.told.append(f"{len(after) - len(stale):,} of {len(after):,} files are as they were")
    for path in stale:
        if path not in before:
            why = "is new"
        elif path in after and before[path].digest == after[path].digest:
            why = "was touched, and says the same"
        else:
            why = "has changed"
        memory.told.append(f"{path} {why}")
    memory.told += [f"{path} is gone" for path in before if path not in after]
