"""Cost and demand, against figures worked out by hand."""

import pytest

from plimsoll.compiler.governance.context import Demand
from plimsoll.compiler.governance.demand import total
from plimsoll.compiler.kinds.common import Gpu, Resources
from plimsoll.compiler.kinds.environment import Rates
from plimsoll.compiler.project.cron import runs_a_month
from plimsoll.compiler.project.reading import values
from plimsoll.compiler.project.workloads import HOURS_A_MONTH, Workload, of_deployment, of_training


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
        ("0 0 */2 * MON", 211),
        ("0 0 */1 * MON", 52),
        ("0 0 1,* * MON", 52),
        ("0 0 1 * */2", 213),
        ("0 0 * * */2", 208),
        ("0 0 10-12 * */3", 178),
        ("5/20 0 1 1 *", 3),
        ("99 * * * *", 0),
    ],
)
def test_a_schedule_comes_round_as_often_as_the_calendar_says(cron: str, runs_a_year: int) -> None:
    assert runs_a_month(cron) * 12 == pytest.approx(runs_a_year)


def test_demand_is_the_sum_of_what_may_run_at_once() -> None:
    rates = values(Rates(cpu_hour=0.5, memory_gib_hour=0.25, gpu_hour={"l4": 4.0}))
    workloads = [
        Workload(0.5, 2.0, "", 0, replicas=3, hours=HOURS_A_MONTH),
        Workload(2.0, 0.5, "l4", 2, replicas=1, hours=10),
        Workload(1.0, 1.0, "h100", 1, replicas=2, hours=1),
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
    found = total([Workload(1.0, 1.0, "l4", 1, replicas=1, hours=1)], values(Rates())).values
    assert values(Demand.model_validate(found)) == found


def test_servers_run_all_month_and_runs_until_their_deadline() -> None:
    resources = values(Resources(cpu="500m", memory="2Gi", gpu=Gpu(count=2, type="l4")))
    nightly = {"schedule": {"cron": "30 2 * * *"}}
    spec = {"resources": resources, "timeout": 7200, "online": {"scaling": {"max": 3}}, "monitoring": nightly}
    assert list(of_deployment(spec)) == [
        Workload(0.5, 2.0, "l4", 2, 3, HOURS_A_MONTH),
        Workload(0.5, 2.0, "l4", 2, 1, pytest.approx(365 / 12 * 2)),
    ]
    training = {"timeout": 1800, "resources": values(Resources(cpu="2", memory="512Mi"))}
    assert list(of_training({"training": training, **nightly})) == [
        Workload(2.0, 0.5, "", 0, 1, pytest.approx(365 / 12 / 2))
    ]
    assert list(of_training({"training": training})) == []
