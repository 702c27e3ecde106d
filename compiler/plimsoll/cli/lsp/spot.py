"""A cursor in a project, and the spec that is meant there."""

from dataclasses import dataclass

from lsprotocol.types import Range

from plimsoll.cli.lsp.found import Cursor, Found
from plimsoll.cli.lsp.index import Entry, Index
from plimsoll.cli.lsp.names import Named, named_by_key, named_by_value
from plimsoll.cli.lsp.places import Places
from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.loading.sources import SourceFile


@dataclass(frozen=True)
class Spot:
    """Where a request asks, and everything that is known there."""

    source: SourceFile
    line: int
    """From 0."""
    found: Found
    cursor: Cursor
    index: Index
    places: Places
    catalogue: Catalogue | None
    """The rules beside the project's own."""

    @property
    def kind(self) -> str:
        """The kind of the spec around the cursor, as it says itself."""
        return self.found.kind

    @property
    def route(self) -> Route:
        """Of what the cursor is on: a key's value, or a value."""
        key = self.cursor.role == "key" and self.cursor.word
        return (*self.cursor.route, self.cursor.word) if key else self.cursor.route

    @property
    def range(self) -> Range:
        """Where the token under the cursor stands."""
        return self.range_of(self.cursor.start, self.cursor.end)

    def range_of(self, start: int, end: int) -> Range:
        """A part of the cursor's line, by columns from 0."""
        return self.places.range(Span(self.source.path, self.line + 1, start + 1, end + 1))

    @property
    def named(self) -> Named | None:
        """What is named under the cursor."""
        if self.cursor.role == "key":
            return named_by_key(self.kind, self.cursor.route)
        return named_by_value(self.kind, self.cursor.route)

    def scalar(self, route: Route) -> str:
        """What is written at another route of the same spec; empty where there is no plain value."""
        return self.found.scalars.get(route, "")

    def target(self) -> Entry | None:
        """The spec that the token under the cursor names, or whose own name it is."""
        word = self.cursor.word
        if self.cursor.role != "key" and self.route == ("metadata", "name"):
            return self.index.find((self.kind,), word)
        named = self.named
        if named is None or named.what not in ("spec", "object"):
            return None
        if named.what == "object":
            kind, _, name = word.partition("/")
            return self.index.find((kind,), name)
        return self.index.find(named.kinds, word.partition("@")[0])

    def source_names(self) -> list[str]:
        """The names of the data that the spec around the cursor is made from."""
        if self.kind == "Model":
            return [self.scalar(("spec", "examples", "source")).partition("@")[0]]
        routes = [route for route in self.found.scalars if route[:2] == ("spec", "sources") and len(route) == 3]
        return [self.scalar(route).partition("@")[0] for route in routes]
