"""Lay an environment's values over a spec, and remember where each effective value came from."""

from typing import Any

from plimsoll.compiler.diagnostics import Route


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
