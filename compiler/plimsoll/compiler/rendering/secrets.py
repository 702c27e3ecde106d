"""Where the secrets of an environment come from: never from a spec."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner

TRUST = "plimsoll-trust"
"""The secret that holds the trusted root, and what signs models: the only one that is mounted."""


def render_secrets(place: Located[Environment], context: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """What fetches the secret that workloads mount, where the environment names a store."""
    store = place.spec.spec.offers.secrets
    if store is not None:
        key = f"{store.prefix}/{place.spec.metadata.name}/{TRUST}"
        given = {**context, "store": store.model_dump(by_alias=True), "key": key}
        yield plain_object("ExternalSecret", TRUST, "externalsecret", given, owner)
