"""Read the files that changed since the last run, in several processes when they are many."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from plimsoll.compiler.cache.codec import back, plain
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.cache.snapshot import Kept
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.loading.sources import Listed, SourceFile, read_listed
from plimsoll.compiler.project.project import Shelf, text_digest
from plimsoll.compiler.project.unit import Unit
from plimsoll.compiler.suppression.mark import MARK
from plimsoll.compiler.workers import ahead, nothing, spread
from plimsoll.contract.refusal import Unavailable

LEAST = 400
"""How many files are to be read before a second process pays."""


class _Read(NamedTuple):
    """A file that was read: its digest and what it holds, or what kept it from being read."""

    digest: bytes
    kept: tuple[Any, ...] = ()
    """What is to be remembered of it beside its stamp and its digest, as plain as ``Kept`` has it."""
    facts: bytes = b""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Why it could not be read."""


@dataclass
class Readings:
    """All files of a project, and those of them whose content is not that of the last run."""

    root: Path
    memory: Memory
    listed: dict[str, Listed] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _last: SourceFile | None = None

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
        return Shelf(self.source, self.facts, lambda path: self.files[path].digest)

    @property
    def marked(self) -> list[SourceFile]:
        """The files in which a comment may ask for something."""
        return [self.source(path) for path, kept in self.files.items() if kept.marked]

    def source(self, path: str) -> SourceFile:
        """A file's text.

        Raises:
            Unavailable: when it is not what was read before.
        """
        if self._last is None or self._last.path != path:
            read = read_listed(self.root, self.listed[path])
            if read.value is None or text_digest(read.value) != self.files[path].digest:
                raise Unavailable(
                    (self.root / path).as_posix(), "was changed while it was being checked", "run it again"
                )
            self._last = read.value
        return self._last

    def facts(self, path: str) -> bytes:
        """What a file's specs say, packed.

        Raises:
            Unavailable: when nothing is remembered of the file, and it is not what was read before.
        """
        memory = self.memory
        if path not in memory.facts:
            known = memory.remembered(path, self.files[path].digest)
            if known is not None:
                return known
            memory.facts[path] = _read(self.source(path)).facts
        return memory.facts[path]


Reader = Callable[[Sequence[Listed], Callable[[], object]], list[_Read]]
"""Reads files, and has something done meanwhile."""


@contextmanager
def reader(root: Path, memory: Memory, *, jobs: int) -> Iterator[Reader | None]:
    """A process that is ready to read by the time it is known which few files changed; none where none is known.

    To load what reading takes, takes as long as to list ten thousand files.
    """
    if not memory.before.checked:
        yield None
        return
    with ahead(_load_reading, partial(_all_anew, root, memory), jobs=jobs) as process:
        yield process.ask if process is not None else None


def take(
    root: Path,
    listed: Sequence[Listed],
    memory: Memory,
    *,
    jobs: int,
    few: Reader | None = None,
    meanwhile: Callable[[], object] = nothing,
) -> Readings:
    """Bring the memory's files in step with the folder: each is read unless its stamp is the one it had.

    What was touched only is not parsed again: its text decides. ``few`` reads files if they are few. ``meanwhile`` is
    what the next stages take to get ready, which may be done while files are read; they do without.
    """
    readings = Readings(root, memory, {one.path: one for one in listed})
    after = memory.after.files
    trusted = memory.before.trusted(listed)
    stale = [one for one in listed if one.path not in trusted]
    if few is not None and 0 < len(stale) < LEAST:
        slices = [few(stale, meanwhile)]
    else:
        slices = _all_read(root, stale, memory, jobs, meanwhile)
    fresh = dict(zip((one.path for one in stale), (read for some in slices for read in some), strict=True))
    for one in listed:
        kept = trusted.get(one.path) or _kept(one, fresh[one.path], readings)
        if kept is not None:
            after[one.path] = kept
            if kept.diagnostics:
                readings.diagnostics += back(kept.diagnostics)
    _tell(readings, [one for one in stale if one.fault is None], len(trusted))
    return readings


def _all_read(
    root: Path, stale: Sequence[Listed], memory: Memory, jobs: int, meanwhile: Callable[[], object]
) -> list[list[_Read]]:
    if len(stale) >= LEAST:
        _load_all_kinds()
    return spread(partial(_all_anew, root, memory), stale, jobs=jobs, least=LEAST, meanwhile=meanwhile)


def _all_anew(root: Path, memory: Memory, some: Sequence[Listed]) -> list[_Read]:
    return [_read_anew(root, one, memory) for one in some]


def _load_all_kinds() -> None:
    """Load what reading takes before there are forks, each of which would have to do it again."""
    from plimsoll.compiler.kinds import KINDS
    from plimsoll.compiler.project.reading import read

    assert [*KINDS.values(), read]


def _load_reading() -> None:
    """Load what reading takes of any kind."""
    from plimsoll.compiler.kinds.common import Resource
    from plimsoll.compiler.project.reading import read

    assert [Resource, read]


def _read_anew(root: Path, listed: Listed, memory: Memory) -> _Read:
    """A file that may have changed; of one that says the same, the digest alone."""
    source = read_listed(root, listed)
    if source.value is None:
        return _Read(b"", diagnostics=source.diagnostics)
    kept = memory.before.files.get(listed.path)
    if kept is not None and kept.digest == text_digest(source.value):
        return _Read(kept.digest)
    return _read(source.value)


def _read(source: SourceFile) -> _Read:
    from plimsoll.compiler.project.reading import read

    reading = read(source)
    digest = text_digest(source)
    kept = Kept((), digest, reading.units, plain(reading.diagnostics), MARK in source.text)
    return _Read(digest, kept.plain[2:], reading.facts)


def _kept(one: Listed, read: _Read, readings: Readings) -> Kept | None:
    """What is to be remembered of a file that was read; nothing of one that could not be."""
    memory, stamp = readings.memory, one.stamp
    if not read.digest:
        readings.diagnostics += read.diagnostics
        return None
    known = memory.before.files.get(one.path)
    if known is not None and known.digest == read.digest:
        memory.settles |= memory.after.settled(stamp) and not memory.before.settled(stamp)
        return known if known.stamp == stamp else Kept.again((stamp, *known.plain[1:]))
    memory.facts[one.path] = read.facts
    return Kept.again((stamp, read.digest, *read.kept))


def _tell(readings: Readings, stale: Sequence[Listed], trusted: int) -> None:
    memory = readings.memory
    before, after = memory.before.files, memory.after.files
    memory.told.append(f"{trusted:,} of {len(after):,} files are as they were")
    for path in (one.path for one in stale):
        if path not in after:
            why = "cannot be read"
        elif path not in before:
            why = "is new"
        elif before[path] is after[path]:
            why = "was written just before it was read, and says the same"
        elif before[path].digest == after[path].digest:
            why = "was touched, and says the same"
        else:
            why = "has changed"
        memory.told.append(f"{path} {why}")
    memory.told += [f"{path} is gone" for path in before if path not in after]
