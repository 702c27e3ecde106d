"""Argo Events: what an environment listens to, and what of it starts a model's training.

Nothing of an event's payload reaches a workflow: the day up to which data count is the day on which the event came.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.triggers import DataArrival, DriftAlarm, RegistryChange, Timer, Trigger
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner, named
from plimsoll.compiler.rendering.walls import events_wall

EVENT_SOURCE = "plimsoll-events"
"""The environment's EventSource; Argo Events serves its webhooks as ``plimsoll-events-eventsource-svc``."""

ALARMS = ("dev.plimsoll.drifted", "dev.plimsoll.degraded")
"""The CloudEvents of a monitor that are alarms. A data fault is none: a model trained on faults learns them."""


@dataclass(frozen=True)
class Listened:
    """Something that an EventSource listens to, under its name there; a path of its webhook, or a schedule."""

    name: str
    path: str = ""
    cron: str = ""
    timezone: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """For paths in the payload the values of which it must have one."""


def listened(project: Project, model: Located[Model], environment: str) -> tuple[Listened, ...]:
    """What starts a model's training in an environment, in the order of its spec."""
    if "triggers" not in model.values["spec"]:
        return ()
    name, triggers = model.spec.metadata.name, model.spec.spec.triggers or ()
    here = {deployment for deployment, place in project.graph.placed_of_model(name) if place == environment}
    found = (_listened(trigger, f"{name}-{index}", environment) for index, trigger in enumerate(triggers))
    meant = (not isinstance(trigger, DriftAlarm) or trigger.deployment in here for trigger in triggers)
    return tuple(one for one, is_meant in zip(found, meant, strict=True) if is_meant)


def _listened(trigger: Trigger, own: str, environment: str) -> Listened:
    match trigger:
        case DataArrival():
            return Listened(f"data-{trigger.source}", f"/data/{trigger.source}")
        case DriftAlarm():
            filters = {
                "body.type": ALARMS,
                "body.data.deployment": (trigger.deployment,),
                "body.data.environment": (environment,),
            }
            return Listened("cloudevents", "/events", filters=filters)
        case RegistryChange():
            return Listened("registry", "/registry", filters={"body.data.name": (trigger.name,)})
        case Timer():
            return Listened(f"timer-{own}", cron=trigger.schedule.cron, timezone=trigger.schedule.timezone)


def render_triggers(
    project: Project, model: Located[Model], environment: str, workflow_template: str
) -> Iterator[RenderedObject]:
    """The sensor of a model, and the account that may create its workflows and nothing else."""
    events = listened(project, model, environment)
    if not events:
        return
    name, owner = model.spec.metadata.name, Owner(model, ("spec", "triggers"))
    base, stem = contexts.of_model(project, model.spec, environment), f"{name}-triggers"
    context = {
        **base,
        "service_account": stem,
        "mounts_token": True,
        "source": EVENT_SOURCE,
        "dependencies": [_dependency(index, one) for index, one in enumerate(events)],
        "workflow_template": workflow_template,
    }
    yield plain_object("Sensor", stem, "sensor", context, owner)
    yield plain_object("ServiceAccount", stem, "serviceaccount", context, owner)
    yield plain_object("Role", stem, "role-triggers", context, owner)
    yield plain_object("RoleBinding", stem, "rolebinding", context, owner)


def _dependency(index: int, one: Listened) -> dict[str, Any]:
    filters = [
        {"path": path, "type": "string", "value": [_exactly(value) for value in values]}
        for path, values in one.filters.items()
    ]
    return {"name": f"event{index}", "event": one.name, "filters": filters}


def _exactly(text: str) -> str:
    """A regular expression of Go's for one text: Argo Events takes the values of a filter for such."""
    return "^" + re.sub(r"([\\.+*?()|\[\]{}^$])", r"\\\1", text) + "$"


def render_event_source(project: Project, environment: str) -> Iterator[RenderedObject]:
    """What the environment listens to for all of its models; nothing where none has a trigger, or it has no events."""
    place = project.environments[environment]
    if place.spec.spec.offers.events is None:
        return
    found = {one.name: one for model in project.models_in(environment) for one in listened(project, model, environment)}
    if not found:
        return
    ordered = [found[name] for name in sorted(found)]
    context = {
        **contexts.of_environment(place),
        "webhooks": [one for one in ordered if one.path],
        "timers": [one for one in ordered if one.cron],
    }
    yield plain_object("EventSource", EVENT_SOURCE, "eventsource", context, named(place))
    selector = {"plimsoll.dev/environment": environment, "app.kubernetes.io/component": "events"}
    walled = {**context, **events_wall(place.spec.spec), "selector": selector}
    yield plain_object("NetworkPolicy", f"{environment}-events", "networkpolicy-events", walled, named(place))
