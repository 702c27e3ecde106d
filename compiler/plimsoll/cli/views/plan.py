"""A plan as lines for people and as data for machines."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line
from plimsoll.compiler.planning.plan import Action, CostChange, Effect, FieldChange, ObjectChange, Plan, Range

_LOOK: dict[Action, tuple[str, Style]] = {
    "added": ("+", Style.ADDED),
    "changed": ("~", Style.CHANGED),
    "removed": ("-", Style.REMOVED),
}


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data, under the names of its fields."""
    return {**asdict(plan), "empty": plan.empty}


def plan_lines(plan: Plan) -> Iterator[Line]:
    """The plan: what changes, what that causes, what it costs, which risk it carries."""
    yield ["compared with ", Styled(plan.base.name, Style.STRONG)]
    if plan.base.fault:
        yield [Styled("warning", Style.WARNING), f": the base is not sound, so all counts as added: {plan.base.fault}"]
    if plan.empty:
        yield [Styled("nothing changes", Style.GOOD)]
        return
    yield from _objects(plan.objects)
    yield from _effects(plan.effects)
    yield from _rendered(plan)
    yield from _costs(plan.costs)
    yield from _risks(plan)


def _title(text: str) -> Iterator[Line]:
    yield ""
    yield [Styled(text, Style.STRONG)]


def _objects(objects: tuple[ObjectChange, ...]) -> Iterator[Line]:
    yield from _title("what changes")
    for change in objects:
        sign, style = _LOOK[change.action]
        where = f" in {change.environment}" if change.environment else ""
        count = f" ({len(change.fields)} values)" if change.action != "changed" else ""
        yield ["  ", Styled(f"{sign} {change.key}", style), f"{where}{count}"]
        if change.action == "changed":
            yield from map(_field, change.fields)


def _field(change: FieldChange) -> Line:
    before, after = change.before, change.after
    route = f"      {change.route.removeprefix('spec.')}: "
    if before is None:
        return [route, Styled(f"{after}", Style.ADDED)]
    if after is None:
        return [route, Styled(before, Style.REMOVED), " is taken away"]
    return [route, Styled(before, Style.REMOVED), " → ", Styled(after, Style.ADDED)]


def _effects(effects: tuple[Effect, ...]) -> Iterator[Line]:
    """Effects by what they are about; one that is the same in several environments is told once."""
    if effects:
        yield from _title("what that causes")
    together: dict[tuple[Any, ...], list[str]] = {}
    for one in effects:
        together.setdefault((one.subject, one.kind, one.text, one.because), []).append(one.environment)
    told = sorted(together.items(), key=lambda pair: pair[0][0])
    for subject, group in groupby(told, key=lambda pair: pair[0][0]):
        yield f"  {subject}"
        for (_, kind, text, because), environments in group:
            where = f" in {', '.join(filter(None, environments))}" if any(environments) else ""
            yield ["    ", Styled(kind, Style.DIM if kind == "describe" else Style.CHANGED), f"{where}: {text}"]
            for why in because:
                yield [Styled(f"      because {why}", Style.DIM)]


def _rendered(plan: Plan) -> Iterator[Line]:
    yield from _title("rendered objects")
    if not plan.rendered:
        yield "  none differs"
    for environment, group in groupby(plan.rendered, key=lambda change: change.environment):
        changes = list(group)
        yield f"  {environment}"
        for change in (one for one in changes if not one.described_only):
            sign, style = _LOOK[change.action]
            yield ["    ", Styled(f"{sign} {change.file}", style)]
        if described := sum(one.described_only for one in changes):
            yield [Styled(f"    ~ {described} in {'its' if described == 1 else 'their'} annotations only", Style.DIM)]


def _costs(costs: tuple[CostChange, ...]) -> Iterator[Line]:
    if costs:
        yield from _title("estimated cost a month")
    for change in costs:
        budget = f", of a budget of {change.budget:,.0f}" if change.budget is not None else ""
        yield f"  {change.environment}: {_range(change.before)} → {_range(change.after)} {change.currency}{budget}"


def _range(cost: Range | None) -> str:
    if cost is None:
        return "nothing"
    return f"{cost.least:,.2f}" if cost.least == cost.most else f"{cost.least:,.2f} to {cost.most:,.2f}"


def _risks(plan: Plan) -> Iterator[Line]:
    if plan.risks:
        yield from _title("risks")
    for risk in plan.risks:
        yield ["  ", Styled(risk.word, Style.WARNING), f": {risk.text}"]
