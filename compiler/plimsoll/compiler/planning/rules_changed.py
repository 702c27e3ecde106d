"""Governance before and after: whether a rule is bound less hard, or more may pass it."""

from collections.abc import Iterator

from plimsoll.compiler.kinds import PolicyBinding, Waiver
from plimsoll.compiler.planning.plan import ObjectChange, Risk
from plimsoll.compiler.project.project import Project

_STRICTNESS = ("audit", "warn", "deny")
_GOVERNANCE = ("Policy", "PolicyBinding", "Waiver")


def governance_risks(before: Project | None, after: Project, objects: tuple[ObjectChange, ...]) -> Iterator[Risk]:
    """A sentence for each change of a policy, a binding or a waiver; those that let more pass say so."""
    if before is None:
        return
    for change in objects:
        kind, _, name = change.key.partition("/")
        if kind not in _GOVERNANCE or change.described_only:
            continue
        if kind == "PolicyBinding":
            looser = _binding_is_looser(before, after, name)
        elif kind == "Waiver":
            looser = _waiver_is_looser(before, after, name)
        else:
            looser = change.action == "removed"
        yield _risk(change, looser=looser)


def _risk(change: ObjectChange, *, looser: bool) -> Risk:
    fields = ", ".join(one.route.removeprefix("spec.") for one in change.fields if one.route.startswith("spec."))
    what = f"{change.key} is {change.action}" + (f": {fields}" if change.action == "changed" else "")
    return Risk("loosens-governance", f"{what}; more may pass") if looser else Risk("changes-governance", what)


def _binding_is_looser(before: Project, after: Project, name: str) -> bool:
    """Whether a rule may be bound less hard somewhere: a softer mode, fewer rules, fewer environments, or no binding.

    A new binding can only add to what is bound where another exists; where none does, it may also soften a rule's own
    default, so anything but ``deny`` counts as looser.
    """
    old, new = _binding(before, name), _binding(after, name)
    if new is None or old is None:
        return new is None or new.spec.mode != "deny"
    softer = _STRICTNESS.index(new.spec.mode) < _STRICTNESS.index(old.spec.mode)
    everywhere, was_everywhere = not new.spec.environments, not old.spec.environments
    fewer_places = not everywhere and (was_everywhere or not set(old.spec.environments) <= set(new.spec.environments))
    return softer or fewer_places or not set(old.spec.policies) <= set(new.spec.policies)


def _binding(project: Project, name: str) -> PolicyBinding | None:
    found = project.bindings.get(name)
    return found.spec if found else None


def _waiver_is_looser(before: Project, after: Project, name: str) -> bool:
    """Whether a waiver is new, holds longer, or lets something else pass."""
    old, new = _waiver(before, name), _waiver(after, name)
    if new is None:
        return False
    if old is None or (new.spec.policy, new.spec.object) != (old.spec.policy, old.spec.object):
        return True
    everywhere = not new.spec.environments and bool(old.spec.environments)
    more = bool(old.spec.environments) and not set(new.spec.environments) <= set(old.spec.environments)
    return new.spec.expires > old.spec.expires or everywhere or more


def _waiver(project: Project, name: str) -> Waiver | None:
    found = project.waivers.get(name)
    return found.spec if found else None
