"""What a file holds, as an outline; and every spec of a project, to be found by its name."""

from collections.abc import Iterator
from typing import Any

from lsprotocol.types import DocumentSymbol, Range, SymbolKind, WorkspaceSymbol

from plimsoll.cli.lsp.index import Entry, Index, IndexedFile
from plimsoll.cli.lsp.places import Places
from plimsoll.compiler.diagnostics import Route, Span

MOST = 500
"""The most symbols of one answer."""

_SYMBOL = {
    "DataSource": SymbolKind.Struct,
    "FeatureSet": SymbolKind.Array,
    "Model": SymbolKind.Class,
    "Deployment": SymbolKind.Object,
    "Environment": SymbolKind.Namespace,
    "Policy": SymbolKind.Interface,
    "PolicyBinding": SymbolKind.Interface,
    "Waiver": SymbolKind.Event,
}
_DEPTH = 3
"""How many keys deep an outline goes: spec, features, a feature."""


def document_symbols(file: IndexedFile, places: Places) -> list[DocumentSymbol]:
    """The specs of a file, each with its keys."""
    starts = [_first(entry).line for entry in file.entries]
    ends = [start - 1 for start in starts[1:]] + [len(file.source.lines)]
    return [_symbol(entry, end, places) for entry, end in zip(file.entries, ends, strict=True)]


def _first(entry: Entry) -> Span:
    return entry.document.key_span((next(iter(entry.document.value)),))


def _symbol(entry: Entry, last: int, places: Places) -> DocumentSymbol:
    text = places.text(entry.document.source.path)
    start = text.position(_first(entry).line, 1)
    whole = Range(start, text.position(max(last, start.line + 1), 10**6))
    children = list(_children(entry, (), entry.document.value, places))
    return DocumentSymbol(
        entry.name, _SYMBOL[entry.kind], whole, text.range(entry.name_span), detail=entry.kind, children=children
    )


def _children(entry: Entry, route: Route, value: Any, places: Places) -> Iterator[DocumentSymbol]:
    if not isinstance(value, dict) or len(route) >= _DEPTH:
        return
    for key, item in value.items():
        at = (*route, key)
        own = places.range(entry.document.key_span(at))
        below = list(_children(entry, at, item, places))
        end = places.range(entry.document.span(at)).end
        ends = [own.end, end, *(one.range.end for one in below)]
        whole = Range(own.start, max(ends, key=lambda one: (one.line, one.character)))
        plain = isinstance(item, str | int | float)
        kind = SymbolKind.Field if plain else SymbolKind.Module
        yield DocumentSymbol(key or " ", kind, whole, own, detail=str(item)[:60] if plain else None, children=below)


def workspace_symbols(index: Index, query: str, places: Places) -> list[WorkspaceSymbol]:
    """The specs whose ``Kind/name`` has the letters of a query, in their order."""
    found = [entry for key, entry in sorted(index.by_key.items()) if _matches(query.lower(), key.lower())]
    return [
        WorkspaceSymbol(places.location(one.name_span), one.name, _SYMBOL[one.kind], container_name=one.kind)
        for one in found[:MOST]
    ]


def _matches(query: str, key: str) -> bool:
    letters = iter(key)
    return all(letter in letters for letter in query if not letter.isspace())
