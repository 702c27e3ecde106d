"""A run's memory: what the last one left, what this one leaves, and what is told about it."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plimsoll.compiler.cache.changes import Changes
from plimsoll.compiler.cache.place import cache_folder, code_fingerprint, name_of
from plimsoll.compiler.cache.snapshot import Kept, Snapshot
from plimsoll.compiler.cache.store import Damaged, Store, Unusable
from plimsoll.compiler.project.unit import Key

VERSIONS_KEPT = 3
"""How many versions of the compiler may remember a project: those of two branches must not drive each other out."""

_WHOLE, _CHANGES = "snapshot", "changes"


@dataclass
class Memory:
    """The memory of one project. Without a store it begins empty and leaves nothing."""

    store: Store | None = None
    before: Snapshot = field(default_factory=Snapshot)
    after: Snapshot = field(default_factory=lambda: Snapshot(taken=time.time_ns()))
    facts: dict[str, bytes] = field(default_factory=dict)
    """The packed facts of the files that were read in this run."""
    told: list[str] = field(default_factory=list)
    """What was reused and what was not, and why."""
    troubles: list[str] = field(default_factory=list)
    """What kept the run from remembering; it is told as well."""
    changes: Changes = field(default_factory=Changes)
    """What was changed in the last snapshot since it was written whole."""
    left: set[str] = field(default_factory=set)
    """The files whose facts lie in the store already."""
    settles: bool = False
    """Whether a file that the last run saw too soon after its change can be trusted from now on."""

    @classmethod
    def of(cls, root: Path, folder: Path) -> "Memory":
        """The memory of the project in a folder, which lies in the folder of all caches."""
        name = name_of(root)
        memory = cls(Store(folder / f"{name}-{code_fingerprint()}.sqlite3"))
        memory._recall()
        if memory.before.taken == 0:
            memory._forget_old_versions(folder, name)
        return memory

    def _recall(self) -> None:
        assert self.store is not None
        try:
            whole, changes = self.store.part(_WHOLE), self.store.part(_CHANGES)
            if whole is None or changes is None:
                self.told.append(f"nothing is remembered of this project in {self.store.path.parent}")
                return
            before = Snapshot.load(whole)
            self.changes = Changes.load(changes, before)
            self.before = before
        except Unusable as error:
            self._do_without(error)

    def _do_without(self, error: Unusable) -> None:
        if self.store is not None and isinstance(error, Damaged):
            self._say(f"the cache is damaged and is made anew: {error}")
            self.changes = Changes()
            self.left = set()
            self.store.forget()
        else:
            self._say(f"the cache is not used: {error}")

    def _say(self, trouble: str) -> None:
        if trouble not in self.troubles:
            self.told.append(trouble)
            self.troubles.append(trouble)

    def _forget_old_versions(self, folder: Path, name: str) -> None:
        assert self.store is not None
        try:
            others = {one: one.stat().st_mtime_ns for one in folder.glob(f"{name}-*.sqlite3") if one != self.store.path}
        except OSError:  # Another run is removing them.
            return
        for old in sorted(others, key=lambda one: others[one], reverse=True)[VERSIONS_KEPT - 1 :]:
            self.told.append("an old version of the compiler left a cache, which is removed")
            Store(old).forget()

    def remembered(self, path: str, digest: bytes) -> bytes | None:
        """The packed facts of a file that was not read in this run."""
        try:
            return self.store.facts(path, digest) if self.store is not None else None
        except Unusable as error:
            self._do_without(error)
            return None

    def changed(self) -> set[Key]:
        """Every spec whose file differs from the last run, or was not there, or no longer is."""
        if not self.before.checked:
            return {(unit.kind, unit.name) for unit in self.after.units}
        before, after = self.before.files, self.after.files
        sides = [files[path] for files in (before, after) for path in self._differing() if path in files]
        return {(unit.kind, unit.name) for kept in sides for unit in kept.units}

    def refers_as_before(self) -> bool:
        """Whether every spec refers to what it referred to in the last run, and no spec came or went."""
        before, after = self.before.files, self.after.files
        return all(
            path in before and path in after and [*before[path].units] == [*after[path].units]
            for path in self._differing()
        )

    def _differing(self) -> list[str]:
        """The paths of the files that differ from the last run, or were not there, or no longer are."""
        before, after = self.before.files, self.after.files
        differ = [path for path, kept in after.items() if (old := before.get(path)) is not kept and _differ(old, kept)]
        return [*differ, *(before.keys() - after.keys())]

    def keep_facts(self) -> None:
        """Leave the facts of a first run while other processes are at work, though nothing refers to them yet.

        They are found by the digest of their text, so whoever sees them before the rest is there is not misled. Where
        something was remembered, they come together with what takes its place.
        """
        if self.store is None or self.before.taken:
            return
        facts = [(path, self.after.files[path].digest, body) for path, body in self.facts.items()]
        with contextlib.suppress(Unusable):  # If it lasts, it is told when the rest is kept.
            self.store.keep({}, facts, ())
            self.left = {path for path, _, _ in facts}

    def keep(self, *, checked: bool) -> None:
        """Leave what this run found for the next one, if it differs from what the last one left.

        A project that was not checked to its references leaves its readings, but nothing in the place of a checked one:
        what has changed since then is still to be known.
        """
        if self.store is None:
            return
        self.after.checked = checked
        changes = self.changes.then(self.before, self.after)
        news = self.facts or self.settles or changes != self.changes or not _alike(self.after, self.before)
        if news and (checked or not self.before.checked):
            self._write(self.store, changes)
        self.store.close()

    def _write(self, store: Store, changes: Changes) -> None:
        after, parts = self.after, dict[str, bytes]()
        if not changes.base or not changes.are_few(after):
            changes, parts = Changes(after.taken), {_WHOLE: after.dump()}
        parts[_CHANGES] = changes.dump(after)
        gone = self.before.files.keys() - after.files.keys()
        try:
            try:
                store.keep(parts, self._facts_to_keep(), gone)
            except Damaged as error:
                self._do_without(error)
                parts = {_WHOLE: after.dump(), _CHANGES: Changes(after.taken).dump(after)}
                store.keep(parts, self._facts_to_keep(), gone)
        except Unusable as error:
            self._say(f"nothing could be remembered: {error}")

    def _facts_to_keep(self) -> Iterator[tuple[str, bytes, bytes]]:
        """The facts that were read and do not lie in the store, each with its path and the digest of its text."""
        files = self.after.files
        for path, body in self.facts.items():
            if path in files and path not in self.left:
                yield path, files[path].digest, body


def memories(root: Path, policies: Path, *, cached: bool) -> tuple[Memory, Memory]:
    """What is remembered of a project, and of the catalogue that it is held against."""
    folder = cache_folder(root) if cached else None
    if folder is not None:
        return Memory.of(root, folder), Memory.of(policies, folder)
    why = "nothing is remembered: the cache would lie in the project's own repository, or nowhere"
    return Memory(told=[why] if cached else []), Memory()


def _alike(after: Snapshot, before: Snapshot) -> bool:
    """Whether two snapshots are the same beside their tables; the time of the listing alone is no news."""
    return (after.checked, after.rules, after.day) == (before.checked, before.rules, before.day)


def _differ(old: Kept | None, new: Kept) -> bool:
    return old is None or old.digest != new.digest
