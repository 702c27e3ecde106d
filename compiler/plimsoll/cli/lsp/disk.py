"""The files of a project as they are: those that are open in the editor as it holds them, the others from the disk."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from plimsoll.cli.lsp.text import without_mark
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, Span
from plimsoll.compiler.loading.sources import (
    MAX_BYTES,
    SUFFIXES,
    Listed,
    SourceFile,
    Sources,
    list_files,
    read_listed,
)


@dataclass(frozen=True)
class Files:
    """What could be read of a project, and what is to be said of the rest."""

    sources: Sources
    diagnostics: tuple[Diagnostic, ...]
    open: Mapping[str, str]
    """The files that an editor holds open, by path, with its own text."""


@dataclass
class Disk:
    """Reads a project's files; one whose size, time and inode are as before is not read again."""

    root: Path
    listed: bool = True
    """Whether the folder is looked through; else there is nothing but what is open."""
    _read: dict[Listed, Outcome[SourceFile]] = field(default_factory=dict)

    def files(self, buffers: Mapping[str, str], leave_out: Collection[str] = ()) -> Files:
        """Every spec file; open ones, given by their path below the root, with the editor's text.

        ``leave_out`` are folders below the root that hold something else than specs.
        """
        listed = [one for one in list_files(self.root, leave_out) if one.path not in buffers] if self.listed else []
        self._read = {one: self._read.get(one) or read_listed(self.root, one) for one in listed}
        outcomes = [*self._read.values(), *(_open(path, text) for path, text in buffers.items() if is_spec_file(path))]
        files = sorted((one.value for one in outcomes if one.value is not None), key=lambda one: one.path)
        found = tuple(found for one in outcomes for found in one.diagnostics)
        return Files(Sources(self.root, tuple(files)), found, buffers)


def is_spec_file(path: str) -> bool:
    """Whether a path below a project's root is one that is read: YAML, and not hidden."""
    parts = PurePosixPath(path).parts
    return path.endswith(SUFFIXES) and not any(part.startswith(".") for part in parts)


def _open(path: str, text: str) -> Outcome[SourceFile]:
    whole = without_mark(text)
    size = len(whole.encode())
    if size <= MAX_BYTES:
        return Outcome(SourceFile(path, whole))
    message = f"is {size:,} bytes long; at most {MAX_BYTES:,} are read"
    help_ = "split it into one object a file"
    return Outcome(None, (Diagnostic("PLM-SRC-003", Severity.ERROR, message, Span(path, 1, 1, 1), help=help_),))


def is_project(files: Iterable[SourceFile]) -> bool:
    """Whether some file is meant for us: a folder of other programs' YAML is left alone."""
    return any("plimsoll.dev/" in one.text for one in files)
