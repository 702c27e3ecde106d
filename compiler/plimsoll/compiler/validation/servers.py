"""Whether what leads to servers, moves their traffic and counts them names objects that are there."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.manifests import MISSING, Manifest, Manifests
from plimsoll.compiler.validation.volumes import check_pod
from plimsoll.contract.servers import pod_template

_PREDICTOR = "-predictor"
"""What KServe calls the Service of an InferenceService, after its name."""


def check_server(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """The pod of a Deployment, a Rollout or an InferenceService, and all that a Rollout's strategy names."""
    in_predictor = one.kind == "InferenceService"
    route: Route = ("spec", "predictor") if in_predictor else ("spec", "template", "spec")
    yield from check_pod(one, manifests, pod_template(one.value)["spec"], route)
    if one.kind == "Rollout":
        for place, kind, name in _named(one.value["spec"]["strategy"], ("spec", "strategy")):
            yield from _wanted(one, manifests, kind, name, place)


_NAMES = {
    "stableService": "Service",
    "canaryService": "Service",
    "activeService": "Service",
    "previewService": "Service",
    "templateName": "AnalysisTemplate",
    "httpRoute": "HTTPRoute",
}


def _named(value: Any, route: Route) -> Iterator[tuple[Route, str, str]]:
    """Every object that a strategy names, however deep."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _named(item, (*route, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in _NAMES:
                yield (*route, key), _NAMES[key], item
            elif key == "virtualService":
                yield (*route, key, "name"), "VirtualService", item["name"]
            else:
                yield from _named(item, (*route, key))


def check_scaled(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """What a HorizontalPodAutoscaler or a ScaledObject scales."""
    target = one.value["spec"]["scaleTargetRef"]
    yield from _wanted(one, manifests, target["kind"], target["name"], ("spec", "scaleTargetRef", "name"))


def check_http_route(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """The Services that a route leads to."""
    for number, rule in enumerate(one.value["spec"]["rules"]):
        for index, backend in enumerate(rule["backendRefs"]):
            route: Route = ("spec", "rules", number, "backendRefs", index, "name")
            yield from _service(one, manifests, backend["name"], route)


def check_virtual_service(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """The Services that a mesh's routes lead to."""
    for number, rule in enumerate(one.value["spec"]["http"]):
        for index, way in enumerate(rule["route"]):
            route: Route = ("spec", "http", number, "route", index, "destination", "host")
            yield from _service(one, manifests, way["destination"]["host"], route)


def _service(one: Manifest, manifests: Manifests, name: str, route: Route) -> Iterator[Diagnostic]:
    if not manifests.has("InferenceService", name.removesuffix(_PREDICTOR)):
        yield from _wanted(one, manifests, "Service", name, route)


def _wanted(one: Manifest, manifests: Manifests, kind: str, name: str, route: Route) -> Iterator[Diagnostic]:
    if not manifests.has(kind, name):
        yield one.finding(MISSING, f"the release has no {kind} {name!r}", *route)
