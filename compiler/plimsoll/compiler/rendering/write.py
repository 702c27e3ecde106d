"""Put a release into its folder: all of it or nothing."""

import tempfile
from pathlib import Path

from plimsoll.compiler.rendering.release import Release
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, lock_bytes, read_lock, write_lock


def write_release(release: Release, folder: Path) -> bool:
    """Write a release into a folder of its own, and say whether that changed anything.

    The new files are written beside the folder and take its place in one move. A folder that already holds exactly
    this release is not touched, nor is the signature in it; a changed release leaves the old signature behind.

    Raises:
        Refused: when the folder holds anything that no release put there, or its lock was edited.
        OSError: when it can't be written; what lay there before is whole.
    """
    _refuse_foreign(folder)
    if _is_written(release, folder):
        return False
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as beside:
        new, old = Path(beside) / "new", Path(beside) / "old"
        new.mkdir()
        for name, data in release.files.items():
            (new / name).write_bytes(data)
        write_lock(new, release.lock)
        if folder.exists():
            folder.rename(old)
        try:
            new.rename(folder)
        except OSError:
            if old.exists():
                old.rename(folder)
            raise
    return True


def _refuse_foreign(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise Refused("output", str(folder), "it is not a folder", "choose a folder of its own for releases")
    present = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if present and LOCK_FILE not in present:
        raise Refused("output", str(folder), "it holds files that are not a release", "choose an empty or new folder")
    if present:
        foreign = sorted(present - read_lock(folder).files.keys() - {LOCK_FILE, BUNDLE_FILE})
        if foreign:
            why = f"it holds what no release put there: {', '.join(foreign[:5])}"
            raise Refused("output", str(folder), why, "move it elsewhere; a release's folder is replaced as a whole")


def _is_written(release: Release, folder: Path) -> bool:
    if not folder.is_dir():
        return False
    expected = {**release.files, LOCK_FILE: lock_bytes(release.lock)}
    present = {path.name: path for path in folder.iterdir() if path.name != BUNDLE_FILE}
    if present.keys() != expected.keys() or not all(path.is_file() for path in present.values()):
        return False
    return all(present[name].read_bytes() == data for name, data in expected.items())
