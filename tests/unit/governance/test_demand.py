"""Cost and demand, against figures worked out by hand."""

import pytest

from plimsoll.compiler.governance.context import Demand
from plimsoll.compiler.governance.cron import runs_a_month
from plimsoll.compiler.governance.demand import HOURS_A_MONTH, READS, Workload, of_deployment, of_training, total
from plimsoll.compiler.kinds.common import Gpu, Resources
from plimsoll.compiler.kinds.environment import Rates
from plimsoll.compiler.project.reading import values


@pytest.mark.parametrize(
    ("cron", "runs_a_year"),
    [
        ("0 3 1 * *", 12),
        ("30 2 * * *", 365),
        ("*/15 * * * *", 4 * 24 * 365),
        ("0 9-17 * * *", 9 * 365),
        ("0 0 29 2 *", 0),
        ("0 0 * jan,JUL *", 62),
        ("0 0 * * MON-fri", 261),
        ("0 0 * * 7", 52),
        ("0 0 * * 0", 52),
        ("0 0 1 * mon", 12 + 52 - 2),
        ("5/20 0 1 1 *", 3),
        ("99 * * * *", 0),
    ],
)
def test_a_schedule_comes_round_as_often_as_the_calendar_says(cron: str, runs_a_year: int) -> None:
    assert runs_a_month(cron) * 12 == pytest.approx(runs_a_year)


def test_demand_is_the_sum_of_what_may_run_at_once() -> None:
    rates = values(Rates(cpu_hour=0.5, memory_gib_hour=0.25, gpu_hour={"l4": 4.0}))
    workloads = [
        Workload(values(Resources(cpu="500m", memory="2Gi")), replicas=3, hours=HOURS_A_MONTH),
        Workload(values(Resources(cpu="2", memory="512Mi", gpu=Gpu(count=2, type="l4"))), replicas=1, hours=10),
        Workload(values(Resources(cpu="1", memory="1Gi", gpu=Gpu(count=1, type="h100"))), replicas=2, hours=1),
    ]
    found = total(workloads, rates)
    first, second, third = 3 * 730 * (0.25 + 0.5), 10 * (1.0 + 0.125 + 8.0), 2 * (0.5 + 0.25)
    assert found.monthly_cost == pytest.approx(first + second + third, abs=0.01)
    assert found.cpu == pytest.approx(1.5 + 2 + 2)
    assert found.memory_gib == pytest.approx(6 + 0.5 + 2)
    assert found.gpus == {"l4": 2, "h100": 2}


def test_nothing_demands_nothing() -> None:
    assert total([], values(Rates())).values == {"monthlyCost": 0, "cpu": 0, "memoryGib": 0, "gpus": {}}


def test_a_demand_is_what_rules_are_told_it_is() -> None:
    found = total([Workload(values(Resources()), replicas=1, hours=1)], values(Rates())).values
    assert values(Demand.model_validate(found)) == found


class _Noting(dict[str, object]):
    """A mapping that notes which of its keys are asked for."""

    def __init__(self, values: dict[str, object], noted: set[str]) -> None:
        super().__init__({k: _Noting(v, noted) if isinstance(v, dict) else v for k, v in values.items()})
        self.noted = noted

    def __getitem__(self, key: str) -> object:
        self.noted.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        self.noted.add(key)
        return super().get(key, default)


def test_demand_reads_the_fields_that_it_says() -> None:
    noted: set[str] = set()
    resources: dict[str, object] = {"cpu": "1", "memory": "1Gi", "gpu": {"count": 1, "type": "l4"}}
    schedule: dict[str, object] = {"schedule": {"cron": "0 3 * * *"}}
    deployment: dict[str, object] = {"resources": resources, "timeout": 3600, "batch": schedule, "monitoring": schedule}
    deployment["online"] = {"scaling": {"max": 2}}
    model: dict[str, object] = {**schedule, "training": {"timeout": 60, "resources": resources}}
    workloads = [*of_deployment(_Noting(deployment, noted)), *of_training(_Noting(model, noted))]
    total(workloads, values(Rates()))
    assert noted == READS
