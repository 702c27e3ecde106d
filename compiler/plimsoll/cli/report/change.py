"""The plan of a change, in a reviewer's words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from plimsoll.cli.report.given import GivenEffect, GivenField, GivenObject, GivenPlan, GivenRange, GivenRisk, read_given
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.words import count


@dataclass(frozen=True)
class ShownObject:
    """A spec that changes in the same way in all of some environments."""

    key: str
    action: str
    environments: tuple[str, ...]
    fields: tuple[GivenField, ...]


@dataclass(frozen=True)
class ShownEffect:
    """What a change causes, in all of some environments."""

    kind: str
    subject: str
    text: str
    because: tuple[str, ...]
    environments: tuple[str, ...]


@dataclass(frozen=True)
class ShownCost:
    """A month's cost before and after, beside the budget."""

    environment: str
    before: str
    after: str
    budget: str
    used: float | None
    """The most that the month after may cost, as a share of the budget; nothing without a budget."""


@dataclass(frozen=True)
class PlanView:
    """Everything that the plan says."""

    base: str
    fault: str
    objects: tuple[ShownObject, ...]
    effects: tuple[ShownEffect, ...]
    costs: tuple[ShownCost, ...]
    risks: tuple[GivenRisk, ...]
    rendered: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    """By environment: its name, a count in words, and the files with what becomes of them."""


def plan_section(document: dict[str, Any] | None) -> Section | None:
    """The section on the plan, where one was made.

    Raises:
        Refused: when the document is not what ``plimsoll plan --json`` prints.
    """
    if document is None:
        return None
    plan = read_given(GivenPlan, "plan", document)
    objects = _objects(plan.objects)
    view = PlanView(
        base=plan.base.name,
        fault=plan.base.fault,
        objects=objects,
        effects=_effects(plan.effects),
        costs=tuple(_costs(plan)),
        risks=plan.risks,
        rendered=tuple(_rendered(plan)),
    )
    changes = f"{count(len({one.key for one in objects}), 'spec')} changed" if objects else "nothing changes"
    risks = f" · {count(len(plan.risks), 'risk')}" if plan.risks else ""
    lead = "What the change does, what that causes, what it costs in a month, and what a reviewer must not miss."
    return Section("plan", "Plan", Status.WARN if plan.risks else Status.GOOD, f"{changes}{risks}", lead, view)


def _objects(objects: Iterable[GivenObject]) -> tuple[ShownObject, ...]:
    together: dict[tuple[str, str, tuple[GivenField, ...]], list[str]] = {}
    for one in objects:
        together.setdefault((one.key, one.action, one.fields), []).append(one.environment)
    return tuple(
        ShownObject(key, action, tuple(filter(None, places)), fields)
        for (key, action, fields), places in together.items()
    )


def _effects(effects: Iterable[GivenEffect]) -> tuple[ShownEffect, ...]:
    together: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for one in effects:
        together.setdefault((one.kind, one.subject, one.text, one.because), []).append(one.environment)
    return tuple(ShownEffect(*what, tuple(filter(None, places))) for what, places in together.items())


def _costs(plan: GivenPlan) -> Iterable[ShownCost]:
    for one in plan.costs:
        budget = f"{one.budget:,.0f} {one.currency}" if one.budget is not None else ""
        used = one.after.most / one.budget if one.after and one.budget else None
        yield ShownCost(
            one.environment, _money(one.before, one.currency), _money(one.after, one.currency), budget, used
        )


def _money(cost: GivenRange | None, currency: str) -> str:
    if cost is None:
        return "nothing"
    span = f"{cost.least:,.2f}" if cost.least == cost.most else f"{cost.least:,.2f} to {cost.most:,.2f}"
    return f"{span} {currency}"


def _rendered(plan: GivenPlan) -> Iterable[tuple[str, str, tuple[tuple[str, str], ...]]]:
    for environment in dict.fromkeys(one.environment for one in plan.rendered):
        here = [one for one in plan.rendered if one.environment == environment]
        counted = Counter("annotations only" if one.described_only else one.action for one in here)
        said = ", ".join(f"{counted[word]} {word}" for word in counted)
        files = tuple((one.file, "annotations only" if one.described_only else one.action) for one in here)
        yield environment, said, files
