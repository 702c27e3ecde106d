"""How many containers of a GPU type work at once, for Argo's semaphores."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.unit import Key
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.naming import units_of
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import named

POOLS = "plimsoll-gpu-pools"

_Counts = defaultdict[str, int]


def render_pools(project: Project, environment: str) -> Iterator[RenderedObject]:
    """The ConfigMap that the semaphores of an environment count by; none where nothing trains or scores on a GPU.

    It is no immutable one with a hash in its name: runs of an old release and of a new one wait for the same pool.
    """
    pools = pool_sizes(project, environment)
    if pools:
        place = project.environments[environment]
        context = {**contexts.of_environment(place), "data": {kind: str(size) for kind, size in sorted(pools.items())}}
        yield plain_object("ConfigMap", POOLS, "configmap-pools", context, named(place))


def pool_sizes(project: Project, environment: str) -> dict[str, int]:
    """For each GPU type how many of the largest of its trainings and scorings fit, beside all servers at their most.

    At least one: a training that does not fit is for the rules about quotas to find, not for a queue to hide. Specs are
    taken as plain data, for an environment may have thousands, and only those that may ask for a GPU.
    """
    most, held = _Counts(int), _Counts(int)
    for unit in units_of(project, environment)[1:]:
        if _may_ask(project, ("Model", unit.model), environment):
            training = project.models[unit.model].values["spec"]["training"]
            machines = (training.get("distributed") or {}).get("nodes", 1)
            _raise(most, training["resources"], machines)
        for name in unit.deployments:
            if not _may_ask(project, ("Deployment", name), environment):
                continue
            spec = project.deployments[name].facts.placed[environment]
            if spec.get("batch"):
                _raise(most, spec["resources"], 1)
            if spec.get("online"):
                kind, count = _gpus(spec["resources"])
                held[kind] += count * spec["online"]["scaling"]["max"]
    quota = {one.type: one.count for one in project.environments[environment].spec.spec.quota.gpus}
    return {kind: max(1, (quota.get(kind, 0) - held[kind]) // need) for kind, need in most.items()}


def _may_ask(project: Project, key: Key, environment: str) -> bool:
    """Whether a spec may ask for GPUs: none does that runs something by itself, and all of it without."""
    work = project.graph.units[key].workloads(environment)
    return not work or any(one.gpus for one in work)


def _raise(most: _Counts, resources: Mapping[str, Any], machines: int) -> None:
    kind, count = _gpus(resources)
    if count:
        most[kind] = max(most[kind], count * machines)


def _gpus(resources: Mapping[str, Any]) -> tuple[str, int]:
    gpu = resources.get("gpu") or {"type": "", "count": 0}
    return gpu["type"], gpu["count"]
