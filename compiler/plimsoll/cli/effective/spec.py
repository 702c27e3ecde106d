"""The effective values of a spec, as its author would have written them out."""

from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.kinds import Deployment, Resource
from plimsoll.compiler.project.overlay import Layer, Origin, lay_over, origin_of, overlay_of
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.typed import Located, did_you_mean
from plimsoll.compiler.project.written import written
from plimsoll.compiler.rendering.naming import require_environment
from plimsoll.contract.refusal import Refused


@dataclass(frozen=True)
class Effective:
    """A spec with everything filled in, in an environment or, without one, as it stands."""

    one: Located[Any]
    environment: str | None
    value: dict[str, Any]
    """What a YAML file would hold. Law: read again, it means the same."""

    def origin(self, route: Route) -> Origin:
        """Where the value at a route came from. Overlays that are not laid over are overlays all the same."""
        found = origin_of(self.one.document, route, self.environment)
        apart = isinstance(self.one.spec, Deployment) and route[:2] == ("spec", "environments") and len(route) > 3
        return Origin(Layer.OVERLAY, found.span) if apart and found.span else found


def effective(project: Project, one: Located[Any], environment: str | None) -> Effective:
    """Fill in a spec's defaults and, for a Deployment, lay the environment's values over it.

    What was written stays as it was written: ``48h`` is not turned into ``2d``.

    Raises:
        Refused: when there is no such environment, or the deployment does not run in it.
    """
    if environment is not None:
        require_environment(project, environment)
    if environment is None or not isinstance(one.spec, Deployment):
        return Effective(one, None, _filled(one.spec, one.document.value))
    for placed in project.placed_in(environment):
        if placed.name == one.spec.metadata.name:
            spec = one.spec.model_copy(update={"spec": placed.spec})
            raw = lay_over(one.document.value["spec"], overlay_of(one.document, environment))
            value = _filled(spec, {**one.document.value, "spec": raw})
            value["spec"]["environments"] = {environment: {}}
            return Effective(one, environment, value)
    hint = did_you_mean(environment, one.spec.spec.environments)
    raise Refused(one.key, one.document.source.path, f"does not run in {environment!r}", hint)


def _filled(spec: Resource, raw: dict[str, Any]) -> dict[str, Any]:
    """The whole of a spec, in the order in which its envelope is written."""
    value: dict[str, Any] = _as_written(written(spec), raw)
    return {key: value[key] for key in ("apiVersion", "kind", "metadata", "spec")}


def _as_written(made: Any, raw: Any) -> Any:
    """What was made from a typed spec, with the author's own way of writing where there is one."""
    if isinstance(made, dict):
        below = raw if isinstance(raw, dict) else {}
        return {key: _as_written(value, below.get(key)) for key, value in made.items()}
    if isinstance(made, list):
        items = raw if isinstance(raw, list) and len(raw) == len(made) else [None] * len(made)
        return [_as_written(value, item) for value, item in zip(made, items, strict=True)]
    return made if raw is None or isinstance(raw, dict | list) else raw
