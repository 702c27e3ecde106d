"""What every template is given: where an object lives, what it belongs to, and the shares of the machine."""

from functools import lru_cache
from typing import Any

from plimsoll.compiler.kinds import Environment, Metadata, Model
from plimsoll.compiler.kinds.common import Resources
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering.digests import located_digest, placed_digest
from plimsoll.compiler.rendering.inputs import feature_sets_of

SMALL: dict[str, Any] = {"requests": {"cpu": "250m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}
"""What a step gets whose work does not grow with the data."""

WORKFLOW_LABEL = "plimsoll.dev/workflow"
"""The label by which a workflow is found under a name without its hash."""


def server_selector(deployment: str) -> dict[str, str]:
    """The labels that all servers of a deployment bear and no other pod does."""
    return {"plimsoll.dev/deployment": deployment, "app.kubernetes.io/component": "server"}


def of_model(project: Project, model: Model, environment: str) -> dict[str, Any]:
    """The context of the objects that train a model."""
    place = project.environments[environment]
    return _context(place, model.metadata, model.metadata.name, located_digest(project.models[model.metadata.name]))


def of_environment(place: Located[Environment]) -> dict[str, Any]:
    """The context of the objects that belong to an environment and to nothing in it."""
    spec, name = place.spec, place.spec.metadata.name
    return {
        "namespace": spec.spec.namespace,
        "platform": _offers(place),
        "dns": _dns(place),
        "labels": {
            **dict(sorted(spec.metadata.labels.items())),
            "app.kubernetes.io/managed-by": "plimsoll",
            "plimsoll.dev/environment": name,
        },
        "annotations": {"plimsoll.dev/spec-digest": located_digest(place), **_owner(spec.metadata)},
    }


def of_deployment(placed: PlacedDeployment) -> dict[str, Any]:
    """The context of the objects that serve, score or watch."""
    metadata = placed.deployment.spec.metadata
    context = _context(placed.environment, metadata, placed.spec.model, placed_digest(placed))
    context["labels"]["plimsoll.dev/deployment"] = placed.name
    return {**context, "deployment": placed.name}


@lru_cache(maxsize=64)
def _offers(place: Located[Environment]) -> dict[str, Any]:
    """What an environment offers, as templates ask for it; not to be changed."""
    return place.spec.spec.offers.model_dump(by_alias=True)


@lru_cache(maxsize=64)
def _dns(place: Located[Environment]) -> list[dict[str, Any]]:
    """Where names are looked up, if the environment says so; not to be changed."""
    return [one.model_dump() for one in place.spec.spec.network.dns or ()]


def _context(place: Located[Environment], metadata: Metadata, model: str, digest: str) -> dict[str, Any]:
    spec = place.spec.spec
    return {
        "model": model,
        "namespace": spec.namespace,
        "region": spec.region,
        "image": spec.runtime_image,
        "platform": _offers(place),
        "dns": _dns(place),
        "description": metadata.description,
        "labels": {
            **dict(sorted(metadata.labels.items())),
            "app.kubernetes.io/managed-by": "plimsoll",
            "app.kubernetes.io/part-of": model,
            "plimsoll.dev/model": model,
            "plimsoll.dev/environment": place.spec.metadata.name,
        },
        "annotations": {"plimsoll.dev/spec-digest": digest, **_owner(metadata)},
    }


def _owner(metadata: Metadata) -> dict[str, str]:
    return {"plimsoll.dev/owner": metadata.owner} if metadata.owner else {}


def as_workflow(context: dict[str, Any], stem: str, title: str) -> dict[str, Any]:
    """The context of a workflow's objects: labelled with the workflow's stable name, and titled for Argo's list."""
    environment = context["labels"]["plimsoll.dev/environment"]
    shown = {
        "workflows.argoproj.io/title": f"**{title}** · {environment}",
        "workflows.argoproj.io/description": context["description"],
    }
    events = context["platform"]["events"]
    return {
        **context,
        "notifies": bool(events and events["sink"]),
        "stem": stem,
        "service_account": stem,
        "labels": {**context["labels"], WORKFLOW_LABEL: stem},
        "annotations": {**context["annotations"], **shown},
    }


def shares(resources: Resources) -> dict[str, Any]:
    """The shares of a machine, by the name under which templates ask for them.

    ``full`` is what the spec says; ``resources`` is that without the GPU, for steps of ours over the same data.
    """
    memory = {"memory": resources.memory}
    own = {"requests": {"cpu": resources.cpu, **memory}, "limits": memory}
    gpu = {"nvidia.com/gpu": str(resources.gpu.count)} if resources.gpu else {}
    full = {"requests": {**own["requests"], **gpu}, "limits": {**memory, **gpu}}
    return {
        "small": SMALL,
        "resources": own,
        "full": full,
        "accelerator": resources.gpu.type if resources.gpu else None,
    }


def builds(project: Project, model: Model) -> dict[str, Any]:
    """The tasks that build feature sets, each with those that come before it."""
    sets = feature_sets_of(project, model)
    names = {one.spec.metadata.name for one in sets}
    return {
        "feature_sets": [
            {
                "name": one.spec.metadata.name,
                "after": [f"build-{source}" for source in one.spec.spec.sources if source in names],
            }
            for one in sets
        ],
        "build_tasks": [f"build-{one.spec.metadata.name}" for one in sets],
    }
