"""What counts servers: a HorizontalPodAutoscaler, or a ScaledObject of KEDA's."""

from typing import Any

from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.quantities import cores
from plimsoll.compiler.rendering.serving import queries

_TARGETS = {"Deployment": "apps/v1", "Rollout": "argoproj.io/v1alpha1"}

_NEVER = "1000000"
"""More requests a second than there are: a trigger that wakes and adds no server."""


def counted(placed: PlacedDeployment, target: str) -> tuple[str, dict[str, Any]]:
    """The kind of the object that counts the replicas of a ``target``, and its context."""
    platform = placed.environment.spec.spec.offers
    given: dict[str, Any] = {"target": {"kind": target, "apiVersion": _TARGETS[target]}}
    if platform.autoscaling == "hpa":
        return "HorizontalPodAutoscaler", given
    return "ScaledObject", {**given, "triggers": _triggers(placed)}


def _triggers(placed: PlacedDeployment) -> list[dict[str, str]]:
    """How busy the servers are; and where there may be none, who asks for one.

    A server that sleeps counts nothing, so that it can only be woken by what somebody else counts.
    """
    online, place = placed.spec.online, placed.environment.spec.spec
    assert online is not None
    each = cores(placed.spec.resources.cpu) * online.scaling.target_cpu / 100
    selected = queries.of_deployment(place.namespace, placed.name)
    found = [{"name": "busy", "query": queries.busy(selected), "threshold": f"{each:g}"}]
    if online.scaling.min == 0:
        found.append({"name": "asked", "query": _asked(placed), "threshold": _NEVER})
    return found


def _asked(placed: PlacedDeployment) -> str:
    place = placed.environment.spec.spec
    gateway = place.offers.gateway
    if gateway is not None and gateway.requests is not None:
        return gateway.requests.replace("HOST", f"{placed.name}.{gateway.domain}")
    return queries.asked_in_mesh(place.namespace, placed.name)
