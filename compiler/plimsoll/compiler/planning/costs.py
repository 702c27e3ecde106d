"""What an environment costs in a month, before and after, from its own rates.

For each container: ``(cores × cpuHour + GiB × memoryGibHour + GPUs × gpuHour) × hours × replicas``. A server runs
8,760 / 12 = 730 hours, at its smallest scale for the least and at its largest for the most. A scheduled run takes its
mean number of runs a month, each until its deadline, which is an upper bound for both. Storage and traffic are not
counted. The sum is the one that the budget policies judge (``governance.demand``).
"""

from collections.abc import Iterable, Iterator

from plimsoll.compiler.governance.demand import total
from plimsoll.compiler.planning.plan import CostChange, Range
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.workloads import Values, Workload, of_deployment, of_training


def compare_costs(before: Project | None, after: Project) -> tuple[CostChange, ...]:
    """The environments whose estimate or budget changes."""
    return tuple(_changes(before, after))


def _changes(before: Project | None, after: Project) -> Iterator[CostChange]:
    old = before.environments if before else {}
    for name in sorted({*old, *after.environments}):
        was = monthly(before, name) if before and name in old else None
        will = monthly(after, name) if name in after.environments else None
        place = (after.environments if name in after.environments else old)[name].spec.spec
        kept = name in old and name in after.environments and old[name].spec.spec.budget == place.budget
        if was == will and kept:
            continue
        budget = place.budget.monthly if name in after.environments else None
        yield CostChange(name, place.budget.currency, was, will, budget)


def monthly(project: Project, environment: str) -> Range:
    """What everything in an environment costs in a month, once it is pinned."""
    rates = project.environments[environment].values["spec"]["budget"]["rates"]
    specs = [placed.values["spec"] for placed in project.placed_in(environment)]
    training = [work for model in project.models_in(environment) for work in of_training(model.values["spec"])]
    least = total([*training, *_work(map(_smallest, specs))], rates)
    most = total([*training, *_work(specs)], rates)
    return Range(least.monthly_cost, most.monthly_cost)


def _work(specs: Iterable[Values]) -> Iterator[Workload]:
    for spec in specs:
        yield from of_deployment(spec)


def _smallest(spec: Values) -> Values:
    """A deployment that never scales above its least."""
    if "online" not in spec:
        return spec
    scaling = spec["online"]["scaling"]
    return {**spec, "online": {**spec["online"], "scaling": {**scaling, "max": scaling["min"]}}}
