"""Whether selectors select the release's own servers, and ports are ports of theirs."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.manifests import MISSING, Manifest, Manifests
from plimsoll.contract.servers import pod_template

SERVERS = ("Deployment", "Rollout", "InferenceService")
"""The kinds of object that run servers."""

_SELECTORS: Mapping[str, Route] = {
    "Service": ("spec", "selector"),
    "PodDisruptionBudget": ("spec", "selector", "matchLabels"),
    "NetworkPolicy": ("spec", "podSelector", "matchLabels"),
}


def check_selectors(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """A Service, budget or network policy selects pods that serve, and names ports that they have."""
    route = _SELECTORS[one.kind]
    wanted: Any = one.value
    for part in route:
        wanted = wanted[part]
    pods = [template for template in _pods(manifests) if _labels(template).items() >= wanted.items()]
    if not pods:
        yield one.finding(MISSING, "selects no pod of this release", *route)
        return
    known = {value for pod in pods for value in _ports(pod)}
    for place, port in _named_ports(one):
        if port not in known:
            yield one.finding(MISSING, f"the selected pods have no port {port!r}", *place)


def _pods(manifests: Manifests) -> Iterator[Mapping[str, Any]]:
    return (pod_template(one.value) for kind in SERVERS for one in manifests.by_kind.get(kind, ()))


def _labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    labels: Mapping[str, str] = template["metadata"]["labels"]
    return labels


def _ports(template: Mapping[str, Any]) -> Iterator[str | int]:
    for container in template["spec"]["containers"]:
        for port in container.get("ports", ()):
            yield port["name"]
            yield port["containerPort"]


def _named_ports(one: Manifest) -> Iterator[tuple[Route, str | int]]:
    spec = one.value["spec"]
    if one.kind == "Service":
        for index, port in enumerate(spec["ports"]):
            yield ("spec", "ports", index, "targetPort"), port["targetPort"]
    for number, rule in enumerate(spec.get("ingress", ())):
        for index, port in enumerate(rule.get("ports", ())):
            yield ("spec", "ingress", number, "ports", index, "port"), port["port"]
