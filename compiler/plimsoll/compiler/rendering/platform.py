"""The objects of an environment itself: what its models and deployments find there."""

from collections.abc import Iterator

from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import named
from plimsoll.compiler.rendering.secrets import render_secrets
from plimsoll.compiler.rendering.walls import render_walls

_RESTRICTED = {
    f"pod-security.kubernetes.io/{what}": word
    for mode in ("enforce", "warn", "audit")
    for what, word in ((mode, "restricted"), (f"{mode}-version", "latest"))
}
"""The Pod Security Standard that every pod here keeps to."""


def render_platform(place: Located[Environment]) -> Iterator[RenderedObject]:
    """The namespace, where the environment owns it; its walls, and where its secrets come from."""
    context, owner = contexts.of_environment(place), named(place)
    spec = place.spec.spec
    if spec.offers.owns_namespace:
        labels = {**context["labels"], **_RESTRICTED}
        yield plain_object(
            "Namespace", spec.namespace, "namespace", {**context, "labels": labels, "namespace": None}, owner
        )
    yield from render_walls(place, context, owner)
    yield from render_secrets(place, context, owner)
