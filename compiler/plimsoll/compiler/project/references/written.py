"""Values as they are written, in a spec and in the overlays of its environments."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.project.located import Located


def written(one: Located[Any], route: Route) -> Iterator[tuple[Route, Any]]:
    """The value at a route of a spec, where one is written, and those that a deployment's environments lay over it.

    The route begins with ``spec``. Each value comes with the route where it stands.
    """
    values = one.facts.written
    if (found := _at(values, route)) is not None:
        yield route, found
    if one.kind == "Deployment":
        for environment in sorted(values["spec"]["environments"]):
            overlaid = ("spec", "environments", environment, *route[1:])
            if (found := _at(values, overlaid)) is not None:
                yield overlaid, found


def _at(value: Any, route: Route) -> Any:
    for part in route:
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value
