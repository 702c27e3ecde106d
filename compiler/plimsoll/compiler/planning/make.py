"""Make a plan. It takes checked projects and nothing else, so that governance cannot be skipped by accident."""

from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.planning.compare import compare
from plimsoll.compiler.planning.costs import compare_costs
from plimsoll.compiler.planning.effects import Sides, effects_of
from plimsoll.compiler.planning.plan import Base, Plan
from plimsoll.compiler.planning.rendered import compare_rendered
from plimsoll.compiler.planning.risks import risks_of
from plimsoll.compiler.rendering.release import Release, render


@dataclass(frozen=True)
class Rendered:
    """A checked project and its releases by environment."""

    checked: CheckedProject
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
    blocked = any(one.blocks for one in found)
    return Outcome(None if blocked else Rendered(checked, releases), in_order(found))


def make_plan(head: Rendered, base: Rendered | None, described: Base) -> Plan:
    """What it takes to come from the base to the head; from nothing where there is no sound base.

    Law: ``make_plan(x, x, …).empty``.
    """
    after, before = head.checked.project, base.checked.project if base else None
    old = base.releases if base else {}
    objects = compare(before, after)
    rendered = compare_rendered(old, head.releases)
    effects = effects_of(Sides(before, after, old, head.releases), objects)
    costs = compare_costs(before, after)
    return Plan(described, objects, rendered, effects, costs, risks_of(before, after, objects, effects, costs))
