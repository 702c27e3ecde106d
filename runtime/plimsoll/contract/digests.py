"""Content digests: ``sha256:<64 hex digits>``, of bytes, of JSON values and of folders."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DIGEST_PATTERN = r"^sha256:[0-9a-f]{64}$"
_CHUNK = 1 << 20


def of_bytes(data: bytes) -> str:
    """The digest of some bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def of_file(path: Path) -> str:
    """The digest of a file's bytes, read in chunks of 1 MiB."""
    state = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return f"sha256:{state.hexdigest()}"


def canonical_json(value: Any) -> bytes:
    """A JSON value as bytes that depend on the value alone: keys sorted, no white space, UTF-8.

    Law: equal values give equal bytes, whatever the order in which their keys were inserted.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def of_json(value: Any) -> str:
    """The digest of a JSON value in canonical form."""
    return of_bytes(canonical_json(value))


def files_below(folder: Path) -> Iterator[Path]:
    """Every regular file below a folder, in the order of its POSIX path. Symbolic links are refused.

    Raises:
        ValueError: when a symbolic link lies below the folder, since its target may change after hashing.
    """
    for path, entry in sorted(_entries(folder, ""), key=lambda found: found[0]):
        if entry.is_symlink():
            raise ValueError(f"{path} is a symbolic link; a hashed folder may hold none")
        if entry.is_file():
            yield folder / path


def _entries(folder: str | Path, above: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Whatever lies below a folder, by its POSIX path; ``Path.rglob`` takes ten times as long to say so."""
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    for entry in entries:
        yield f"{above}{entry.name}", entry
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{above}{entry.name}/")


def of_folder(folder: Path) -> str:
    """The digest of a folder: of the mapping from each file's POSIX path to its digest.

    Modes, times, empty folders and the folder's own name do not count.
    """
    return of_json({path.relative_to(folder).as_posix(): of_file(path) for path in files_below(folder)})
