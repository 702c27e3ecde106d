"""The objects of one pinned deployment in one environment: those that serve or score, and those that watch."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds.common import Resources, Schedule
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.accounts import workflow_account
from plimsoll.compiler.rendering.alerts import render_alerts
from plimsoll.compiler.rendering.mesh import render_mesh
from plimsoll.compiler.rendering.objects import (
    RenderedObject,
    config_map,
    workflow_object,
    workflow_template,
)
from plimsoll.compiler.rendering.owner import Owner, named
from plimsoll.compiler.rendering.requests import request_text, serving_request
from plimsoll.compiler.rendering.serving import render_serving
from plimsoll.contract.places import REQUEST_FILE

_OUTLASTS = {
    "argo-cd": {
        "argocd.argoproj.io/compare-options": "IgnoreExtraneous",
        "argocd.argoproj.io/sync-options": "Prune=false",
    },
    "flux": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
}
"""By the engine that applies a release: how an object that the next release lacks is left, and makes no difference."""


def render_deployment(project: Project, placed: PlacedDeployment, training_template: str) -> Iterator[RenderedObject]:
    """The request, then servers and their refresh or a batch workflow, then a monitor.

    ``training_template`` is what a monitor may start.

    Raises:
        Unreadable: when SQL can't be read.
    """
    base, owner = contexts.of_deployment(placed), named(placed.deployment)
    asked = serving_request(project, placed)
    files = {REQUEST_FILE: request_text(project, placed.model.name, asked)}
    request = config_map(placed.name, files, {}, _outlasting(placed, base), owner)
    yield request
    context = {
        **base,
        "request": request.name,
        "guarded": asked.guard is not None,
        "deadline": placed.spec.timeout,
    }
    if placed.spec.online is not None:
        yield from render_serving(placed, {**context, **contexts.shares(placed.spec.resources)}, owner)
        yield from render_mesh(placed, base, owner)
        yield from render_alerts(placed, base, owner)
        if placed.spec.online.refresh is not None:
            given = {**context, **contexts.builds(project, placed.model.spec)}
            yield from _workflow(placed, "refresh", placed.spec.online.refresh, given, owner)
    if placed.spec.batch is not None:
        partitions = placed.spec.batch.partitions
        given = {
            **context,
            **contexts.builds(project, placed.model.spec),
            "partitions": partitions.model_dump() if partitions else None,
            "predictions": f"predictions/{placed.environment.name}/{placed.name}",
        }
        yield from _workflow(placed, "score", placed.spec.batch.schedule, given, owner)
    if placed.spec.monitoring is not None:
        given = {**context, "training_template": None}
        if placed.spec.monitoring.remediation.retrain_on:
            given["training_template"] = training_template
        yield from _workflow(placed, "monitor", placed.spec.monitoring.schedule, given, owner)


def _outlasting(placed: PlacedDeployment, base: dict[str, Any]) -> dict[str, Any]:
    """What a server was asked outlasts its release: its pods are there until the next version has proved itself.

    One that is moved to another node meanwhile, or added, mounts it anew.
    """
    gitops = placed.environment.spec.spec.offers.gitops
    if placed.spec.online is None or gitops is None:
        return base
    return {**base, "annotations": {**base["annotations"], **_OUTLASTS[gitops.engine]}}


def _workflow(
    placed: PlacedDeployment, verb: str, schedule: Schedule, given: dict[str, Any], owner: Owner
) -> Iterator[RenderedObject]:
    stem = f"{placed.name}-{verb}"
    resources = placed.spec.resources
    if verb != "score":
        resources = Resources(cpu=resources.cpu, memory=resources.memory)
    context = {
        **contexts.as_workflow(given, stem, f"{verb.capitalize()} {placed.name}"),
        **contexts.shares(resources),
    }
    workflow = workflow_template(stem, f"workflowtemplate-{verb}", context, owner)
    yield workflow
    when = {"schedule": schedule.model_dump(), "workflow_template": workflow.name}
    yield workflow_object("CronWorkflow", stem, "cronworkflow", {**context, **when}, owner)
    creates = bool(context.get("training_template"))
    yield from workflow_account(context, owner, creates_workflows=creates)
