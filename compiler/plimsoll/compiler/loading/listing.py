"""List the spec files below a folder by what the system knows of them, opening none.

Hidden files and folders are left out. A folder that is a link is not entered, so that a loop of links ends and nothing
outside the project is read; what was left out unasked is listed with its fault, so that nothing goes missing unsaid.
"""

import os
import stat
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span

SUFFIXES = (".yaml", ".yml")


class Listed(NamedTuple):
    """A file that is to be read, or what stands in for one that is not.

    A link bears the size, times and inode of what it leads to; they are 0 where it leads nowhere.
    """

    path: str
    """Relative to the project, with slashes."""
    size: int
    """In bytes."""
    mtime_ns: int
    """When its content was changed, which whoever writes it may say otherwise; in nanoseconds since 1970."""
    ctime_ns: int
    """When anything about it was changed, its time of change included, by the clock of the system."""
    inode: int
    linked: bool
    fault: Diagnostic | None = None
    """Why it is not read; ``read_listed`` returns it."""

    @property
    def stamp(self) -> tuple[int, ...]:
        """By which a change shows: the size, both times and the inode."""
        return self[1:5]


def list_files(root: Path, leave_out: Collection[str] = ()) -> tuple[Listed, ...]:
    """Every YAML file below ``root``, hidden ones aside, in the order of its path; a missing folder has none.

    ``leave_out`` are folders below it that hold something else than specs, by their paths.

    Law: of two paths that some systems hold for the same, the second has a fault.
    """
    try:
        root.stat()
    except (FileNotFoundError, NotADirectoryError):
        return ()
    listed = sorted(_walk(root, leave_out), key=itemgetter(0))
    return tuple(listed if _all_differ(listed) else _without_collisions(listed))


def fault_at(path: str, code: str, message: str, help_: str = "", severity: Severity = Severity.ERROR) -> Diagnostic:
    """A finding about a file as a whole."""
    return Diagnostic(code, severity, message, Span(path, 1, 1, 1), help=help_)


def _walk(root: Path, leave_out: Collection[str] = ()) -> Iterator[Listed]:
    folders = [("", os.fspath(root))]
    while folders:
        prefix, folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    path = f"{prefix}{entry.name}"
                    if entry.is_dir(follow_symlinks=False):
                        folders += [(f"{path}/", entry.path)] if path not in leave_out else []
                    elif entry.is_symlink():
                        yield from _link(path, entry)
                    elif path.endswith(SUFFIXES):
                        yield _listed(path, _known(entry), linked=False)
        except NotADirectoryError:
            continue
        except OSError as error:
            shown = _printable(prefix.removesuffix("/")) or "."
            yield _refused(shown, fault_at(shown, "PLM-SRC-002", f"cannot be listed: {error.strerror}"))


def _known(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None


def _link(path: str, entry: os.DirEntry[str]) -> Iterator[Listed]:
    known = _known(entry)
    if known is not None and stat.S_ISDIR(known.st_mode):
        message = "is a link to a folder, which is not entered: no spec in it is read"
        help_ = "move the folder here, or leave the link out of the folder of the specs"
        shown = _printable(path)
        yield _refused(shown, fault_at(shown, "PLM-SRC-007", message, help_, Severity.WARNING))
    elif path.endswith(SUFFIXES):
        yield _listed(path, known, linked=True)


def _listed(path: str, known: os.stat_result | None, *, linked: bool) -> Listed:
    if not path.isprintable():
        message = "has a name with a character that cannot be shown"
        shown = _printable(path)
        return _refused(shown, fault_at(shown, "PLM-SRC-008", message, "rename it"))
    if known is None:
        return Listed(path, 0, 0, 0, 0, linked)
    return Listed(path, known.st_size, known.st_mtime_ns, known.st_ctime_ns, known.st_ino, linked)


def _refused(path: str, fault: Diagnostic) -> Listed:
    return Listed(path, 0, 0, 0, 0, linked=False, fault=fault)


def _printable(path: str) -> str:
    """A path with escapes in place of bytes that are not UTF-8 and of characters that do not print."""
    if path.isprintable():
        return path
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in path)


def _all_differ(listed: Sequence[Listed]) -> bool:
    """Whether no two paths are the same to any system, which is seen at once where all are ASCII, as most are."""
    paths = "\0".join([one.path for one in listed])
    return paths.isascii() and len(set(paths.lower().split("\0"))) == len(listed)


def _without_collisions(listed: list[Listed]) -> Iterator[Listed]:
    """A checkout on a system that does not tell case apart, or composed letters, would lose one of two such files."""
    first: dict[str, str] = {}
    for one in listed:
        folded = (one.path if one.path.isascii() else unicodedata.normalize("NFC", one.path)).casefold()
        other = first.setdefault(folded, one.path)
        if other != one.path and one.fault is None:
            message = f"has a name that many systems take for that of {other}"
            yield one._replace(fault=fault_at(one.path, "PLM-SRC-008", message, "rename one of them"))
        else:
            yield one
