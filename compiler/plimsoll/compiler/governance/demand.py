"""The most that deployments and training may take of an environment: cost, cores, memory, GPUs.

An upper bound, so that a budget which holds on paper holds in fact: an online deployment runs at its largest scale all
month, and every scheduled run lasts until its deadline. Storage and traffic aren't counted.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plimsoll.compiler.governance.context import Demand
from plimsoll.compiler.governance.cron import runs_a_month
from plimsoll.compiler.kinds import Model
from plimsoll.compiler.kinds.common import Resources
from plimsoll.compiler.kinds.deployment import DeploymentSpec
from plimsoll.compiler.kinds.environment import Rates
from plimsoll.compiler.kinds.scalars import cores, gibibytes

HOURS_A_MONTH = 365 * 24 / 12


@dataclass(frozen=True)
class Workload:
    """Containers of one size that run at the same time, and the hours that each of them runs in a month."""

    resources: Resources
    replicas: int
    hours: float


def of_deployment(spec: DeploymentSpec) -> Iterator[Workload]:
    """What a deployment runs in its environment: servers or scorers, and its monitor."""
    if spec.online:
        yield Workload(spec.resources, spec.online.scaling.max, HOURS_A_MONTH)
    if spec.batch:
        yield Workload(spec.resources, 1, runs_a_month(spec.batch.schedule.cron) * spec.timeout / 3600)
    if spec.monitoring:
        yield Workload(spec.resources, 1, runs_a_month(spec.monitoring.schedule.cron) * spec.timeout / 3600)


def of_training(model: Model) -> Iterator[Workload]:
    """What a model's scheduled training runs in an environment; nothing where it is only trained on request."""
    if model.spec.schedule:
        hours = runs_a_month(model.spec.schedule.cron) * model.spec.training.timeout / 3600
        yield Workload(model.spec.training.resources, 1, hours)


def total(workloads: Iterable[Workload], rates: Rates) -> Demand:
    """Everything together. A GPU without a rate costs nothing here: COST-01 asks that each has one."""
    cost = cpu = memory = 0.0
    gpus: Counter[str] = Counter()
    for one in workloads:
        size, gpu = one.resources, one.resources.gpu
        hourly = cores(size.cpu) * rates.cpu_hour + gibibytes(size.memory) * rates.memory_gib_hour
        if gpu:
            hourly += gpu.count * rates.gpu_hour.get(gpu.type, 0.0)
            gpus[gpu.type] += gpu.count * one.replicas
        cost += hourly * one.hours * one.replicas
        cpu += cores(size.cpu) * one.replicas
        memory += gibibytes(size.memory) * one.replicas
    return Demand(monthly_cost=round(cost, 2), cpu=cpu, memory_gib=memory, gpus=dict(gpus))
