"""What a change causes: which models learn anew, which servers are replaced, what is only words.

What happens is read from the rendered objects, since Kubernetes and Argo act on nothing else; why it happens is read
from the specs, since that is what people changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plimsoll.compiler.planning.plan import Effect, EffectKind, ObjectChange
from plimsoll.compiler.planning.rendered import Releases, pods_of
from plimsoll.compiler.planning.touches import in_words, reason, serves, touches
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering.inputs import data_sources_of, feature_sets_of

_TRAINING: tuple[tuple[EffectKind, str], ...] = (
    ("retrain", "its next training run learns something else; what serves stays until a new version is promoted"),
    ("judge", "its next training run is held against other gates and expectations"),
    ("run", "it learns the same, with another schedule, deadline or size"),
)

_DEPLOYED: tuple[tuple[str, EffectKind, str], ...] = (
    ("spec.online.scaling.", "scale", "it scales within other bounds"),
    ("spec.online.refresh", "run", "its features are made anew at other times"),
    ("spec.monitoring.", "watch", "it is monitored otherwise"),
    ("spec.batch.", "run", "it scores otherwise"),
)
"""Fields of a deployment that do something of their own beside replacing its pods."""


@dataclass(frozen=True)
class Sides:
    """Both sides of a change, as specs and as rendered objects."""

    before: Project | None
    after: Project
    old: Releases
    new: Releases


def effects_of(sides: Sides, objects: tuple[ObjectChange, ...]) -> tuple[Effect, ...]:
    """Everything that the changes cause, environment by environment."""
    found = [*_training(sides, objects), *_deployments(sides, objects), *_environments(objects)]
    explained = {change.key for change in objects if any(_explains(effect, change) for effect in found)}
    found += _words(objects, explained)
    return tuple(sorted(found, key=lambda effect: (effect.environment, effect.subject, effect.kind)))


def _explains(effect: Effect, change: ObjectChange) -> bool:
    return effect.subject == change.key or any(text.startswith(f"{change.key} ") for text in effect.because)


def _training(sides: Sides, objects: tuple[ObjectChange, ...]) -> Iterator[Effect]:
    """A model's training, in every environment that trains it on both sides."""
    for environment in sorted({*sides.new, *sides.old}):
        old = _models(sides.before, environment)
        new = _models(sides.after, environment)
        for name in sorted({*old, *new}):
            key = f"Model/{name}"
            if name not in old:
                yield Effect("retrain", environment, key, "it is trained here for the first time")
            elif name not in new:
                yield Effect("stop", environment, key, "it is no longer trained here")
            else:
                yield from _retrained(sides.after, environment, name, objects)


def _models(project: Project | None, environment: str) -> set[str]:
    if project is None or environment not in project.environments:
        return set()
    return {model.spec.metadata.name for model in project.models_in(environment)}


def _retrained(project: Project, environment: str, name: str, objects: Iterable[ObjectChange]) -> Iterator[Effect]:
    upstream = _upstream(project, name)
    changes = [change for change in objects if change.key in upstream]
    for kind, text in _TRAINING:
        why = tuple(reason(change, kind) for change in changes if _touched(change, kind))
        if why:
            yield Effect(kind, environment, f"Model/{name}", text, why)


def _touched(change: ObjectChange, kind: EffectKind) -> bool:
    return any(touches(change.key, one) == kind for one in change.fields)


def _upstream(project: Project, name: str) -> set[str]:
    """A model and all that it is made from."""
    model = project.models[name]
    sets = {one.key for one in feature_sets_of(project, model.spec)}
    return {model.key} | sets | {one.key for one in data_sources_of(project, model.spec)}


def _deployments(sides: Sides, objects: tuple[ObjectChange, ...]) -> Iterator[Effect]:
    old = _placed(sides.before) if sides.before else {}
    new = _placed(sides.after)
    for environment, name in sorted({*old, *new}):
        before, after = old.get((environment, name)), new.get((environment, name))
        key = f"Deployment/{name}"
        for kind, text in _lives(before, after):
            yield Effect(kind, environment, key, text)
        if before and after and before.spec.pin and after.spec.pin:
            if pods_of(sides.old, environment, name) != pods_of(sides.new, environment, name):
                why = tuple(_reaching(sides.after, after, objects))
                yield Effect("roll-out", environment, key, "its pods are replaced", why)
            yield from _deployed(key, environment, objects)


def _placed(project: Project) -> dict[tuple[str, str], PlacedDeployment]:
    return {(placed.environment.spec.metadata.name, placed.name): placed for placed in project.placed}


def _lives(before: PlacedDeployment | None, after: PlacedDeployment | None) -> Iterator[tuple[EffectKind, str]]:
    """Whether a deployment begins, ends, or changes its version."""
    was, will = before.spec.pin if before else None, after.spec.pin if after else None
    if was is None and will is None:
        if before is None:
            yield "describe", "nothing of it runs here before a version is promoted"
        elif after is None:
            yield "describe", "nothing of it ran here"
    elif will is None:
        yield "stop", "it no longer works here" if after is None else "it is unpinned, and no longer works here"
    elif was is None:
        yield "serve", f"it begins to work here, with version {will.version}"
    elif was != will:
        yield "serve", f"version {will.version} takes the place of version {was.version}"


def _deployed(key: str, environment: str, objects: Iterable[ObjectChange]) -> Iterator[Effect]:
    own = next((one for one in objects if (one.key, one.environment) == (key, environment)), None)
    for prefix, kind, text in _DEPLOYED:
        fields = [one for one in own.fields if one.route.startswith(prefix)] if own else []
        if fields:
            yield Effect(kind, environment, key, text, (in_words(key, fields),))


def _reaching(project: Project, placed: PlacedDeployment, objects: Iterable[ObjectChange]) -> Iterator[str]:
    """The changes that replace a deployment's pods: of itself, its environment, its model, and what that reads."""
    environment = placed.environment.spec.metadata.name
    upstream = {placed.environment.key} | _upstream(project, placed.spec.model)
    for change in objects:
        own = (change.key, change.environment) == (placed.deployment.key, environment)
        fields = [one for one in change.fields if serves(change.key, one)]
        if (own or change.key in upstream) and fields:
            yield in_words(change.key, fields)


def _environments(objects: Iterable[ObjectChange]) -> Iterator[Effect]:
    for change in objects:
        kind, _, name = change.key.partition("/")
        if kind == "Environment" and change.action == "changed" and not change.described_only:
            fields = [one for one in change.fields if one.route.startswith("spec.")]
            yield Effect("limit", name, change.key, "its bounds or its means change", (in_words(change.key, fields),))


def _words(objects: Iterable[ObjectChange], explained: set[str]) -> Iterator[Effect]:
    """Changes that cause nothing else: words, labels and declarations, which restart nothing."""
    for change in objects:
        if change.key not in explained and change.action == "changed":
            text = "only words change: nothing restarts" if change.described_only else "what it declares changes"
            yield Effect("describe", change.environment, change.key, text)
