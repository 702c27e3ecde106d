"""Put a release into its folder: all of it or nothing."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.digests import of_bytes
from plimsoll.contract.release_files import BUNDLE_FILE, LOCK_FILE

_FEW = 8
"""Where less than one file in so many changes, the folder stays and these are put into it."""


@dataclass(frozen=True)
class FileChanges:
    """The names of a release's files by what becomes of them, and the number of those that stay."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many files there are of each sort."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": self.unchanged,
        }


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> FileChanges:
    """What becomes of the files of a folder, from digests by name, lock and signature aside."""
    kept = [name for name in new if name in old]
    changed = tuple(sorted(name for name in kept if old[name] != new[name]))
    added, removed = sorted(name for name in new if name not in old), sorted(name for name in old if name not in new)
    return FileChanges(tuple(added), changed, tuple(removed), len(kept) - len(changed))


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A folder beside the one of a release, for what is to be put into that. Nothing stays of it."""
    with (
        made(folder.parent),
        tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside,
    ):
        stage = Path(beside) / "new"
        stage.mkdir()
        yield stage


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """See to it that there is a folder; one that is made and left empty does not stay."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    finally:
        for one in missing:
            with contextlib.suppress(OSError):  # It holds something.
                one.rmdir()


def put(
    lock: bytes, files: Mapping[str, str], old: Mapping[str, str], folder: Path, stage: Path, *, odd: bool = False
) -> None:
    """Have a folder hold a release. One that already holds exactly this is not touched, nor is the signature in it.

    Args:
        lock: the lock's bytes.
        files: the release's files by digest.
        old: the folder's regular files by digest, its lock among them.
        folder: where the release is to stand.
        stage: holds every file that does not stand there already; what is used of it goes.
        odd: whether the folder holds anything that is no regular file.

    Raises:
        OSError: when it can't be written; what lay there before is whole.
    """
    differ = changes({name: digest for name, digest in old.items() if name != LOCK_FILE}, files)
    if not odd and old.get(LOCK_FILE) == of_bytes(lock) and not (differ.new or differ.changed or differ.removed):
        return
    (stage / LOCK_FILE).write_bytes(lock)
    few = len(differ.new) + len(differ.changed) + len(differ.removed)
    if LOCK_FILE in old and not odd and few * _FEW < len(files):
        _put_into(folder, stage, differ)
    else:
        for name, digest in files.items():
            if old.get(name) == digest:
                _link(folder / name, stage / name)
        _take_the_place(folder, stage)


def _link(file: Path, other: Path) -> None:
    """Let a file stand in another place as well; as a copy, where the file system has no links."""
    try:
        os.link(file, other)
    except OSError:
        shutil.copyfile(file, other)


def _take_the_place(folder: Path, stage: Path) -> None:
    """Have the stage be the folder, in one move."""
    old = stage.parent / "old"
    if folder.exists():
        folder.rename(old)
    try:
        stage.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _put_into(folder: Path, stage: Path, differ: FileChanges) -> None:
    """Put a few files into a folder, from which nothing else moves; what is put there is on the disk already.

    The order matters where the process is killed on its way: at each moment the lock names every file that is there,
    and until the last one stands it differs from what is there. Nobody takes that for a release, and the next run
    completes it. What fails is taken back.
    """
    old = stage.parent / "old"
    old.mkdir()
    gone = [name for name in (BUNDLE_FILE, *differ.removed) if (folder / name).exists()]
    replaced = [LOCK_FILE, *differ.changed]
    for name in (*gone, *replaced):
        _link(folder / name, old / name)
    try:
        for name in gone:
            (folder / name).unlink()
        for name in (*replaced, *differ.new):
            (stage / name).replace(folder / name)
    except OSError:
        for name in differ.new:
            (folder / name).unlink(missing_ok=True)
        for name in (*replaced, *gone):
            (old / name).replace(folder / name)
        raise
