"""What an editor has open: folders with projects in them, and files whose text is not the disk's."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol.types import Position, PositionEncodingKind

from plimsoll.cli.lsp.analysis import Analysis, Examiner
from plimsoll.cli.lsp.companies import NOTHING_GIVEN, CompanyRules, catalogue
from plimsoll.cli.lsp.disk import Disk, is_spec_file
from plimsoll.cli.lsp.index import Index
from plimsoll.cli.lsp.places import Places, path_of
from plimsoll.cli.lsp.sketch import sketch
from plimsoll.cli.lsp.spot import Spot
from plimsoll.cli.lsp.text import Text, without_mark
from plimsoll.cli.project_files import DEFAULT
from plimsoll.compiler.loading.sources import MAX_BYTES, SourceFile


@dataclass(frozen=True)
class Buffer:
    """A file as an editor holds it open."""

    uri: str
    path: Path
    text: str
    version: int


@dataclass(eq=False, repr=False)
class Project:
    """A folder of specs, and what is known of it."""

    root: Path
    disk: Disk
    examiner: Examiner
    rules: CompanyRules
    index: Index = field(default_factory=Index)
    analysis: Analysis | None = None
    told: str = ""
    """What was said beside the findings, since they are in no file."""
    shown: set[str] = field(default_factory=set)
    """The URIs of the files that findings were published for."""

    def relative(self, path: Path) -> str | None:
        """A file's path below the root; nothing for one that is not read."""
        if not path.is_relative_to(self.root):
            return None
        found = path.relative_to(self.root).as_posix()
        left_out = any(found.startswith(f"{folder}/") for folder in self.rules.known.left_out)
        return found if is_spec_file(found) and not left_out else None


@dataclass
class Workspace:
    """The projects and the open files of an editor."""

    encoding: PositionEncodingKind | str = PositionEncodingKind.Utf16
    options: argparse.Namespace = field(default_factory=lambda: NOTHING_GIVEN)
    """What the server was told of rules of companies."""
    projects: dict[Path, Project] = field(default_factory=dict)
    buffers: dict[str, Buffer] = field(default_factory=dict)

    def add_folder(self, folder: Path) -> Project:
        """The project of a folder that is open: its ``specs`` where it has one, else all of it, as in ``check``."""
        root = folder / DEFAULT if (folder / DEFAULT).is_dir() else folder
        return self._project(root)

    def _around(self, path: Path) -> Project:
        """The project of a lonely file: that of the nearest ``specs`` above, else of what is open beside it.

        Its folder is not read: it may be a home, or hold half a disk.
        """
        specs = next((folder for folder in path.parents if folder.name == DEFAULT), None)
        root = specs or path.parent
        return self._project(root, listed=specs is not None)

    def _project(self, root: Path, *, listed: bool = True) -> Project:
        made = Project(root, Disk(root, listed=listed), Examiner(root), CompanyRules(root, self.options))
        return self.projects.setdefault(root, made)

    def remove_folder(self, folder: Path) -> Project | None:
        """Forget a folder's project."""
        return self.projects.pop(folder / DEFAULT, None) or self.projects.pop(folder, None)

    def open(self, uri: str, text: str, version: int) -> Project | None:
        """Take in a file's text. A file outside of every folder brings a project of its own with it."""
        path = path_of(uri)
        if path is None:
            return None
        self.buffers[uri] = Buffer(uri, path, text, version)
        known = self.project_of(uri)
        if known is None and is_spec_file(path.name) and "plimsoll.dev/" in text:
            return self._around(path)
        return known

    def project_of(self, uri: str) -> Project | None:
        """The project that a file belongs to: of nested ones, the innermost."""
        path = path_of(uri)
        if path is None:
            return None
        around = [one for one in self.projects.values() if one.relative(path) is not None]
        return max(around, key=lambda one: len(one.root.parts), default=None)

    def open_in(self, project: Project) -> dict[str, Buffer]:
        """The open files of a project, by their path below its root."""
        found: dict[str, Buffer] = {}
        for buffer in self.buffers.values():
            if self.project_of(buffer.uri) is project and (path := project.relative(buffer.path)):
                found[path] = buffer
        return found

    def places(self, project: Project, texts: Mapping[str, str] | None = None) -> Places:
        """Where the files of a project are, with the texts that they have now, or had when something was found."""
        open_ = self.open_in(project)
        known = {path: file.source.text for path, file in project.index.files.items()} if texts is None else texts
        now = {path: buffer.text for path, buffer in open_.items()} if texts is None else {}
        uris = {path: one.uri for path, one in open_.items()}
        return Places(project.root, {**known, **now}, uris, self.encoding, project.rules.known.places)

    def newer(self, project: Project) -> list[SourceFile]:
        """The open files whose text is not the index's."""
        sources = (_source(path, buffer) for path, buffer in self.open_in(project).items())
        return [one for one in sources if one is not None and not project.index.has(one)]

    def spot(self, uri: str, position: Position) -> Spot | None:
        """What stands at a place in an open file; nothing when nothing can be said of it."""
        project, buffer = self.project_of(uri), self.buffers.get(uri)
        path = project.relative(buffer.path) if project and buffer else None
        source = _source(path, buffer) if path and buffer else None
        if project is None or buffer is None or source is None:
            return None
        line, column = Text(buffer.text, self.encoding).place(position)
        found = sketch(source.lines, line - 1, column - 1)
        if found.cursor is None:
            return None
        rules = project.rules.known.outcome.value or catalogue().value
        return Spot(source, line - 1, found, found.cursor, project.index, self.places(project), rules)


def _source(path: str, buffer: Buffer) -> SourceFile | None:
    """An open file as the compiler reads it; nothing where it is too long to be read."""
    return SourceFile(path, without_mark(buffer.text)) if len(buffer.text) <= MAX_BYTES else None
