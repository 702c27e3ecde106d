"""The page of what is rendered: each feature with the golden releases that show it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

_FEATURES = Path(__file__).with_name("rendered_features.yaml")


@dataclass(frozen=True)
class Feature:
    """Something that releases can hold."""

    what: str
    kind: str
    """The kind of the object that shows it."""
    at: str
    """The route to what shows it: keys with dots between, ``*`` for any of them, ``=text`` for what a value holds."""

    def is_shown_by(self, value: Mapping[str, Any]) -> bool:
        """Whether an object has the feature."""
        route, _, wanted = self.at.partition("=")
        found = _at(value, route.replace("\\.", "\0").split("."))
        return any(not wanted or wanted in str(one) for one in found)


def rendered_page(golden: Path) -> str:
    """The table of rendered features, by subject.

    Raises:
        ValueError: for a feature that no golden release shows.
    """
    objects = {folder.parent.name: tuple(_objects(folder)) for folder in sorted(golden.glob("*/expected"))}
    parts = [
        "# What is rendered",
        "Each row names a feature of rendered objects and the golden releases that show it. Those are compared byte by "
        "byte in `make test`, and applied to a real API server in `make test-cluster`. This page is generated: a "
        "feature that no release shows is an error of `make generate`.",
    ]
    for subject, features in _features().items():
        rows = (_row(feature, objects) for feature in features)
        parts += [f"## {subject}", "\n".join(["| Feature | Object | Shown by |", "| --- | --- | --- |", *rows])]
    return "\n\n".join(parts) + "\n"


def _features() -> dict[str, list[Feature]]:
    listed: dict[str, list[str]] = YAML(typ="safe").load(_FEATURES.read_text(encoding="utf-8"))
    return {subject: [Feature(*map(str.strip, line.split("|"))) for line in lines] for subject, lines in listed.items()}


def _row(feature: Feature, objects: Mapping[str, tuple[Mapping[str, Any], ...]]) -> str:
    shown = [
        case
        for case, found in objects.items()
        if any(one["kind"] == feature.kind and feature.is_shown_by(one) for one in found)
    ]
    if not shown:
        raise ValueError(f"no golden release shows: {feature.what} ({feature.kind} {feature.at})")
    links = ", ".join(f"[{case}](../../tests/golden/{case}/expected)" for case in shown)
    return f"| {feature.what} | `{feature.kind}` | {links} |"


def _objects(folder: Path) -> Iterator[Mapping[str, Any]]:
    for path in sorted(folder.rglob("*.yaml")):
        yield YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _at(value: Any, route: list[str]) -> Iterator[Any]:
    if not route:
        yield value
        return
    key, rest = route[0].replace("\0", "."), route[1:]
    if isinstance(value, dict):
        for part in value.values() if key == "*" else [value[key]] if key in value else []:
            yield from _at(part, rest)
    elif isinstance(value, list) and key == "*":
        for part in value:
            yield from _at(part, rest)
