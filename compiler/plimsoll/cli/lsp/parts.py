"""Names inside of specs that other places use: features, columns, rules, files beside a spec."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plimsoll.cli.lsp.index import Entry, Index
from plimsoll.cli.lsp.names import Named
from plimsoll.cli.lsp.spot import Spot
from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.governance.catalogue import Catalogue


@dataclass(frozen=True)
class Part:
    """Something with a name, inside of a spec: where it is declared, and a word and a sentence about it."""

    name: str
    span: Span | None
    word: str = ""
    says: str = ""
    more: tuple[str, ...] = ()
    """What else there is to tell, a paragraph each."""


def parts(spot: Spot, named: Named) -> Iterator[Part]:
    """What may be named at the cursor, where that is a part of some spec."""
    match named.what:
        case "feature":
            name = spot.scalar((*spot.cursor.route[:-2], "set")).partition("@")[0]
            yield from _below(spot.index.find(named.kinds, name), ("spec", "features"))
        case "source column" | "entity column":
            for name in spot.source_names():
                yield from _below(spot.index.find(named.kinds, name), ("spec", "columns"))
        case "own column":
            yield from (Part(key, None) for key in spot.found.keys.get(("spec", "columns"), ()))
        case "input":
            yield from (Part(key, None) for key in spot.found.keys.get(("spec", "examples", "inputs"), ()))
            used = [word for route, word in spot.found.scalars.items() if "use" in route]
            yield from (Part(word, None, "feature") for word in used)
        case "rule":
            yield from rules(spot.index, spot.catalogue)
        case "spec" | "object":
            return


def _below(entry: Entry | None, route: Route) -> Iterator[Part]:
    """The keys of a mapping of a spec."""
    value: Any = entry.document.value if entry else None
    for key in route:
        value = value.get(key) if isinstance(value, dict) else None
    if entry is None or not isinstance(value, dict):
        return
    for name, item in value.items():
        word = item if isinstance(item, str) else str(item.get("type", "")) if isinstance(item, dict) else ""
        says = str(item.get("description", "")) if isinstance(item, dict) else ""
        yield Part(name, entry.document.key_span((*route, name)), word, says)


def rules(index: Index, catalogue: Catalogue | None) -> Iterator[Part]:
    """The governance rules: the project's own, then those of companies and the catalogue's."""
    seen = set()
    for entry in index.names(("Policy",)):
        spec = entry.document.value.get("spec")
        if isinstance(spec, dict) and isinstance(spec.get("id"), str):
            seen.add(spec["id"])
            span = entry.document.span(("spec", "id"))
            yield Part(spec["id"], span, str(spec.get("severity", "")), str(spec.get("title", "")), explained(spec))
    for rule in catalogue.rules.values() if catalogue else ():
        if rule.id not in seen:
            said, span = rule.values, rule.policy.span("spec", "id")
            yield Part(rule.id, span, said["severity"], said["title"], explained(said))


def explained(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """What a rule says of itself: why it is there, what must hold, and how to keep it. A rule may be half written."""
    conditions = spec.get("rules") if isinstance(spec.get("rules"), list) else []
    held = [one.get("expression") for one in conditions or () if isinstance(one, dict)]
    words = (
        *((word, spec.get(key)) for word, key in (("", "rationale"), ("when: ", "when"))),
        *(("must hold: ", one) for one in held),
        ("to keep it: ", spec.get("remedy")),
    )
    return tuple(f"{word}{' '.join(text.split())}" for word, text in words if isinstance(text, str) and text.strip())


_FILES = {
    ("FeatureSet", "spec", "transformation", "file"),
    ("Model", "spec", "training", "code"),
}


def file_at(spot: Spot) -> Path | None:
    """The file that a path under the cursor leads to; for a folder of code, the program that is started in it."""
    beside = (spot.places.root / spot.source.path).parent
    if (spot.kind, *spot.route) in _FILES:
        found = beside / spot.cursor.word
        return _program(spot, found) if found.is_dir() else found if found.is_file() else None
    if (spot.kind, *spot.route[:3]) == ("Model", "spec", "training", "command"):
        found = beside / spot.scalar(("spec", "training", "code")) / spot.cursor.word
        return found if found.is_file() else None
    return None


def _program(spot: Spot, folder: Path) -> Path | None:
    command = [word for route, word in spot.found.scalars.items() if route[:3] == ("spec", "training", "command")]
    named = (folder / word for word in command)
    return next((path for path in (*named, *sorted(folder.iterdir())) if path.is_file()), None)
