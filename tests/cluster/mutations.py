"""Objects that differ a little from rendered ones: something is taken away, put in, or changed at random."""

import copy
import random
from collections.abc import Iterator, Sequence
from typing import Any

Route = tuple[str | int, ...]

_KEPT: dict[Route, frozenset[str]] = {
    (): frozenset({"apiVersion", "kind", "metadata"}),
    ("metadata",): frozenset({"name", "namespace"}),
}
"""What names an object: the fields at a route that are neither taken away, nor changed, nor put in anew."""

_TEXTS = ("", "x", "*", "default", "ALL", "quay.example.net/x:1", "registry.example.org/x@sha256:" + "0" * 64)
_NUMBERS = (0, 1, 2, 1000, 65_000)


class Mutations:
    """An endless series of objects, the same for the same seed."""

    def __init__(self, objects: Sequence[dict[str, Any]], names: Sequence[str], seed: int) -> None:
        """``names`` are those of fields that may be put in: the ones that rules read."""
        self._random, self._names = random.Random(seed), sorted(names)
        self._by_kind: dict[str, list[dict[str, Any]]] = {}
        for one in objects:
            self._by_kind.setdefault(one["kind"], []).append(one)

    def __iter__(self) -> Iterator[tuple[dict[str, Any], str]]:
        """The objects, each kind in turn, and what was done to each."""
        while True:
            for kind in sorted(self._by_kind):
                yield self._changed(self._by_kind[kind])

    def _changed(self, alike: list[dict[str, Any]]) -> tuple[dict[str, Any], str]:
        content, done = copy.deepcopy(self._random.choice(alike)), []
        for _ in range(self._random.choice((1, 1, 1, 2, 3))):
            route = self._route(content)
            ways = (self._remove, self._change, self._change, self._add, self._transplant)
            way = self._random.choice(ways) if route else self._add
            way(content, route, alike)
            done.append(f"{way.__name__.strip('_')} {'.'.join(map(str, route))}, now {str(_at(content, route))[:100]}")
        return content, f"{content['kind']} {content['metadata']['name']}: {'; '.join(done)}"

    def _route(self, content: dict[str, Any]) -> Route:
        """Somewhere in an object; where rules look half of the time; its top, where it has nothing but its name."""
        routes = [route for route in _routes(content) if route[-1] not in _KEPT.get(route[:-1], ())]
        read = [route for route in routes if route[-1] in self._names]
        if not routes:
            return ()
        return self._random.choice(read if read and self._random.random() < 0.5 else routes)

    def _remove(self, content: dict[str, Any], route: Route, _: list[dict[str, Any]]) -> None:
        parent = _at(content, route[:-1])
        if parent is not None:
            del parent[route[-1]]

    def _change(self, content: dict[str, Any], route: Route, _: list[dict[str, Any]]) -> None:
        parent = _at(content, route[:-1])
        if parent is None:
            return
        value = parent[route[-1]]
        if isinstance(value, bool):
            parent[route[-1]] = not value
        elif isinstance(value, int):
            parent[route[-1]] = self._random.choice(_NUMBERS)
        elif isinstance(value, str):
            parent[route[-1]] = self._random.choice((*_TEXTS, f"{value}x"))
        elif isinstance(value, list):
            parent[route[-1]] = self._random.choice(([], value * 2, value[:1], value[1:]))
        else:
            parent[route[-1]] = {}

    def _add(self, content: dict[str, Any], route: Route, _: list[dict[str, Any]]) -> None:
        """Put a field into the mapping at a route, or around it."""
        while not isinstance(_at(content, route), dict):
            route = route[:-1]
        values = (True, False, 0, 1, "x", "", {}, [], [{}], None, *self._values(content))
        names = [name for name in self._names if name not in _KEPT.get(route, ())]
        _at(content, route)[self._random.choice(names)] = copy.deepcopy(self._random.choice(values))

    def _values(self, content: dict[str, Any]) -> list[Any]:
        """What stands elsewhere in the object under a name that rules read."""
        return [_at(content, route) for route in _routes(content) if route[-1] in self._names][:50]

    def _transplant(self, content: dict[str, Any], route: Route, alike: list[dict[str, Any]]) -> None:
        """Put what another object of the kind has at a route into this one."""
        other, parent = _at(self._random.choice(alike), route), _at(content, route[:-1])
        if other is not None and parent is not None:
            parent[route[-1]] = copy.deepcopy(other)


def _at(value: Any, route: Route) -> Any:
    for key in route:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _routes(value: Any, route: Route = ()) -> Iterator[Route]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*route, key)
        yield from _routes(item, (*route, key))
