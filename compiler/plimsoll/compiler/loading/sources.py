"""Find spec files below a folder and read them, within limits."""

from dataclasses import dataclass
from pathlib import Path

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, Span

MAX_BYTES = 1_000_000
"""The largest spec file that is read; a spec is written by hand, and 1 MB is a hundred times the longest."""

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class SourceFile:
    """A spec file: its path as shown, relative to the project, and its text."""

    path: str
    text: str

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end; empty past the last."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


@dataclass(frozen=True)
class Sources:
    """All spec files of a project, by path in sorted order, and the folder they lie below."""

    root: Path
    files: tuple[SourceFile, ...]


def _finding(path: str, message: str, code: str, help_: str = "") -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, Span(path, 1, 1, 1), help=help_)


def read_source(path: Path, shown: str, root: Path) -> Outcome[SourceFile]:
    """Read one spec file: UTF-8 with or without a byte-order mark, at most ``MAX_BYTES``, inside ``root``."""
    if not path.resolve().is_relative_to(root.resolve()):
        return Outcome(None, (_finding(shown, "is a link that leaves the project", "PLM-SRC-001"),))
    try:
        data = path.read_bytes()
    except OSError as error:
        return Outcome(None, (_finding(shown, f"cannot be read: {error.strerror}", "PLM-SRC-002"),))
    if len(data) > MAX_BYTES:
        message = f"is {len(data):,} bytes long; at most {MAX_BYTES:,} are read"
        return Outcome(None, (_finding(shown, message, "PLM-SRC-003", "split it into one object a file"),))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"is not UTF-8: byte 0x{data[error.start]:02x} at line {line}, byte {column}"
        return Outcome(None, (_finding(shown, message, "PLM-SRC-004", "save the file as UTF-8"),))
    return Outcome(SourceFile(shown, text))


def find_sources(root: Path) -> Outcome[Sources]:
    """Every YAML file below ``root``, hidden ones aside, in the order of its path; no sources where there is none."""
    found: list[SourceFile] = []
    diagnostics: list[Diagnostic] = []
    for path in sorted(p for p in root.rglob("*") if p.suffix in SUFFIXES):
        relative = path.relative_to(root)
        if any(part.startswith(".") for part in relative.parts) or path.is_dir():
            continue
        outcome = read_source(path, relative.as_posix(), root)
        diagnostics.extend(outcome.diagnostics)
        if outcome.value is not None:
            found.append(outcome.value)
    if not found and not diagnostics:
        hint = "name the folder of the specs, or write a first project with plimsoll init"
        return Outcome(None, (_finding(".", "there are no specs in this folder", "PLM-SRC-005", hint),))
    return Outcome(Sources(root, tuple(found)), tuple(diagnostics))
