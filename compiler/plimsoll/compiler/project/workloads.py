"""What a spec runs: containers of one size, how many at once, and for how long in a month.

An upper bound, so that a budget which holds on paper holds in fact: an online deployment runs at its largest scale all
month, and every scheduled run lasts until its deadline. Storage and traffic aren't counted.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from plimsoll.compiler.project.cron import runs_a_month
from plimsoll.compiler.quantities import cores, gibibytes

HOURS_A_MONTH = 365 * 24 / 12

Values = Mapping[str, Any]
"""A part of a spec as rules see it."""


class Workload(NamedTuple):
    """Containers of one size that run at the same time."""

    cores: float
    gibibytes: float
    """The memory of one."""
    gpu: str
    """The type of its GPUs; empty where it has none."""
    gpus: int
    replicas: int
    hours: float
    """How long each of them runs in a month."""


def of_deployment(spec: Values) -> Iterator[Workload]:
    """What a deployment runs in its environment: servers, and what keeps their features fresh; scorers; its monitor."""
    if online := spec.get("online"):
        yield _workload(spec["resources"], online["scaling"]["max"], HOURS_A_MONTH)
        if refresh := online.get("refresh"):
            yield _workload(spec["resources"], 1, runs_a_month(refresh["cron"]) * spec["timeout"] / 3600)
    for scheduled in filter(None, (spec.get("batch"), spec.get("monitoring"))):
        hours = runs_a_month(scheduled["schedule"]["cron"]) * spec["timeout"] / 3600
        yield _workload(spec["resources"], _at_once(scheduled), hours)


def of_training(spec: Values) -> Iterator[Workload]:
    """What a model's scheduled training runs in an environment; nothing where it is only trained on request."""
    if schedule := spec.get("schedule"):
        hours = runs_a_month(schedule["cron"]) * spec["training"]["timeout"] / 3600
        machines = (spec["training"].get("distributed") or {}).get("nodes", 1)
        yield _workload(spec["training"]["resources"], machines, hours)


def _at_once(scheduled: Values) -> int:
    """How many containers of a scheduled run work at the same time."""
    parts = scheduled.get("partitions") or {}
    return int(min(parts.get("parallelism", 1), parts.get("count") or parts.get("parallelism", 1)))


def _workload(size: Values, replicas: int, hours: float) -> Workload:
    gpu = size.get("gpu") or {"type": "", "count": 0}
    return Workload(cores(size["cpu"]), gibibytes(size["memory"]), gpu["type"], gpu["count"], replicas, hours)
