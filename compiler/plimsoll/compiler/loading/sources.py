"""Read spec files within limits: nothing that blocks is opened, and nothing outside the project is read."""

import os
import re
import stat
from bisect import bisect
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, Span
from plimsoll.compiler.loading.listing import SUFFIXES, Listed, fault_at, list_files

__all__ = ["MAX_BYTES", "SUFFIXES", "Listed", "SourceFile", "Sources", "find_sources", "list_files", "read_listed"]

MAX_BYTES = 1_000_000
"""The largest spec file that is read; a spec is written by hand, and 1 MB is a hundred times the longest."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK
_WIDE = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True)
class SourceFile:
    """A spec file: its path as shown, relative to the project, and its text."""

    path: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends. LF, CR LF and CR end one, as in YAML 1.2 and in editors, and nothing else."""
        return tuple(_LINE_END.split(self.text))

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end; empty past the last."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of a character; all three count from 0."""
        line = bisect(self._starts, offset) - 1
        return line, offset - self._starts[line]

    def offset(self, line: int, column: int) -> int:
        """The character at a line and a column of the text; all three count from 0."""
        return self._starts[line] + column

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *(match.end() for match in _LINE_END.finditer(self.text)))


@dataclass(frozen=True)
class Sources:
    """All spec files of a project, by path in sorted order, and the folder they lie below."""

    root: Path
    files: tuple[SourceFile, ...]


def find_sources(root: Path, leave_out: Collection[str] = ()) -> Outcome[Sources]:
    """Every YAML file below ``root``, hidden ones aside, in the order of its path; no sources where there is none."""
    outcomes = [read_listed(root, one) for one in list_files(root, leave_out)]
    files = tuple(outcome.value for outcome in outcomes if outcome.value is not None)
    return gather(root, files, (found for outcome in outcomes for found in outcome.diagnostics))


def gather(root: Path, files: tuple[SourceFile, ...], found: Iterable[Diagnostic]) -> Outcome[Sources]:
    """The files that could be read and what was found on the way; an empty folder is not a clean one."""
    diagnostics = tuple(found)
    if files or any(one.blocks for one in diagnostics):
        return Outcome(Sources(root, files), diagnostics)
    return Outcome(None, (*diagnostics, no_specs()))


def no_specs() -> Diagnostic:
    """What is said of a folder without specs."""
    hint = "name the folder of the specs, or write a first project with plimsoll init"
    return fault_at(".", "PLM-SRC-005", "there are no specs in this folder", hint)


def read_listed(root: Path, listed: Listed) -> Outcome[SourceFile]:
    """Read a file that ``list_files(root)`` found: UTF-8, at most ``MAX_BYTES``, inside ``root`` if it is a link."""
    if listed.fault is not None:
        return Outcome(None, (listed.fault,))
    if listed.linked:
        return read_source(root / listed.path, listed.path, root)
    return _read(f"{root}/{listed.path}", listed.path, os.O_NOFOLLOW)


def read_source(path: Path, shown: str, root: Path) -> Outcome[SourceFile]:
    """Read one spec file: UTF-8 with or without a byte-order mark, at most ``MAX_BYTES``, inside ``root``."""
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        return Outcome(None, (fault_at(shown, "PLM-SRC-001", "is a link that leaves the project"),))
    return _read(os.fspath(path), shown, 0)


def _read(path: str, shown: str, flags: int) -> Outcome[SourceFile]:
    try:
        descriptor = os.open(path, _OPEN | flags)
        try:
            known = os.fstat(descriptor)
            refused = _refusal(known, shown)
            data = b"" if refused else _bytes_of(descriptor, known.st_size)
        finally:
            os.close(descriptor)
    except OSError as error:
        return Outcome(None, (fault_at(shown, "PLM-SRC-002", f"cannot be read: {error.strerror}"),))
    return Outcome(None, (refused,)) if refused else decode(data, shown)


def _refusal(known: os.stat_result, shown: str) -> Diagnostic | None:
    if not stat.S_ISREG(known.st_mode):
        message = f"is not a file but a {_what(known.st_mode)}"
        return fault_at(shown, "PLM-SRC-006", message, "remove it, or leave .yaml off its name")
    if known.st_size > MAX_BYTES:
        message = f"is {known.st_size:,} bytes long; at most {MAX_BYTES:,} are read"
        return fault_at(shown, "PLM-SRC-003", message, "split it into one object a file")
    return None


def _bytes_of(descriptor: int, size: int) -> bytes:
    """The first ``size`` bytes, or fewer where the file was cut short meanwhile."""
    data = os.read(descriptor, size)
    while len(data) < size and (more := os.read(descriptor, size - len(data))):
        data += more
    return data


def _what(mode: int) -> str:
    kinds = {stat.S_IFDIR: "folder", stat.S_IFIFO: "named pipe", stat.S_IFSOCK: "socket"}
    return kinds.get(stat.S_IFMT(mode), "device")


def decode(data: bytes, shown: str) -> Outcome[SourceFile]:
    """The text of a file: UTF-8 with or without a byte-order mark."""
    for mark, encoding in _WIDE:
        if data.startswith(mark):
            message = f"is {encoding} by its byte-order mark, not UTF-8"
            return Outcome(None, (fault_at(shown, "PLM-SRC-004", message, "save the file as UTF-8"),))
    try:
        return Outcome(SourceFile(shown, data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        before = _LINE_END.split(error.object[: error.start].decode())
        span = Span(shown, len(before), len(before[-1]) + 1, len(before[-1]) + 2)
        message = f"is not UTF-8: byte 0x{error.object[error.start]:02x} at line {span.line}, column {span.column}"
        return Outcome(None, (Diagnostic("PLM-SRC-004", Severity.ERROR, message, span, help="save the file as UTF-8"),))
