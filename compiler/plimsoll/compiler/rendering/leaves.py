"""The scalars of a value of mappings and sequences."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Route


def leaves(value: Any, route: Route = ()) -> Iterator[tuple[Route, Any]]:
    """Every scalar in a value, with its route; keys are not scalars of it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*route, str(key)))
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from leaves(item, (*route, index))
    else:
        yield route, value
