"""Every spec of a project by name, and every place that names one, kept up to date file by file."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.links import Link, links
from plimsoll.compiler.project.typed import type_document


@dataclass(frozen=True)
class Entry:
    """A spec with a kind and a name."""

    kind: str
    name: str
    document: Document
    links: tuple[Link, ...] | None
    """Its references; they are not known of a spec that has faults."""

    @property
    def key(self) -> str:
        """``Kind/name``."""
        return f"{self.kind}/{self.name}"

    @cached_property
    def name_span(self) -> Span:
        """Where the spec declares its name."""
        return self.document.span(("metadata", "name"))

    def place(self, link: Link) -> Span:
        """Where a reference stands: a value, or a key of a mapping."""
        value: Any = self.document.value
        for part in link.route:
            value = value[part]
        return self.document.span(link.route) if isinstance(value, str) else self.document.key_span(link.route)


@dataclass(frozen=True)
class IndexedFile:
    """A file and the specs in it; those of its last good text when this one cannot be parsed."""

    source: SourceFile
    entries: tuple[Entry, ...]
    parsed: bool

    @property
    def sound(self) -> bool:
        """Whether every reference of the file is known."""
        return self.parsed and all(entry.links is not None for entry in self.entries)


@dataclass(frozen=True)
class Index:
    """The files of a project, by path."""

    files: Mapping[str, IndexedFile] = field(default_factory=dict)

    def of(self, sources: Iterable[SourceFile]) -> "Index":
        """The index of these files; those whose text has not changed are taken over."""
        return Index({one.path: self._indexed(one) for one in sources})

    def with_files(self, sources: Iterable[SourceFile]) -> "Index":
        """The same with the texts of some files replaced."""
        return Index({**self.files, **{one.path: self._indexed(one) for one in sources}})

    def has(self, source: SourceFile) -> bool:
        """Whether a file is known with this text."""
        known = self.files.get(source.path)
        return known is not None and known.source.text == source.text

    def _indexed(self, source: SourceFile) -> IndexedFile:
        known = self.files.get(source.path)
        if known is not None and self.has(source):
            return known
        parsed = parse(source).value
        if parsed is None:
            return IndexedFile(source, known.entries if known else (), parsed=False)
        return IndexedFile(source, tuple(_entries(parsed)), parsed=True)

    @cached_property
    def by_key(self) -> dict[str, Entry]:
        """Every spec by ``Kind/name``; of two, the first."""
        found: dict[str, Entry] = {}
        for entry in self.entries():
            found.setdefault(entry.key, entry)
        return found

    def entries(self) -> Iterator[Entry]:
        """Every spec, by path and then as they stand in their file."""
        for path in sorted(self.files):
            yield from self.files[path].entries

    def names(self, kinds: Iterable[str]) -> list[Entry]:
        """Every spec of some kinds, by name."""
        wanted = tuple(kinds)
        return sorted((one for one in self.by_key.values() if one.kind in wanted), key=lambda one: one.name)

    def find(self, kinds: Iterable[str], name: str) -> Entry | None:
        """The spec that a name means among some kinds."""
        return next((self.by_key[key] for kind in kinds if (key := f"{kind}/{name}") in self.by_key), None)

    def mentions(self, target: Entry) -> Iterator[Span]:
        """Every place that names a spec."""
        for entry in self.entries():
            for one in entry.links or ():
                if one.name == target.name and target.kind in one.kinds and self.find(one.kinds, one.name) is target:
                    yield entry.place(one)


def _entries(documents: Iterable[Document]) -> Iterator[Entry]:
    for document in documents:
        kind, metadata = document.value.get("kind"), document.value.get("metadata")
        name = metadata.get("name") if isinstance(metadata, dict) else None
        if isinstance(kind, str) and kind in KINDS and isinstance(name, str):
            spec = type_document(document).value
            yield Entry(kind, name, document, None if spec is None else links(spec))
