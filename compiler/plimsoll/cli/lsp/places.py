"""Between URIs and paths, and from spans to locations that an editor can open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lsprotocol.types import Location, PositionEncodingKind, Range
from pygls.uris import from_fs_path, to_fs_path

from plimsoll.cli.lsp.text import Text, without_mark
from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.governance.catalogue import SHOWN
from plimsoll.compiler.loading.sources import SUFFIXES
from plimsoll.compiler.resources import data_root


def path_of(uri: str) -> Path | None:
    """The file of a URI; nothing for one that is no file, such as an unsaved one's."""
    found = to_fs_path(uri)
    return Path(found) if found else None


def uri_of(path: Path) -> str:
    """A file's URI."""
    found: str = from_fs_path(path.as_posix())
    return found


@dataclass(frozen=True)
class Places:
    """Where the files of a project lie, and what their texts are, to say of a span where it is."""

    root: Path
    texts: Mapping[str, str]
    """The project's files by their path below the root, as they were read."""
    uris: Mapping[str, str]
    """The URIs by which the editor calls the files that it holds open; they may be spelt in more than one way."""
    encoding: PositionEncodingKind | str
    elsewhere: Mapping[str, Path] = field(default_factory=dict)
    """Where what is no file of the project lies, by what stands at the front of its paths."""
    _read: dict[str, Text] = field(default_factory=dict, compare=False)

    def uri(self, path: str) -> str:
        """The URI of a path that a span bears: a file of the project, else one of a company or of the catalogue."""
        return self.uris.get(path) or uri_of(self._outside(path) or self.root / path)

    def _outside(self, path: str) -> Path | None:
        """The file of a path that is none of the project's. A rule in a bundle has none of its own: it is in that."""
        if path in self.texts:
            return None
        for front, place in self.elsewhere.items():
            if path == front or path.startswith(f"{front}/"):
                return place / path.removeprefix(front).lstrip("/") if place.is_dir() else place
        if path.startswith(f"{SHOWN}/"):
            return data_root("policies") / path.removeprefix(f"{SHOWN}/")
        return None

    def text(self, path: str) -> Text:
        """The text of a file; of one that was not read, nothing, in which every place is the first."""
        if path not in self._read:
            self._read[path] = Text(self._text(path), self.encoding)
        return self._read[path]

    def _text(self, path: str) -> str:
        if path in self.texts:
            return self.texts[path]
        file = self._outside(path)
        readable = file is not None and file.suffix in SUFFIXES and file.is_file()
        return without_mark(file.read_text(errors="replace")) if file and readable else ""

    def range(self, span: Span) -> Range:
        """Where a span is in its file."""
        return self.text(span.path).range(span)

    def location(self, span: Span) -> Location:
        """Where a span is."""
        return Location(self.uri(span.path), self.range(span))
