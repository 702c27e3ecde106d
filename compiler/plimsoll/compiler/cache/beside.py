"""What files beside specs hold, by digest: SQL, and folders of code. They are read only where they may have changed."""

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from plimsoll.compiler.cache import snapshot
from plimsoll.compiler.cache.snapshot import Stamp
from plimsoll.compiler.project.by_products import is_by_product


@dataclass
class Beside:
    """The digests of files beside specs, and those that the last run left, by path from the folder of the specs."""

    before: dict[str, tuple[Stamp, bytes]] = field(default_factory=dict)
    taken: int = 0
    """When the last run looked, in nanoseconds since 1970."""
    after: dict[str, tuple[Stamp, bytes]] = field(default_factory=dict)
    now: int = field(default_factory=time.time_ns)
    news: bool = False
    """Whether anything had to be read."""

    def digest(self, root: Path, spec: str, path: str, is_folder: bool) -> bytes:
        """The digest of a file, or of all files of a folder, that a spec names relative to its own path.

        Whatever can't be read has a digest, too, which differs from that of anything that can.
        """
        name = f"{spec.rpartition('/')[0]}/{path}"
        place = f"{os.fspath(root)}/{name}"
        if not is_folder:
            return self._file(name, place)
        found = hashlib.sha256()
        for below, one in sorted(_entries(place, ""), key=lambda found: found[0]):
            said = below.encode(errors="surrogateescape")
            content = self._file(f"{name}/{below}", one.path) if one.is_file(follow_symlinks=False) else b"no file"
            found.update(len(said).to_bytes(8) + said + content)
        return found.digest()

    def _file(self, name: str, place: str) -> bytes:
        try:
            state = os.stat(place)  # noqa: PTH116 -- a path for each of thousands takes long
            stamp = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
            known = self.before.get(name)
            if known is not None and known[0] == stamp and max(stamp[1:3]) + snapshot.SETTLED < self.taken:
                digest = known[1]
            else:
                self.news = True
                digest = hashlib.sha256(Path(place).read_bytes()).digest() if stat.S_ISREG(state.st_mode) else b"odd"
        except (OSError, ValueError):
            return b"unreadable"
        self.after[name] = (stamp, digest)
        return digest


def _entries(folder: str, above: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Every file below a folder that is part of the code, and every link, which would have the code refused."""
    try:
        entries = list(os.scandir(folder))
    except (OSError, ValueError):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{above}{entry.name}/")
        elif entry.is_symlink() or not is_by_product(f"{above}{entry.name}"):
            yield f"{above}{entry.name}", entry
