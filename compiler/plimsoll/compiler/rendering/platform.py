"""The objects of an environment itself: what its models and deployments find there."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.bootstrap import render_bootstrap
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import named
from plimsoll.compiler.rendering.secrets import render_secrets
from plimsoll.compiler.rendering.walls import render_walls
from plimsoll.contract.places import DATA_CLAIM, STATE_CLAIM

_RESTRICTED = {
    f"pod-security.kubernetes.io/{what}": word
    for mode in ("enforce", "warn", "audit")
    for what, word in ((mode, "restricted"), (f"{mode}-version", "latest"))
}
"""The Pod Security Standard that every pod here keeps to."""

_STAYS = {
    "argo-cd": {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"},
    "flux": {"kustomize.toolkit.fluxcd.io/prune": "disabled"},
}
"""By the engine that applies a release: how it is told never to take an object away."""


def render_platform(place: Located[Environment]) -> Iterator[RenderedObject]:
    """The namespace with its bounds, where the environment owns it; walls, secrets, claims; what is told once."""
    context, owner = contexts.of_environment(place), named(place)
    spec = place.spec.spec
    lasting = _lasting(context)
    if spec.offers.owns_namespace:
        labels = {**context["labels"], **_RESTRICTED}
        given = {**lasting, "labels": labels, "namespace": None}
        yield plain_object("Namespace", spec.namespace, "namespace", given, owner)
        quota = spec.quota.model_dump(by_alias=True)
        bounded = {**context, "quota": quota, "gpus": sum(one.count for one in spec.quota.gpus)}
        yield plain_object("ResourceQuota", place.name, "resourcequota", bounded, owner)
        yield plain_object("LimitRange", place.name, "limitrange", context, owner)
        yield plain_object("ServiceAccount", "default", "serviceaccount", {**context, "mounts_token": False}, owner)
    if (storage := spec.offers.storage) is not None:
        for name, claim in ((STATE_CLAIM, storage.state), (DATA_CLAIM, storage.data)):
            given = {**lasting, "storage": storage.model_dump(by_alias=True), "claim": claim.model_dump(by_alias=True)}
            yield plain_object("PersistentVolumeClaim", name, "persistentvolumeclaim", given, owner)
    yield from render_walls(place, context, owner)
    yield from render_secrets(place, context, owner)
    yield from render_bootstrap(place, context, owner)


def _lasting(context: dict[str, Any]) -> dict[str, Any]:
    """The context of objects that hold what nobody can make anew."""
    gitops = context["platform"]["gitops"]
    return {**context, "annotations": {**context["annotations"], **(_STAYS[gitops["engine"]] if gitops else {})}}
