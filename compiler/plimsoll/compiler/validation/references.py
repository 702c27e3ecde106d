"""Whether every name in a release leads to something in it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route, in_order
from plimsoll.compiler.validation.manifests import MISSING, UNREADABLE, Manifest, Manifests, read_manifests
from plimsoll.compiler.validation.selectors import (
    SERVERS,
    check_authorization,
    check_selectors,
    check_service_monitor,
)
from plimsoll.compiler.validation.sensors import check_sensor
from plimsoll.compiler.validation.servers import check_http_route, check_scaled, check_server, check_virtual_service
from plimsoll.compiler.validation.volumes import check_pod
from plimsoll.compiler.validation.workflows import check_workflow_call, check_workflow_template

_Check = Callable[[Manifest, Manifests], Iterator[Diagnostic]]


def check_references(files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """Follow every reference of a release: between objects, and within workflows every template and ``{{expression}}``.

    ``files`` are the rendered files by name. Needs nothing beyond the compiler, and no network.
    """
    manifests, unreadable = read_manifests(files)
    found = list(unreadable)
    for one in manifests.objects:
        found += _follow(one, manifests)
    return in_order(found)


def _follow(one: Manifest, manifests: Manifests) -> list[Diagnostic]:
    check = _CHECKS.get(one.kind)
    try:
        return list(check(one, manifests)) if check else []
    except (KeyError, TypeError, AttributeError) as error:
        return [one.finding(UNREADABLE, f"not shaped like a {one.kind}: {type(error).__name__} {error}")]


def _cron_workflow(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    yield from check_workflow_call(one, manifests, one.value["spec"]["workflowSpec"], ("spec", "workflowSpec"))


def _role_binding(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    role: Mapping[str, Any] = one.value["roleRef"]
    if not manifests.has(role["kind"], role["name"]):
        yield one.finding(MISSING, f"the release has no {role['kind']} {role['name']!r}", "roleRef", "name")
    for index, subject in enumerate(one.value["subjects"]):
        if not manifests.has(subject["kind"], subject["name"]):
            message = f"the release has no {subject['kind']} {subject['name']!r}"
            yield one.finding(MISSING, message, "subjects", index, "name")


def _training_runtime(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    for index, job in enumerate(one.value["spec"]["template"]["spec"]["replicatedJobs"]):
        inside: Route = ("template", "spec", "template", "spec")
        route: Route = ("spec", "template", "spec", "replicatedJobs", index, *inside)
        yield from check_pod(one, manifests, job["template"]["spec"]["template"]["spec"], route)


_CHECKS: Mapping[str, _Check] = {
    "WorkflowTemplate": check_workflow_template,
    "CronWorkflow": _cron_workflow,
    "RoleBinding": _role_binding,
    **dict.fromkeys(SERVERS, check_server),
    "Sensor": check_sensor,
    "HorizontalPodAutoscaler": check_scaled,
    "ScaledObject": check_scaled,
    "HTTPRoute": check_http_route,
    "VirtualService": check_virtual_service,
    "Service": check_selectors,
    "TrainingRuntime": _training_runtime,
    "PodDisruptionBudget": check_selectors,
    "NetworkPolicy": check_selectors,
    "PeerAuthentication": check_selectors,
    "AuthorizationPolicy": check_authorization,
    "Server": check_selectors,
    "ServiceMonitor": check_service_monitor,
}
