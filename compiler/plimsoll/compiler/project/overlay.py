"""Lay an environment's values over a spec, and remember where each effective value came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Route, Span

if TYPE_CHECKING:
    from plimsoll.compiler.loading.documents import Document


def lay_over(base: dict[str, Any], overlay: dict[str, Any]) -> dict[str, Any]:
    """The base with the overlay's values: mappings are merged key by key, anything else is replaced; null removes.

    Law: ``lay_over(base, {}) == base``, and laying the same overlay twice changes nothing more.
    """
    merged = dict(base)
    for key, value in overlay.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            below = merged.get(key)
            merged[key] = lay_over(below if isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged


def idle_removals(base: dict[str, Any], overlay: dict[str, Any], above: Route = ()) -> Iterator[Route]:
    """The routes in an overlay of nulls that take nothing away, most likely since they are misspelt."""
    for key, value in overlay.items():
        if value is None and key not in base:
            yield (*above, key)
        elif isinstance(value, dict):
            below = base.get(key)
            yield from idle_removals(below if isinstance(below, dict) else {}, value, (*above, key))


def origin(overlay: dict[str, Any], prefix: Route, route: Route) -> Route:
    """The route, in the document, that the effective value at ``("spec", *route)`` came from.

    ``prefix`` is the route of the overlay itself.
    """
    if not route:
        return ("spec",)
    value: Any = overlay
    for part in route:
        if not isinstance(value, dict):
            break
        if part not in value:
            return ("spec", *route)
        value = value[part]
    return (*prefix, *route)


class Layer(StrEnum):
    """What an effective value was laid down by: the last of these that has it."""

    DEFAULT = "default"
    SPEC = "spec"
    OVERLAY = "overlay"


@dataclass(frozen=True)
class Origin:
    """Where an effective value came from; a default has no place in any file."""

    layer: Layer
    span: Span | None = None


def overlay_of(document: "Document", environment: str) -> dict[str, Any]:
    """What a Deployment's document says of an environment; empty when it says nothing, or is not in it."""
    found: Any = document.value
    for part in overlay_route(environment):
        found = found.get(part) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def overlay_route(environment: str) -> tuple[str, str, str]:
    """Where a Deployment keeps the values of an environment."""
    return ("spec", "environments", environment)


def origin_of(document: "Document", route: Route, environment: str | None = None) -> Origin:
    """Where the effective value at a route came from, in an environment or, without one, in the spec as it stands.

    Law: the value at the span of a written origin is the effective value.
    """
    at, layer = route, Layer.SPEC
    if environment is not None and route[:1] == ("spec",):
        prefix = overlay_route(environment)
        at = origin(overlay_of(document, environment), prefix, route[1:])
        layer = Layer.OVERLAY if at[: len(prefix)] == prefix else Layer.SPEC
    return Origin(layer, document.span(at)) if document.has(at) else Origin(Layer.DEFAULT)
