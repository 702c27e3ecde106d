"""Whether a sensor waits for events that there are, and starts a workflow that there is."""

from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Route
from plimsoll.compiler.validation.manifests import MISSING, Manifest, Manifests
from plimsoll.compiler.validation.volumes import check_account
from plimsoll.compiler.validation.workflows import check_workflow_call

_KINDS = ("webhook", "calendar")


def check_sensor(one: Manifest, manifests: Manifests) -> Iterator[Diagnostic]:
    """Every event that a sensor depends on, every dependency that its triggers name, and what they create."""
    spec: Mapping[str, Any] = one.value["spec"]
    yield from check_account(one, manifests, spec["template"], ("spec", "template"))
    for index, dependency in enumerate(spec["dependencies"]):
        yield from _event(one, manifests, dependency, ("spec", "dependencies", index))
    known = {dependency["name"] for dependency in spec["dependencies"]}
    for index, trigger in enumerate(spec["triggers"]):
        route: Route = ("spec", "triggers", index, "template")
        named = trigger["template"]["conditions"].split(" || ")
        named += [parameter["src"]["dependencyName"] for parameter in trigger["template"]["k8s"]["parameters"]]
        for name in sorted(set(named) - known):
            yield one.finding(MISSING, f"there is no dependency {name!r}", *route)
        yield from check_workflow_call(one, manifests, created_by(trigger)["spec"], (*route, "k8s"))


def created_by(trigger: Mapping[str, Any]) -> Mapping[str, Any]:
    """The workflow that a trigger creates."""
    created: Mapping[str, Any] = trigger["template"]["k8s"]["source"]["resource"]
    return created


def _event(one: Manifest, manifests: Manifests, given: Mapping[str, Any], route: Route) -> Iterator[Diagnostic]:
    source = manifests.by_name.get(("EventSource", given["eventSourceName"]))
    if source is None:
        message = f"the release has no EventSource {given['eventSourceName']!r}"
        yield one.finding(MISSING, message, *route, "eventSourceName")
    elif not any(given["eventName"] in source.value["spec"].get(kind, {}) for kind in _KINDS):
        message = f"{source.name} has no event {given['eventName']!r}"
        yield one.finding(MISSING, message, *route, "eventName")
