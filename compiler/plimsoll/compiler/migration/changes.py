"""What a conversion between two versions is made of: keys that are renamed, values that are said otherwise."""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.migration.entries import gather_entries, replace_entry

EVERY = "*"
"""Stands in a path for every key of a mapping."""

Convert = Callable[[Any], Any]
"""An older value → the newer one, as plain data. It raises ValueError, with what it knows instead, for any other."""


@dataclass(frozen=True)
class Unfit:
    """Something that cannot be converted: where it stands, and why."""

    route: Route
    why: str


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Key:
    """A key that has another name, or whose value is said in another way, or both."""

    path: tuple[str, ...]
    """The keys that lead to the mapping that holds it."""
    old: str
    new: str
    convert: Convert = _same

    def apply(self, spec: MutableMapping[str, Any]) -> Iterator[Unfit]:
        """Change a spec in place, and name what cannot be converted; that stays as it was."""
        for route, mapping in mappings_at(spec, self.path):
            if self.old not in mapping:
                continue
            if self.new != self.old and self.new in mapping:
                yield Unfit((*route, self.old), f"{self.new} is given as well")
                continue
            try:
                value = self.convert(mapping[self.old])
            except ValueError as error:
                yield Unfit((*route, self.old), str(error))
                continue
            replace_entry(mapping, self.old, self.new, value)


@dataclass(frozen=True)
class Gather:
    """Keys that stand together in a mapping of their own."""

    path: tuple[str, ...]
    new: str
    keys: Mapping[str, str]
    """The new names by the old ones."""

    def apply(self, spec: MutableMapping[str, Any]) -> Iterator[Unfit]:
        """Change a spec in place, and name what cannot be converted; that stays as it was."""
        for route, mapping in mappings_at(spec, self.path):
            present = [key for key in mapping if key in self.keys]
            if present and self.new in mapping:
                yield Unfit((*route, present[0]), f"{self.new} is given as well")
            elif present:
                gather_entries(mapping, self.new, {key: self.keys[key] for key in present})


Change = Key | Gather


def mappings_at(
    value: Any, path: tuple[str, ...], route: Route = ()
) -> Iterator[tuple[Route, MutableMapping[str, Any]]]:
    """Every mapping that a path leads to, with its route; none where the spec has something else there."""
    if not isinstance(value, MutableMapping):
        return
    if not path:
        yield route, value
        return
    for key in list(value) if path[0] == EVERY else [path[0]]:
        if key in value:
            yield from mappings_at(value[key], path[1:], (*route, key))
