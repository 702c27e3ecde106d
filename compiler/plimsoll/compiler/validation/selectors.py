"""Whether selectors select the release's own pods, and ports are ports of theirs."""

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
    "PeerAuthentication": ("spec", "selector", "matchLabels"),
    "AuthorizationPolicy": ("spec", "selector", "matchLabels"),
    "Server": ("spec", "podSelector", "matchLabels"),
}

_MAY_SELECT_ALL = frozenset({"NetworkPolicy"})
"""Without labels, it is about every pod."""

_OF_PROXIES = frozenset({4143, 15020})
"""Ports that a mesh's proxy listens on, once it is injected."""


def check_selectors(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """What selects pods selects some of this release, and names ports that they have."""
    route = _SELECTORS[one.kind]
    wanted: Any = one.value
    for part in route:
        wanted = wanted.get(part, {}) if one.kind in _MAY_SELECT_ALL else wanted[part]
    pods = [template for template in _pods(manifests) if _labels(template).items() >= wanted.items()]
    if not pods:
        yield one.finding(MISSING, "selects no pod of this release", *route)
        return
    known = {value for pod in pods for value in _ports(pod)}
    for place, port in _named_ports(one):
        if port not in known:
            yield one.finding(MISSING, f"the selected pods have no port {port!r}", *place)


def _pods(manifests: Manifests) -> Iterator[Mapping[str, Any]]:
    yield from (pod_template(one.value) for kind in SERVERS for one in manifests.by_kind.get(kind, ()))
    for one in manifests.by_kind.get("WorkflowTemplate", ()):
        yield {"metadata": one.value["spec"].get("podMetadata", {}), "spec": {"containers": ()}}
    for kind in ("EventSource", "Sensor"):
        for one in manifests.by_kind.get(kind, ()):
            ports = one.value["spec"].get("service", {}).get("ports", ())
            listening = [{"name": port["name"], "containerPort": port["targetPort"]} for port in ports]
            yield {
                "metadata": one.value["spec"]["template"]["metadata"],
                "spec": {"containers": [{"ports": listening}]},
            }
    for one in manifests.by_kind.get("TrainingRuntime", ()):
        for job in one.value["spec"]["template"]["spec"]["replicatedJobs"]:
            yield job["template"]["spec"]["template"]


def _labels(template: Mapping[str, Any]) -> Mapping[str, str]:
    labels: Mapping[str, str] = template["metadata"].get("labels", {})
    return labels


def _ports(template: Mapping[str, Any]) -> Iterator[str | int]:
    for container in template["spec"]["containers"]:
        for port in container.get("ports", ()):
            yield port["name"]
            yield port["containerPort"]
    if _has_proxy(template["metadata"]):
        yield from _OF_PROXIES


def _has_proxy(metadata: Mapping[str, Any]) -> bool:
    asked = {**metadata.get("labels", {}), **metadata.get("annotations", {})}
    return asked.get("sidecar.istio.io/inject") == "true" or asked.get("linkerd.io/inject") == "enabled"


def _named_ports(one: Manifest) -> Iterator[tuple[Route, str | int]]:
    spec = one.value["spec"]
    if one.kind == "Service":
        for index, port in enumerate(spec["ports"]):
            yield ("spec", "ports", index, "targetPort"), port["targetPort"]
    if one.kind == "Server":
        yield ("spec", "port"), spec["port"]
    for number, rule in enumerate(spec.get("ingress", ())):
        for index, port in enumerate(rule.get("ports", ())):
            yield ("spec", "ingress", number, "ports", index, "port"), port["port"]


def check_service_monitor(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """A ServiceMonitor selects one Service of the release, and names ports that it has."""
    wanted = one.value["spec"]["selector"]["matchLabels"]
    services = [
        service
        for service in manifests.by_kind.get("Service", ())
        if service.value["metadata"].get("labels", {}).items() >= wanted.items()
    ]
    if len(services) != 1:
        found = ", ".join(service.name for service in services) or "none"
        yield one.finding(MISSING, f"selects not one Service of this release, but {found}", "spec", "selector")
        return
    known = {port["name"] for port in services[0].value["spec"]["ports"]}
    for index, endpoint in enumerate(one.value["spec"]["endpoints"]):
        if endpoint["port"] not in known:
            route = ("spec", "endpoints", index, "port")
            yield one.finding(MISSING, f"{services[0].name} has no port {endpoint['port']!r}", *route)


def check_authorization(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """Istio's selects pods; Linkerd's names a Server, and authentications that must hold."""
    spec = one.value["spec"]
    if "targetRef" not in spec:
        yield from check_selectors(one, manifests)
        return
    named: list[tuple[Route, Mapping[str, str]]] = [(("spec", "targetRef"), spec["targetRef"])]
    named += [
        (("spec", "requiredAuthenticationRefs", index), reference)
        for index, reference in enumerate(spec["requiredAuthenticationRefs"])
    ]
    for route, reference in named:
        if not manifests.has(reference["kind"], reference["name"]):
            message = f"the release has no {reference['kind']} {reference['name']!r}"
            yield one.finding(MISSING, message, *route, "name")
