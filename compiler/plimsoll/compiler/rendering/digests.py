"""The digest of a spec's effective values: what it means, whatever its file looks like."""

from typing import Any

from plimsoll.compiler.kinds import Resource
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.contract import digests


def effective_values(resource: Resource) -> dict[str, Any]:
    """A spec as a JSON value, with its defaults."""
    return resource.model_dump(mode="json", by_alias=True)


def placed_values(placed: PlacedDeployment) -> dict[str, Any]:
    """A deployment as it is in one environment: what it says about the others is left out."""
    spec = placed.spec.model_dump(mode="json", by_alias=True, exclude={"environments"})
    return {**effective_values(placed.deployment.spec), "spec": spec}


def spec_digest(resource: Resource) -> str:
    """The digest of a spec.

    Laws: it does not depend on comments, on the order of keys, or on whether a default is written out. Owner,
    description and labels do not count: to reword them restarts no server.
    """
    return digest_of(effective_values(resource))


def placed_digest(placed: PlacedDeployment) -> str:
    """The digest of a deployment in one environment."""
    return digest_of(placed_values(placed))


def digest_of(values: dict[str, Any]) -> str:
    """The digest of a spec's effective values, less its metadata but for the name."""
    return digests.of_json({"kind": values["kind"], "name": values["metadata"]["name"], "spec": values["spec"]})
