"""What is said of a key or a value when the mouse rests on it."""

from collections.abc import Iterator
from typing import Any

from lsprotocol.types import Hover, MarkupContent, MarkupKind

from plimsoll.cli.effective.scalars import scalar
from plimsoll.cli.lsp.index import Entry
from plimsoll.cli.lsp.parts import parts
from plimsoll.cli.lsp.schema import Slot, laid_over, slot_at
from plimsoll.cli.lsp.spot import Spot
from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.project.overlay import lay_over, overlay_of

_FACTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "DataSource": (("classification",), ("personalData",), ("region",), ("jurisdiction",), ("columns",)),
    "FeatureSet": (("entity", "name"), ("sources",), ("ttl",), ("features",)),
    "Model": (("task",), ("riskTier",), ("examples", "source"), ("format", "name")),
    "Deployment": (("model",), ("environments",)),
    "Environment": (("stage",), ("cluster",), ("namespace",), ("region",), ("jurisdiction",)),
}
"""What a summary tells of a spec, by routes below ``spec``; of a mapping, its keys."""


def hover(spot: Spot) -> Hover | None:
    """The documentation of what is under the cursor; nothing between tokens and on words that mean nothing here."""
    if not spot.cursor.word:
        return None
    blocks = [*_referred(spot), *_slot(spot), *_effective(spot)]
    if not blocks:
        return None
    return Hover(MarkupContent(MarkupKind.Markdown, "\n\n".join(blocks)), spot.range)


def _referred(spot: Spot) -> Iterator[str]:
    """What is named under the cursor: a spec, or a part of one."""
    target = spot.target()
    if target is not None:
        yield summary(target)
    elif spot.route == ("kind",) and spot.cursor.word in KINDS:
        yield f"**{spot.cursor.word}** — {(KINDS[spot.cursor.word].__doc__ or '').strip()}"
    elif (named := spot.named) is not None:
        for part in parts(spot, named):
            if part.name == spot.cursor.word:
                yield " — ".join(filter(None, (f"**{part.name}**", part.word, _plain(part.says))))
                yield from map(_plain, part.more)
                return


def summary(entry: Entry) -> str:
    """A spec in a few lines."""
    metadata = entry.document.value["metadata"]
    said = [f"**{entry.key}**", _plain(str(metadata.get("description") or ""))]
    facts = [
        f"- {'.'.join(route)}: {_fact(value)}"
        for route in _FACTS.get(entry.kind, ())
        if (value := _at(entry.document.value.get("spec"), route)) is not None
    ]
    owner = f"owner: {_plain(str(metadata['owner']))}" if metadata.get("owner") else ""
    place = f"`{entry.name_span.path}:{entry.name_span.line}`"
    return "\n\n".join(filter(None, (*said, "\n".join(facts), owner, place)))


def _slot(spot: Spot) -> Iterator[str]:
    slot = slot_at(spot.kind, spot.route)
    if slot is None:
        return
    name = f"**{spot.route[-1]}**" if spot.cursor.role == "key" else f"*{_name(spot.route)}*"
    needed = "required" if slot.required else f"default {_code(slot.default)}" if slot.default is not None else ""
    yield " · ".join(filter(None, (name, *slot.facts, needed)))
    if slot.description:
        yield slot.description
    if slot.words:
        yield "one of " + ", ".join(map(_code, slot.words))
    yield from _keys(slot)


def _keys(slot: Slot) -> Iterator[str]:
    keys = slot.keys()
    if keys:
        yield "keys: " + ", ".join(f"`{name}`{' (required)' if one.required else ''}" for name, one in keys.items())


def _effective(spot: Spot) -> Iterator[str]:
    """A Deployment's value in each of its environments, where some environment changes it."""
    if spot.kind != "Deployment" or spot.route[:1] != ("spec",):
        return
    entry = spot.index.find(("Deployment",), spot.scalar(("metadata", "name")))
    written = entry.document.value.get("spec") if entry else None
    environments = written.get("environments") if isinstance(written, dict) else None
    route = (laid_over("Deployment", spot.route) or spot.route)[1:]
    if (
        entry is None
        or not isinstance(written, dict)
        or not isinstance(environments, dict)
        or not route
        or route[0] == "environments"
    ):
        return
    base = _at(written, route)
    laid = {name: _at(lay_over(written, overlay_of(entry.document, name)), route) for name in environments}
    if any(value != base for value in laid.values()):
        rows = [f"| {name} | {_fact(value)} |" for name, value in laid.items()]
        yield "\n".join(["| environment | value |", "| --- | --- |", *rows])


def _at(value: Any, route: Route) -> Any:
    for part in route:
        if isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def _fact(value: Any) -> str:
    if value is None:
        return "not set"
    if isinstance(value, dict) and all(isinstance(item, dict) for item in value.values()):
        return ", ".join(f"`{key}`" for key in value)
    if isinstance(value, dict):
        return ", ".join(f"`{key}: {_word(item)}`" for key, item in value.items())
    return ", ".join(map(_code, value)) if isinstance(value, list) else _code(value)


def _word(value: Any) -> str:
    return "…" if isinstance(value, dict | list) else scalar(value).replace("`", "'")


def _code(value: Any) -> str:
    return f"`{_word(value)}`"


def _name(route: Route) -> str:
    return ".".join(map(str, route))


def _plain(text: str) -> str:
    """Text of a spec that says what it says in Markdown, too, on one line."""
    marks = {ord(mark): f"\\{mark}" for mark in "\\`*_{}[]<>#|!"}
    return " ".join(text.split()).translate(marks)
