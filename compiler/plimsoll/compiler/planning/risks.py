"""What a reviewer must not miss, each a stable word and a sentence."""

from collections.abc import Iterator

from plimsoll.compiler.planning.bars import NO_BAR, bars_of
from plimsoll.compiler.planning.plan import CostChange, Effect, ObjectChange, Risk
from plimsoll.compiler.planning.rules_changed import governance_risks
from plimsoll.compiler.project.project import Project

_FIELDS = (
    ("Environment", "spec.signers.", "changes-trust", "who may sign for it changes"),
    ("Environment", "spec.network.", "changes-network", "what may talk to what changes"),
    ("Environment", "spec.personalData", "changes-privacy", "which personal data may enter changes"),
    ("DataSource", "spec.personalData", "changes-privacy", "whether its data is about people changes"),
    ("DataSource", "spec.classification", "changes-privacy", "how far its data may travel changes"),
    ("DataSource", "spec.jurisdiction", "changes-privacy", "the law that governs its data changes"),
    ("DataSource", "spec.transfers", "changes-privacy", "transfers of its data change"),
    ("Model", "spec.format.", "changes-format", "how it is stored, or what its loader may construct, changes"),
    ("Model", "spec.automatedDecision", "changes-oversight", "whether it decides without a person changes"),
    ("Model", "spec.oversight.", "changes-oversight", "who watches it, or how it can be contested, changes"),
    ("Model", "spec.riskTier", "changes-oversight", "its risk tier changes"),
    ("Deployment", "spec.monitoring.remediation.", "changes-remediation", "what its monitor does on its own changes"),
)
"""Fields that carry a risk of their own whenever they change: kind, route, word, sentence."""


def risks_of(
    before: Project | None,
    after: Project,
    objects: tuple[ObjectChange, ...],
    effects: tuple[Effect, ...],
    costs: tuple[CostChange, ...],
) -> tuple[Risk, ...]:
    """The risks of a change, without repeats, in the order in which they are best read."""
    found = [
        *_production(before, after, effects),
        *_unfed(after, effects),
        *_bars(before, after),
        *governance_risks(before, after, objects),
        *_fields(objects),
        *_costs(costs),
    ]
    return tuple(dict.fromkeys(found))


def _production(before: Project | None, after: Project, effects: tuple[Effect, ...]) -> Iterator[Risk]:
    """Whatever has an effect, other than on words, in an environment of that stage."""
    sides = [side for side in (before, after) if side is not None]
    stages = {name: one.spec.spec.stage for side in sides for name, one in side.environments.items()}
    for name in sorted({effect.environment for effect in effects if effect.kind != "describe"}):
        if stages.get(name) == "production":
            yield Risk("touches-production", f"this has an effect in {name}, which is production")


def _unfed(after: Project, effects: tuple[Effect, ...]) -> Iterator[Risk]:
    """Servers of production that begin or change, and whose features nothing of ours writes."""
    begun = {(one.environment, one.subject) for one in effects if one.kind in ("serve", "roll-out")}
    for placed in after.placed:
        online, place = placed.spec.online, placed.environment.spec
        if (place.metadata.name, placed.deployment.key) not in begun or place.spec.stage != "production":
            continue
        if online is not None and online.refresh is None and placed.model.spec.spec.features:
            names = ", ".join(sorted({used.set for used in placed.model.spec.spec.features}))
            text = (
                f"{placed.deployment.key} has no refresh in {place.metadata.name}: nothing of ours keeps {names} fresh"
            )
            yield Risk("unfed-features", text)


def _bars(before: Project | None, after: Project) -> Iterator[Risk]:
    """Every bar of a model that moved, appeared or went away."""
    if before is None:
        return
    for name in sorted(before.models.keys() & after.models.keys()):
        old, new = bars_of(before.models[name].spec), bars_of(after.models[name].spec)
        for what in sorted(old.keys() | new.keys()):
            was, will = old.get(what, NO_BAR), new.get(what, NO_BAR)
            if was != will:
                word = "loosens-gate" if will.lets_in_more_than(was) else "changes-gate"
                yield Risk(word, f"Model/{name}: {what}: {was} → {will}")


def _fields(objects: tuple[ObjectChange, ...]) -> Iterator[Risk]:
    for change in objects:
        for kind, route, word, text in _FIELDS:
            touched = any(field.route.startswith(route) for field in change.fields)
            if change.action == "changed" and touched and change.key.startswith(f"{kind}/"):
                yield Risk(word, f"{change.key}: {text}")


def _costs(costs: tuple[CostChange, ...]) -> Iterator[Risk]:
    for change in costs:
        if change.before and change.after and change.after.most > change.before.most:
            more = f"{change.after.most - change.before.most:,.2f} {change.currency}"
            yield Risk("costs-more", f"{change.environment} may cost {more} a month more")
