"""Give a spec another name, in every place that names it."""

from collections.abc import Iterator

from lsprotocol.types import Range, TextEdit
from pydantic import TypeAdapter, ValidationError

from plimsoll.cli.lsp.index import Entry
from plimsoll.cli.lsp.spot import Spot
from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.kinds.scalars import Name
from plimsoll.contract.refusal import Refused

_TOGETHER = ("DataSource", "FeatureSet")
"""Kinds whose names one list may hold, so that the same name in both would say nothing."""


def renamed_range(spot: Spot) -> Range:
    """The name under the cursor, without a kind before it and a version behind it.

    Raises:
        Refused: when the cursor is on no spec's name.
    """
    target = _target(spot)
    start = _offset(spot.cursor.word, target.name)
    if start is None:
        raise Refused("rename", spot.source.path, f"{spot.cursor.word!r} spells {target.name!r} in a way of its own")
    begin = spot.cursor.start + start
    return spot.range_of(begin, begin + len(target.name))


def rename(spot: Spot, name: str) -> dict[str, list[TextEdit]]:
    """The edits, by path, that rename the spec under the cursor.

    Law: a project that holds, holds after them.

    Raises:
        Refused: when the name is no name, or is taken; or when some file has faults, so that its references are not
            known.
    """
    target = _target(spot)
    _check(spot, target, name)
    edits: dict[str, list[TextEdit]] = {}
    spans = dict.fromkeys((target.name_span, *spot.index.mentions(target)))
    for span in spans:
        edits.setdefault(span.path, []).append(TextEdit(_range(spot, span, target.name), name))
    return edits


def _target(spot: Spot) -> Entry:
    target = spot.target()
    if target is None:
        raise Refused("rename", spot.source.path, "this is not the name of a spec")
    return target


def _check(spot: Spot, target: Entry, name: str) -> None:
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise Refused("rename", name, error.errors(include_url=False)[0]["msg"]) from None
    taken = next((key for key in _keys(target, name) if key in spot.index.by_key), None)
    if taken is not None:
        raise Refused("rename", name, f"{taken} is there already")
    faulty = next((one.source.path for one in spot.index.files.values() if not one.sound), None)
    if faulty is not None:
        raise Refused("rename", faulty, f"{faulty} has faults, so what it names is not known; mend it first")


def _keys(target: Entry, name: str) -> Iterator[str]:
    for kind in _TOGETHER if target.kind in _TOGETHER else (target.kind,):
        yield f"{kind}/{name}"


def _range(spot: Spot, span: Span, name: str) -> Range:
    """Where the name stands in a place that names it.

    Raises:
        Refused: when it is spelt with escapes, or is an alias of another place.
    """
    line = spot.index.files[span.path].source.line(span.line)
    start = _offset(line[span.column - 1 : span.end - 1], name)
    if start is None:
        raise Refused("rename", f"{span.path}:{span.line}", f"{name!r} is not written out at {span.path}:{span.line}")
    column = span.column + start
    return spot.places.range(Span(span.path, span.line, column, column + len(name)))


def _offset(text: str, name: str) -> int | None:
    """Where a name stands in ``name``, ``Kind/name`` or ``name@version``, in quotes or not."""
    found = text.find(name, text.find("/") + 1)
    return found if found >= 0 else None
