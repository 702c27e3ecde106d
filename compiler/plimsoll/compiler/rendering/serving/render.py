"""The objects of one online deployment: what runs servers, what leads to them, and what counts them."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds.platform import ArgoCd
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.compiler.rendering.serving.analysis import render_analysis
from plimsoll.compiler.rendering.serving.pods import pods
from plimsoll.compiler.rendering.serving.rollout import moves
from plimsoll.compiler.rendering.serving.scaling import counted
from plimsoll.compiler.rendering.serving.traffic import reached

_ENGINES = {"deployment": "Deployment", "rollouts": "Rollout", "kserve": "InferenceService"}
"""The kind of object that runs servers, by ``platform.serving``."""


def render_serving(placed: PlacedDeployment, given: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """Servers, their names, their number, their disruption budget, their walls, and an account that may do nothing."""
    online, name = placed.spec.online, placed.name
    if online is None or placed.spec.pin is None:
        raise ValueError(f"{name} is not online, or has no pin")
    platform = placed.environment.spec.spec.offers
    context = pods(placed, given)
    context |= reached(placed)
    context |= moves(placed)
    yield plain_object("ServiceAccount", name, "serviceaccount", context, owner)
    kind = _ENGINES[platform.serving]
    yield plain_object(kind, name, kind.lower(), _annotated(kind, context), owner)
    yield from render_analysis(placed, context, owner)
    if platform.serving != "kserve":
        for service in filter(None, context["services"].values()):
            yield plain_object("Service", service, "service", _narrowed(placed, context), owner)
        scaler, how = counted(placed, kind)
        yield plain_object(scaler, name, scaler.lower(), {**context, **how}, owner)
    if platform.gateway is not None:
        yield plain_object("HTTPRoute", name, "httproute", context, owner)
    if context["traffic"] == "istio":
        yield plain_object("VirtualService", name, "virtualservice", context, owner)
    yield plain_object("NetworkPolicy", name, "networkpolicy", context, owner)
    if online.scaling.min > 1:
        yield plain_object("PodDisruptionBudget", name, "poddisruptionbudget", context, owner)


def _annotated(kind: str, context: dict[str, Any]) -> dict[str, Any]:
    """An InferenceService says in annotations and labels how KServe is to treat it."""
    if kind != "InferenceService":
        return context
    how = {"serving.kserve.io/autoscalerClass": "hpa", "serving.kserve.io/deploymentMode": "Standard"}
    seen = {"networking.kserve.io/visibility": "cluster-local"}
    return {
        **context,
        "annotations": {**context["annotations"], **how},
        "labels": {**context["labels"], **seen},
    }


def _narrowed(placed: PlacedDeployment, context: dict[str, Any]) -> dict[str, Any]:
    """A Service that Argo Rollouts narrows to one version tells Argo CD to leave its selector's other keys alone.

    A server that applies takes a selector whole, and the version out of it. Argo Rollouts promotes without a verdict
    where a Service has none.
    """
    gitops = placed.environment.spec.spec.offers.gitops
    if context["services"]["new"] is None or not isinstance(gitops, ArgoCd):
        return context
    how = {"argocd.argoproj.io/sync-options": "ServerSideApply=false"}
    return {**context, "annotations": {**context["annotations"], **how}}
