"""Where the name under a cursor is declared, and where else it is used."""

from lsprotocol.types import Location, Position, Range

from plimsoll.cli.lsp.parts import file_at, parts
from plimsoll.cli.lsp.places import uri_of
from plimsoll.cli.lsp.spot import Spot

_BEGINNING = Range(Position(0, 0), Position(0, 0))


def definition(spot: Spot) -> Location | None:
    """Where what is under the cursor is declared: a spec, a part of one, a governance rule, or a file."""
    target = spot.target()
    if target is not None:
        return spot.places.location(target.name_span)
    path = file_at(spot)
    if path is not None:
        return Location(uri_of(path), _BEGINNING)
    named = spot.named
    for part in parts(spot, named) if named else ():
        if part.name == spot.cursor.word and part.span is not None:
            return spot.places.location(part.span)
    return None


def references(spot: Spot, *, declaration: bool) -> list[Location]:
    """Every place that names the spec under the cursor; its own declaration first, if that is asked for."""
    target = spot.target()
    if target is None:
        return []
    spans = [*([target.name_span] if declaration else []), *spot.index.mentions(target)]
    return [spot.places.location(span) for span in dict.fromkeys(spans)]
