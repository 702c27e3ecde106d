"""Effective values as YAML for a terminal: a line a value, coloured by where it came from, origins behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll.cli.effective.scalars import lines_of, scalar
from plimsoll.cli.effective.spec import Effective
from plimsoll.cli.views.paint import Style, Styled, width
from plimsoll.cli.views.view import Line
from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.project.overlay import Layer, Origin

ROOM = 100
"""The widest list that stays on one line."""

_ALIGNED = 64
"""The furthest column that origins are aligned at; a longer value pushes its own origin out."""

_LOOK = {Layer.OVERLAY: Style.CHANGED, Layer.DEFAULT: Style.DIM}


@dataclass(frozen=True)
class Row:
    """One line of YAML: what stands before the value, the value, and its route where a single value is shown."""

    head: str
    value: str = ""
    route: Route | None = None

    @property
    def width(self) -> int:
        """Columns on a terminal."""
        return width(self.head) + width(self.value)


def rows(value: dict[str, Any], route: Route = (), indent: str = "", first: str | None = None) -> Iterator[Row]:
    """A mapping, key by key. ``first`` takes the place of the first line's indent, as ``- `` does in a list."""
    for number, (key, item) in enumerate(value.items()):
        lead = first if first is not None and number == 0 else indent
        yield from _entry(f"{lead}{scalar(key)}:", item, (*route, key), indent)


def _entry(head: str, value: Any, route: Route, indent: str) -> Iterator[Row]:
    if isinstance(value, dict) and value:
        yield Row(head)
        yield from rows(value, route, f"{indent}  ")
    elif isinstance(value, dict | list):
        flow = _flow(value)
        if flow is not None and width(head) + width(flow) < ROOM:
            yield Row(f"{head} ", flow, route)
        else:
            yield Row(head)
            yield from _items(list(value), route, f"{indent}  ")
    elif isinstance(value, str) and (block := lines_of(value)):
        yield Row(f"{head} ", block[0], route)
        yield from (Row("", f"{indent}  {line}" if line else "", route) for line in block[1])
    else:
        yield Row(f"{head} ", scalar(value), route)


def _flow(value: Any) -> str | None:
    """A collection on one line: an empty one, or a list of plain values."""
    if isinstance(value, dict):
        return None if value else "{}"
    plain = not any(isinstance(item, dict | list) for item in value)
    return f"[{', '.join(scalar(item, flow=True) for item in value)}]" if plain else None


def _items(items: list[Any], route: Route, indent: str) -> Iterator[Row]:
    for index, item in enumerate(items):
        if isinstance(item, dict) and item:
            yield from rows(item, (*route, index), f"{indent}  ", f"{indent}- ")
        else:
            yield Row(f"{indent}- ", _within(item) if isinstance(item, list | dict) else scalar(item), route)


def _within(value: Any) -> str:
    """Anything on one line; no kind has lists within lists, so it need not be beautiful."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{scalar(key, flow=True)}: {_within(item)}' for key, item in value.items())}}}"
    return f"[{', '.join(map(_within, value))}]" if isinstance(value, list) else scalar(value, flow=True)


def yaml_lines(shown: Effective, place: Callable[[Span], str], *, origins: bool) -> Iterator[Line]:
    """The lines of a spec. ``place`` says how a span is called."""
    yield (Styled(f"# {_title(shown)}", Style.DIM),)
    laid = list(rows(shown.value))
    column = max((row.width for row in laid if row.route and row.width <= _ALIGNED), default=0) + 2
    last: Route | None = None
    for row in laid:
        found = shown.origin(row.route) if row.route else None
        yield tuple(_pieces(row, found, place, column if origins and row.route != last else None))
        last = row.route


def _title(shown: Effective) -> str:
    return f"{shown.one.key} in {shown.environment}" if shown.environment else shown.one.key


def _pieces(row: Row, found: Origin | None, place: Callable[[Span], str], column: int | None) -> Iterator[str | Styled]:
    yield row.head
    look = _LOOK.get(found.layer) if found else None
    yield Styled(row.value, look) if look else row.value
    if found and column is not None:
        where = place(found.span) if found.span else "default"
        words = f"{where} (overlay)" if found.layer is Layer.OVERLAY else where
        yield " " * max(column - row.width, 2)
        yield Styled(f"# {words}", look or Style.DIM)


def leaves(value: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Every value that is no mapping and no list of mappings, by its route; empty collections are values too."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*route, key))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for index, item in enumerate(value):
            yield from leaves(item, (*route, index))
    else:
        yield route, value
