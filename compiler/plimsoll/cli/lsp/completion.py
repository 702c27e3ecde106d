"""What may be typed at a cursor."""

from collections.abc import Iterator
from typing import Any

from lsprotocol.types import (
    CompletionItem,
    CompletionItemKind,
    InsertTextMode,
    MarkupContent,
    MarkupKind,
    TextEdit,
)

from plimsoll.cli.effective.scalars import scalar
from plimsoll.cli.lsp.names import Named, named_by_key, named_by_value
from plimsoll.cli.lsp.parts import parts
from plimsoll.cli.lsp.schema import Slot, slot_at
from plimsoll.cli.lsp.spot import Spot
from plimsoll.compiler.kinds import API_VERSION, KINDS

MOST = 500
"""The most items of one answer; an editor narrows them down as a word is typed."""

_ENVELOPE = ("apiVersion", "kind", "metadata", "spec")


def completion(spot: Spot) -> list[CompletionItem]:
    """Keys that are not there yet, the required ones first; or the values that are known for a place."""
    items: list[CompletionItem] = []
    if spot.cursor.role in ("key", "open"):
        items += _keys(spot)
    if spot.cursor.role in ("value", "open"):
        items += _values(spot)
    return items[:MOST]


def _keys(spot: Spot) -> Iterator[CompletionItem]:
    route, cursor = spot.cursor.route, spot.cursor
    present = set(spot.found.keys.get(route, ())) - {cursor.word}
    named = named_by_key(spot.kind, route)
    if named is not None:
        for name, detail, says in _names(spot, named):
            if name not in present:
                follows = ": {}" if named.what == "spec" else ": "
                yield _item(spot, name, _key_text(spot, name, follows), CompletionItemKind.Reference, detail, says)
        return
    if route == () and spot.kind not in KINDS:
        for key in _ENVELOPE:
            if key not in present:
                yield _item(spot, key, _key_text(spot, key, ": "), CompletionItemKind.Property, "", "")
        return
    slot = slot_at(spot.kind, route)
    chosen = {key: spot.scalar((*route, key)) for key in present}
    for key, one in (slot.keys(chosen) if slot else {}).items():
        if key not in present:
            detail = "required" if one.required else _default(one)
            text = _key_text(spot, key, _follows(spot, one))
            rank = "0" if one.required else "1"
            yield _item(spot, key, text, CompletionItemKind.Property, detail, one.description, rank)


def _key_text(spot: Spot, key: str, follows: str) -> str:
    """A key and what comes after it, unless its colon is there already."""
    rest = spot.source.lines[spot.line][spot.cursor.end :]
    return scalar(key, flow=True) + ("" if rest.lstrip().startswith(":") else follows)


def _follows(spot: Spot, slot: Slot) -> str:
    """What comes after a key: a blank for a value, a deeper line for a mapping."""
    line = spot.source.lines[spot.line]
    block = not line[: spot.cursor.start].strip(" -")
    if slot.holds_keys and block and not slot.words:
        return f":\n{' ' * (spot.cursor.start + 2)}"
    return ": "


def _values(spot: Spot) -> Iterator[CompletionItem]:
    route = spot.cursor.route
    named = named_by_value(spot.kind, route)
    if route == ("kind",):
        for kind, model in KINDS.items():
            yield _item(spot, kind, kind, CompletionItemKind.Class, "kind", (model.__doc__ or "").strip())
    elif route == ("apiVersion",):
        yield _item(spot, API_VERSION, API_VERSION, CompletionItemKind.Constant, "", "")
    elif named is not None:
        taken = _taken(spot)
        for name, detail, says in _names(spot, named):
            if name not in taken:
                yield _item(spot, name, _value_text(spot, name), CompletionItemKind.Reference, detail, says)
    else:
        slot = slot_at(spot.kind, route)
        for word in slot.words if slot else ():
            shown = word if isinstance(word, str) else scalar(word)
            yield _item(spot, shown, _value_text(spot, word), CompletionItemKind.EnumMember, "", "")
        if slot and not slot.words and isinstance(slot.default, str | int | float) and slot.default != "":
            text = _value_text(spot, slot.default)
            yield _item(spot, str(slot.default), text, CompletionItemKind.Value, "default", slot.description)


def _names(spot: Spot, named: Named) -> Iterator[tuple[str, str, str]]:
    """Names with a word and a sentence about each."""
    if named.what in ("spec", "object"):
        for entry in spot.index.names(named.kinds):
            says = entry.document.value["metadata"].get("description")
            yield entry.key if named.what == "object" else entry.name, entry.kind, str(says or "")
    else:
        for part in parts(spot, named):
            yield part.name, part.word, part.says


def _taken(spot: Spot) -> set[str]:
    """The other items of the list that the cursor is in."""
    route = spot.cursor.route
    if not route or not isinstance(route[-1], int):
        return set()
    around = (one for one in spot.found.scalars if one[:-1] == route[:-1] and one != route)
    return {spot.scalar(one) for one in around}


def _value_text(spot: Spot, value: Any) -> str:
    line = spot.source.lines[spot.line]
    if spot.cursor.start and line[spot.cursor.start - 1] in "\"'":
        return str(value)
    return f"{' ' if spot.cursor.glued else ''}{scalar(value, flow=True)}"


def _default(slot: Slot) -> str:
    plain = isinstance(slot.default, str | int | float) and slot.default != ""
    return f"default {scalar(slot.default)}" if plain else ""


def _item(
    spot: Spot, label: str, text: str, kind: CompletionItemKind, detail: str, says: str, rank: str = "1"
) -> CompletionItem:
    return CompletionItem(
        label,
        kind=kind,
        detail=detail or None,
        documentation=MarkupContent(MarkupKind.PlainText, says) if says else None,
        sort_text=rank,
        filter_text=label,
        insert_text_mode=InsertTextMode.AsIs,
        text_edit=TextEdit(spot.range, text),
    )
