"""The objects that serve a pinned model over HTTP."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Span
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object


def render_serving(placed: PlacedDeployment, given: dict[str, Any], owner: Span) -> Iterator[RenderedObject]:
    """Servers, their name, their number, their disruption budget, their walls, and an account that may do nothing."""
    online, pin = placed.spec.online, placed.spec.pin
    if online is None or pin is None:
        raise ValueError(f"{placed.name} is not online, or has no pin")
    selector = {"plimsoll.dev/deployment": placed.name, "app.kubernetes.io/component": "server"}
    context = {
        **given,
        "selector": selector,
        "pod_labels": {**given["labels"], **selector},
        "digest": pin.digest,
        "port": online.port,
        "rollout": online.rollout.model_dump(by_alias=True),
        "scaling": online.scaling.model_dump(by_alias=True),
        "network": placed.environment.spec.spec.network.model_dump(by_alias=True),
        "mounts_token": False,
    }
    kinds = ["ServiceAccount", "Deployment", "Service", "HorizontalPodAutoscaler", "NetworkPolicy"]
    if online.scaling.min > 1:
        kinds.append("PodDisruptionBudget")
    for kind in kinds:
        yield plain_object(kind, placed.name, kind.lower(), context, owner)
