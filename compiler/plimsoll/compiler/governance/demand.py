"""The most that deployments and training may take of an environment: cost, cores, memory, GPUs.

An upper bound, so that a budget which holds on paper holds in fact: an online deployment runs at its largest scale all
month, and every scheduled run lasts until its deadline. Storage and traffic aren't counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.governance.cron import runs_a_month
from plimsoll.compiler.quantities import cores, gibibytes

HOURS_A_MONTH = 365 * 24 / 12

READS = frozenset(
    {"online", "scaling", "max", "batch", "monitoring", "schedule", "cron", "timeout", "training"}
    | {"resources", "cpu", "memory", "gpu", "count", "type"}
)
"""The fields of a spec that anything here reads."""

Values = Mapping[str, Any]
"""A part of a spec as rules see it."""


@dataclass(frozen=True)
class Workload:
    """Containers of one size that run at the same time, and the hours that each of them runs in a month."""

    resources: Values
    replicas: int
    hours: float


@dataclass(frozen=True)
class Total:
    """Everything together: the fields of ``governance.context.Demand``."""

    monthly_cost: float
    cpu: float
    memory_gib: float
    gpus: dict[str, int]

    @property
    def values(self) -> dict[str, Any]:
        """The demand as rules see it."""
        cost, cpu, memory = self.monthly_cost, self.cpu, self.memory_gib
        return {"monthlyCost": cost, "cpu": cpu, "memoryGib": memory, "gpus": self.gpus}


def of_deployment(spec: Values) -> Iterator[Workload]:
    """What a deployment runs in its environment: servers or scorers, and its monitor."""
    if online := spec.get("online"):
        yield Workload(spec["resources"], online["scaling"]["max"], HOURS_A_MONTH)
    for scheduled in filter(None, (spec.get("batch"), spec.get("monitoring"))):
        yield Workload(spec["resources"], 1, runs_a_month(scheduled["schedule"]["cron"]) * spec["timeout"] / 3600)


def of_training(spec: Values) -> Iterator[Workload]:
    """What a model's scheduled training runs in an environment; nothing where it is only trained on request."""
    if schedule := spec.get("schedule"):
        hours = runs_a_month(schedule["cron"]) * spec["training"]["timeout"] / 3600
        yield Workload(spec["training"]["resources"], 1, hours)


def total(workloads: Iterable[Workload], rates: Values) -> Total:
    """Everything together. A GPU without a rate costs nothing here: COST-01 asks that each has one."""
    cost = cpu = memory = 0.0
    gpus: Counter[str] = Counter()
    for one in workloads:
        size, gpu = one.resources, one.resources.get("gpu")
        hourly = cores(size["cpu"]) * rates["cpuHour"] + gibibytes(size["memory"]) * rates["memoryGibHour"]
        if gpu:
            hourly += gpu["count"] * rates["gpuHour"].get(gpu["type"], 0.0)
            gpus[gpu["type"]] += gpu["count"] * one.replicas
        cost += hourly * one.hours * one.replicas
        cpu += cores(size["cpu"]) * one.replicas
        memory += gibibytes(size["memory"]) * one.replicas
    return Total(round(cost, 2), cpu, memory, dict(gpus))
