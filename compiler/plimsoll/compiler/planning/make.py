"""Make a plan. It takes checked projects and nothing else, so that governance cannot be skipped by accident."""

from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.planning.compare import Fields, compare, described
from plimsoll.compiler.planning.costs import compare_costs
from plimsoll.compiler.planning.effects import Sides, effects_of
from plimsoll.compiler.planning.plan import Base, Plan
from plimsoll.compiler.planning.rendered import compare_rendered
from plimsoll.compiler.planning.risks import risks_of
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.release import Release, render


@dataclass(frozen=True)
class Rendered:
    """A checked project, what its specs say field by field, and its releases by environment.

    It holds all that a plan needs, files beside specs included, so that planning itself reads nothing.
    """

    checked: CheckedProject
    fields: Fields
    releases: dict[str, Release]


def render_all(checked: CheckedProject) -> Outcome[Rendered]:
    """Render every environment. What blocks one of them blocks the whole."""
    releases: dict[str, Release] = {}
    found: list[Diagnostic] = []
    for environment in sorted(checked.project.environments):
        outcome = render(checked, environment)
        found += outcome.diagnostics
        if outcome.value is not None:
            releases[environment] = outcome.value
    if any(one.blocks for one in found):
        return Outcome(None, in_order(found))
    try:
        fields = described(checked.project)
    except Unreadable as unreadable:
        return Outcome(None, in_order((*found, unreadable.finding)))
    return Outcome(Rendered(checked, fields, releases), in_order(found))


def make_plan(head: Rendered, base: Rendered | None, described: Base) -> Plan:
    """What it takes to come from the base to the head; from nothing where there is no sound base.

    Law: ``make_plan(x, x, …).empty``.
    """
    after, before = head.checked.project, base.checked.project if base else None
    old = base.releases if base else {}
    objects = compare(base.fields if base else {}, head.fields)
    rendered = compare_rendered(old, head.releases)
    effects = effects_of(Sides(before, after, old, head.releases), objects)
    costs = compare_costs(before, after)
    return Plan(described, objects, rendered, effects, costs, risks_of(before, after, objects, effects, costs))
