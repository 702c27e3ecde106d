"""A run's memory: what the last one left, what this one leaves, and what is told about it."""

import hashlib
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from plimsoll.compiler.cache.snapshot import Snapshot
from plimsoll.compiler.cache.store import Damaged, Store

VARIABLE = "PLIMSOLL_CACHE"
"""The environment variable that names the folder of all caches."""

_PART = "snapshot"


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

    @classmethod
    def of(cls, root: Path) -> "Memory":
        """The memory of the project in a folder."""
        folder, name = cache_folder(), _hash(os.path.realpath(root))
        memory = cls(Store(folder / f"{name}-{code_fingerprint()}.sqlite3"))
        memory._recall()
        for other in folder.glob(f"{name}-*.sqlite3") if memory.before.taken == 0 else ():
            if memory.store and other != memory.store.path:
                memory.told.append("another version of the compiler left a cache, which is removed")
                Store(other).forget()
        return memory

    def _recall(self) -> None:
        assert self.store is not None
        try:
            data = self.store.part(_PART)
            self.before = Snapshot.load(data) if data is not None else Snapshot()
        except (Damaged, ValueError, TypeError, EOFError) as error:
            self.damaged(str(error))
        else:
            if data is None:
                self.told.append(f"nothing is remembered of this project in {self.store.path.parent}")

    def damaged(self, why: str) -> None:
        """Forget everything: a part of it is not what was written."""
        self.told.append(f"the cache is damaged and is made anew: {why}")
        self.before = Snapshot()
        if self.store is not None:
            self.store.forget()

    def remembered(self, path: str, digest: bytes) -> bytes | None:
        """The packed facts of a file that was not read in this run."""
        try:
            return self.store.facts(path, digest) if self.store is not None else None
        except Damaged as error:
            self.told.append(f"the cache is damaged and is made anew: {error}")
            if self.store is not None:
                self.store.forget()
            return None

    def keep(self) -> None:
        """Leave what this run found for the next one, if it differs from what the last one left."""
        if self.store is None:
            return
        self.store.close()
        before, after = self.before, self.after
        if not self.facts and _same(before, after):
            return
        facts = ((path, after.files[path].digest, body) for path, body in self.facts.items() if path in after.files)
        gone = [path for path in before.files if path not in after.files]
        trouble = self.store.keep({_PART: after.dump()}, facts, gone)
        if trouble is not None:
            self.told.append(f"nothing could be remembered: {trouble}")
        self.store.close()


def _same(before: Snapshot, after: Snapshot) -> bool:
    """Whether there is nothing new to write; the time of the listing alone is not."""
    return (before.files, before.references, before.beside, before.rules, before.verdicts) == (
        after.files,
        after.references,
        after.beside,
        after.rules,
        after.verdicts,
    )


def cache_folder() -> Path:
    """The folder of all caches: never inside a repository, where a pull request could bring its own."""
    if given := os.environ.get(VARIABLE):
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "plimsoll"


def code_fingerprint() -> str:
    """What tells one version of this compiler, its catalogue's place and its Python from another."""
    package = Path(__file__).parents[1]
    stamps = sorted(
        (entry.path, known.st_size, known.st_mtime_ns)
        for folder in (package, *(one for one in package.iterdir() if one.is_dir()))
        for entry in os.scandir(folder)
        if entry.name.endswith(".py")
        for known in (entry.stat(),)
    )
    return _hash(f"{sys.version} {stamps}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:24]
