"""The most that workloads may take of an environment together: cost, cores, memory, GPUs."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.project.workloads import Values, Workload


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


def total(workloads: Iterable[Workload], rates: Values) -> Total:
    """Everything together. A GPU without a rate costs nothing here: COST-01 asks that each has one."""
    cost = cpu = memory = 0.0
    gpus: Counter[str] = Counter()
    for one in workloads:
        hourly = one.cores * rates["cpuHour"] + one.gibibytes * rates["memoryGibHour"]
        if one.gpu:
            hourly += one.gpus * rates["gpuHour"].get(one.gpu, 0.0)
            gpus[one.gpu] += one.gpus * one.replicas
        cost += hourly * one.hours * one.replicas
        cpu += one.cores * one.replicas
        memory += one.gibibytes * one.replicas
    return Total(round(cost, 2), cpu, memory, dict(gpus))
