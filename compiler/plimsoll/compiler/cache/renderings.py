"""What is remembered of a project's releases: by which keys their parts were rendered, and how their folders looked."""

import hashlib
import marshal
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from plimsoll.compiler.cache.beside import Beside
from plimsoll.compiler.cache.place import cache_folder, code_fingerprint, name_of
from plimsoll.compiler.cache.store import Damaged, Store, Unusable
from plimsoll.compiler.resources import data_root

_BESIDE = "beside"
_PREFIX = "rendered-"
_VERSIONS_KEPT = 3


@dataclass
class Renderings:
    """The memory of one project's releases. Without a store it is empty and leaves nothing."""

    store: Store | None = None
    told: list[str] = field(default_factory=list)
    """What was reused and what was not, and why."""
    beside: Beside = field(default_factory=Beside)
    _parts: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, *, cached: bool) -> "Renderings":
        """What is remembered of the project in a folder; nothing, where nothing is to be."""
        folder = cache_folder(root) if cached else None
        if folder is None:
            return cls()
        found = cls(Store(folder / f"{_PREFIX}{name_of(root)}-{fingerprint()}.sqlite3"))
        known = found.recall(_BESIDE)
        if known is not None:
            taken, digests = known
            found.beside = Beside(digests, taken)
        else:
            found._forget_old_versions(folder, name_of(root))
        return found

    def recall(self, name: str) -> Any:
        """A part that was remembered, as plain data; None where there is none."""
        if self.store is None:
            return None
        try:
            data = self.store.part(name)
            return None if data is None else _loads(data)
        except Unusable as error:
            self._do_without(error)
            return None

    def remember(self, name: str, value: Any) -> None:
        """Have a part be written by ``keep``."""
        if self.store is not None:
            self._parts[name] = marshal.dumps(value)

    def keep(self) -> None:
        """Write what is to be remembered: all of it or nothing."""
        if self.store is None:
            return
        if self.beside.news or self.beside.before.keys() != self.beside.after.keys():
            self.remember(_BESIDE, (self.beside.now, self.beside.after))
        try:
            if self._parts:
                self.store.keep(self._parts, (), ())
        except Unusable as error:
            self._do_without(error)
        finally:
            self.store.close()

    def _do_without(self, error: Unusable) -> None:
        assert self.store is not None
        if isinstance(error, Damaged):
            self.told.append(f"what was remembered of releases is damaged and is made anew: {error}")
            self.store.forget()
        else:
            self.told.append(f"what was remembered of releases is not used: {error}")
            self.store = None

    def _forget_old_versions(self, folder: Path, name: str) -> None:
        assert self.store is not None
        try:
            files = [one for one in folder.glob(f"{_PREFIX}{name}-*.sqlite3") if one != self.store.path]
            files.sort(key=lambda one: one.stat().st_mtime_ns, reverse=True)
        except OSError:  # Another run is removing them.
            return
        for old in files[_VERSIONS_KEPT - 1 :]:
            Store(old).forget()


@cache
def fingerprint() -> str:
    """What tells one version of the compiler and of its templates from another."""
    found = hashlib.sha256(code_fingerprint().encode())
    for path in sorted(data_root("templates").glob("*.j2")):
        data = path.read_bytes()
        found.update(f"{path.name} {len(data)} ".encode() + data)
    return found.hexdigest()[:24]


def _loads(data: bytes) -> Any:
    try:
        return marshal.loads(data)  # noqa: S302 -- bytes of our own making, with a checksum
    except (ValueError, TypeError, EOFError) as error:
        raise Damaged(f"a part of it is none: {error}") from error
