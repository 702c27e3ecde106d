"""What stands in the folder of a release, and whether a run left it so: told without reading it, if possible."""

import hashlib
import marshal
import os
import stat
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from plimsoll.compiler.cache import snapshot
from plimsoll.compiler.cache.snapshot import Stamp
from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release_files import BUNDLE_FILE, LOCK_FILE


@dataclass(frozen=True)
class Look:
    """The files of a folder by their stamps, its signature aside."""

    taken: int
    """When the folder was listed, in nanoseconds since 1970."""
    stamps: Mapping[str, Stamp]
    odd: tuple[str, ...]
    """The names of what is no regular file."""

    @property
    def sum(self) -> bytes:
        """A digest of all names and stamps."""
        return hashlib.sha256(marshal.dumps(sorted(self.stamps.items()), 2)).digest()  # Of this form, equals are equal.

    def settled(self, name: str) -> bool:
        """Whether a file was last changed so long before the listing that a later change shows in its stamp."""
        return max(self.stamps[name][1:3]) + snapshot.SETTLED < self.taken


class Seal(NamedTuple):
    """How a run left a folder. Plain data, since it is remembered."""

    key: bytes
    """The key of the release in it."""
    digest: str
    """Of the release."""
    files: int
    """How many files the release has, its lock aside."""
    sum: bytes
    fresh: tuple[tuple[str, str], ...]
    """The files that had changed just before, with their digests: a stamp says nothing about them yet."""


def look(folder: Path) -> Look:
    """List a folder; one that is not there is empty.

    Raises:
        Refused: when something that is no folder lies there.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused("output", str(folder), "it is not a folder", "choose a folder of its own for releases")
    taken, stamps, odd = time.time_ns(), dict[str, Stamp](), list[str]()
    for entry in os.scandir(folder) if folder.is_dir() else ():
        if entry.name == BUNDLE_FILE:
            continue
        state = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(state.st_mode):
            stamps[entry.name] = (state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)
        else:
            odd.append(entry.name)
    return Look(taken, stamps, tuple(odd))


def refuse_foreign(folder: Path, seen: Look) -> None:
    """See to it that a folder holds nothing but a release.

    Raises:
        Refused: when it holds anything that no release put there, or its lock was edited.
    """
    present = {*seen.stamps, *seen.odd}
    if present and LOCK_FILE not in present:
        raise Refused("output", str(folder), "it holds files that are not a release", "choose an empty or new folder")
    if present:
        from plimsoll.contract.release import read_lock

        foreign = sorted(present - read_lock(folder).files.keys() - {LOCK_FILE})
        if foreign:
            why = f"it holds what no release put there: {', '.join(foreign[:5])}"
            raise Refused("output", str(folder), why, "move it elsewhere; a release's folder is replaced as a whole")


def holds(folder: Path, seen: Look, seal: Seal) -> bool:
    """Whether a folder is as a run left it: by its stamps, and by what files hold whose stamps say nothing yet."""
    return (
        not seen.odd
        and seen.sum == seal.sum
        and all(digests.of_file(folder / name) == digest for name, digest in seal.fresh)
    )


def compared(folder: Path, seal: Seal | None) -> tuple[Look | None, Seal | None]:
    """A folder's seal where it holds, else how the folder looks. What stamps can tell by now is told by them from here.

    Raises:
        Refused: when something that is no folder lies there.
    """
    seen = look(folder)
    if seal is None or not holds(folder, seen, seal):
        return seen, None
    return None, seal._replace(fresh=tuple(one for one in seal.fresh if not seen.settled(one[0])))


def standing(folder: Path, seen: Look) -> dict[str, str]:
    """The digest of every regular file of a folder, read anew."""
    return {name: digests.of_bytes((folder / name).read_bytes()) for name in seen.stamps}


def sealed(key: bytes, digest: str, seen: Look, files: Mapping[str, str]) -> Seal:
    """The seal of a folder that holds a release: its files by digest, the lock's among them."""
    fresh = tuple((name, files[name]) for name in seen.stamps if not seen.settled(name))
    return Seal(key, digest, len(files) - 1, seen.sum, fresh)
