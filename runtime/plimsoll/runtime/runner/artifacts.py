"""Artifacts: stored with their digests, and checked again before they are used."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner.record import ArtifactRecord


class Tampered(Refused):
    """A stored artifact is no longer what its task left. Ends the run; never retried."""


def store(source: Path, sandbox: Path, run_folder: Path, kept: str, where: str) -> ArtifactRecord:
    """Keep the file or folder that a task left as ``kept``, a path relative to the run folder.

    What lies in the sandbox is hard-linked where the file system can, since the sandbox is about to go; anything else
    (a path on a volume) is copied. The artifact appears under its name whole or not at all.

    Raises:
        FileNotFoundError: when the task left nothing there.
        Refused: when a symbolic link lies below the folder.
        OSError: when the run folder can't be written.
    """
    origin = source.resolve(strict=True)
    _refuse_links(origin, where)
    target = run_folder / kept
    partial = target.with_name(f".{target.name}.partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    _remove(partial)
    keep = _link if origin.is_relative_to(sandbox.resolve()) else shutil.copyfile
    for below in _entries(origin):
        copy = partial / below.relative_to(origin)
        if below.is_dir():
            copy.mkdir(parents=True, exist_ok=True)
        elif below.is_file():
            keep(below, copy)
            copy.chmod(0o555 if os.access(below, os.X_OK) and below.stat().st_mode & 0o111 else 0o444)
    _remove(target)
    partial.rename(target)
    return _record(target, kept)


def lay(artifact: ArtifactRecord, run_folder: Path, target: Path, where: str) -> None:
    """Copy a stored artifact to where a task takes it, its files read-only, and check the copy's digests.

    It is the copy that is checked: what the program reads is what was recorded.

    Raises:
        Tampered: naming the file that was changed, lost or added.
        OSError: when the sandbox can't be written.
    """
    source = run_folder / artifact.path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not source.exists():
        raise Tampered(where, artifact.path, "it is gone from the run folder")
    if source.is_dir():
        _refuse_added_links(source, artifact, where)
        shutil.copytree(source, target, dirs_exist_ok=True)
        found = _files(target)
    else:
        shutil.copy(source, target)
        found = {"": digests.of_file(target)}
    for name in sorted(artifact.files.keys() | found.keys()):
        if artifact.files.get(name) != found.get(name):
            change = "lost" if name not in found else "added" if name not in artifact.files else "changed"
            place = f"{artifact.path}/{name}" if name else artifact.path
            raise Tampered(where, place, f"the file was {change} after its task left it", "run the workflow again")


def _refuse_added_links(source: Path, artifact: ArtifactRecord, where: str) -> None:
    for path in _entries(source):
        if path.is_symlink():
            place = f"{artifact.path}/{path.relative_to(source).as_posix()}"
            raise Tampered(where, place, "a symbolic link took the file's place after its task left it")


def _entries(origin: Path) -> Iterator[Path]:
    yield origin
    if origin.is_dir():
        yield from sorted(origin.rglob("*"))


def _refuse_links(origin: Path, where: str) -> None:
    for path in _entries(origin):
        if path.is_symlink():
            why = f"`{path.relative_to(origin)}` is a symbolic link, whose target may change after hashing"
            raise Refused(where, str(path), why, "copy the file there instead")


def _link(source: Path, target: Path) -> None:
    """A hard link, or a copy on a file system that has none or across two of them."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _record(path: Path, kept: str) -> ArtifactRecord:
    if path.is_file():
        digest = digests.of_file(path)
        return ArtifactRecord(path=kept, kind="file", digest=digest, bytes=path.stat().st_size, files={"": digest})
    files = _files(path)
    size = sum((path / name).stat().st_size for name in files)
    return ArtifactRecord(path=kept, kind="folder", digest=digests.of_json(files), bytes=size, files=files)


def _files(folder: Path) -> dict[str, str]:
    """Each file's POSIX path below the folder and its digest, as ``digests.of_folder`` counts them."""
    return {path.relative_to(folder).as_posix(): digests.of_file(path) for path in digests.files_below(folder)}
