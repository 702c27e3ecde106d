"""A folder holds exactly the files that were signed: none more, none less, none changed, all of them plain files."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from plimsoll.contract.digests import of_file
from plimsoll.contract.refusal import Refused


def plain_files(folder: Path, what: str, shown: Path | None = None) -> dict[str, Path]:
    """Every file below a folder by its relative POSIX path, in order. Modes and times do not count.

    Args:
        folder: where to look.
        what: what a refusal calls the folder's content.
        shown: the folder that a refusal names, when ``folder`` is a copy of it.

    Raises:
        Refused: at a symbolic link, a device, pipe or socket, an empty folder, or a name that isn't UTF-8. None of
            these has a digest, yet each can change what a program does that reads the folder.
    """
    found: dict[str, Path] = {}
    _collect(folder, "", found, what, shown or folder)
    return dict(sorted(found.items()))


def require_exact(
    folder: Path,
    expected: Mapping[str, str],
    what: str,
    *,
    shown: Path | None = None,
    beside: frozenset[str] = frozenset(),
) -> None:
    """Require that a folder holds exactly the expected files, given as digests (``sha256:…``) by relative POSIX path.

    Args:
        folder: where to look.
        expected: the files that were signed.
        what: what a refusal calls the folder's content.
        shown: the folder that a refusal names, when ``folder`` is a copy of it.
        beside: files that may lie there unsigned.

    Raises:
        Refused: naming the first file that is missing, was added or was changed.
    """
    shown = shown or folder
    found = {name: path for name, path in plain_files(folder, what, shown).items() if name not in beside}
    for name in sorted(expected.keys() - found.keys()):
        raise Refused(what, str(shown / name), "the file was signed and is missing", "restore what was signed")
    for name in sorted(found.keys() - expected.keys()):
        raise Refused(what, str(shown / name), "the file was not signed", "remove it, or sign the whole again")
    for name, path in found.items():
        actual = of_file(path)
        if actual != expected[name]:
            why = f"the file was changed: signed as {expected[name]}, found {actual}"
            raise Refused(what, str(shown / name), why, "restore what was signed")


def _collect(folder: Path, prefix: str, found: dict[str, Path], what: str, shown: Path) -> None:
    with os.scandir(folder) as listing:
        entries = list(listing)
    if not entries:
        raise Refused(what, str(shown / prefix), "the folder is empty, which no signature covers", "remove it")
    for entry in entries:
        name = f"{prefix}{entry.name}"
        if not _is_utf8(name):
            raise Refused(what, repr(name), "the name is not UTF-8", "rename it")
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            _collect(Path(entry.path), f"{name}/", found, what, shown)
        elif stat.S_ISREG(mode):
            found[name] = Path(entry.path)
        else:
            kind = "a symbolic link" if stat.S_ISLNK(mode) else "a special file"
            raise Refused(what, str(shown / name), f"it is {kind}, which no signature covers", "put a plain file there")


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
