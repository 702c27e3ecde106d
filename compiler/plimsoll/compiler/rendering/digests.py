"""The digest of a spec's effective values: what it means, whatever its file looks like."""

from functools import lru_cache
from typing import Any

from plimsoll.compiler.kinds import Resource
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.contract import digests


def effective_values(resource: Resource) -> dict[str, Any]:
    """A spec as a JSON value, with its defaults."""
    return resource.model_dump(mode="json", by_alias=True)


@lru_cache(maxsize=64)
def located_values(spec: Located[Any]) -> dict[str, Any]:
    """A spec in its project as a JSON value, with its defaults; not to be changed."""
    return effective_values(spec.spec)


@lru_cache(maxsize=64)
def placed_values(placed: PlacedDeployment) -> dict[str, Any]:
    """A deployment as it is in one environment: what it says about the others is left out. It is not to be changed."""
    spec = placed.spec.model_dump(mode="json", by_alias=True, exclude={"environments"})
    return {**located_values(placed.deployment), "spec": spec}


@lru_cache(maxsize=1024)
def located_digest(spec: Located[Any]) -> str:
    """The digest of a spec, which is asked for again in each environment that the spec reaches.

    Laws: it does not depend on comments, on the order of keys, or on whether a default is written out. Owner,
    description and labels do not count: to reword them restarts no server.
    """
    return digest_of(located_values(spec))


@lru_cache(maxsize=64)
def placed_digest(placed: PlacedDeployment) -> str:
    """The digest of a deployment in one environment."""
    return digest_of(placed_values(placed))


def digest_of(values: dict[str, Any]) -> str:
    """The digest of a spec's effective values, less its metadata but for the name."""
    return digests.of_json({"kind": values["kind"], "name": values["metadata"]["name"], "spec": values["spec"]})
