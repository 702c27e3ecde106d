"""Render a unit: a model in an environment, with every deployment of it there."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.governance.gate import Gate, Rendition
from plimsoll.compiler.kinds.deployment import Pin
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering.checks import check_training, check_values
from plimsoll.compiler.rendering.deployments import render_deployment
from plimsoll.compiler.rendering.digests import located_digest, located_values, placed_digest, placed_values
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.inputs import data_sources_of, feature_sets_of
from plimsoll.compiler.rendering.made import Made, Part, made_of
from plimsoll.compiler.rendering.naming import Unit
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.patching.apply import apply_patches
from plimsoll.compiler.rendering.patching.validity import check_patched
from plimsoll.compiler.rendering.platform import render_platform
from plimsoll.compiler.rendering.pools import render_pools
from plimsoll.compiler.rendering.scope import ScopedSpec
from plimsoll.compiler.rendering.training import render_training
from plimsoll.compiler.rendering.triggers import render_event_source
from plimsoll.contract import digests

Keep = Callable[[str, bytes, str], None]
"""Takes a file's name, its bytes and their digest."""


@lru_cache(maxsize=4)
def placed_of(project: Project, unit: Unit) -> tuple[PlacedDeployment, ...]:
    """The deployments of a unit."""
    return tuple(project.place(name, unit.environment) for name in unit.deployments)


def make(gate: Gate, unit: Unit, keep: Keep) -> Part:
    """Render a unit of the gate's project: its objects' bytes go to ``keep``, what is known of them is returned.

    Law: the same specs, files and rules give the same part and the same bytes.
    """
    project, placed = gate.project, placed_of(gate.project, unit)
    values = (*check_values(_scoped(project, unit, placed)), *_unfit(project, unit))
    if values:
        return Part(values=values)
    try:
        made = made_in(project, unit)
    except Unreadable as unreadable:
        return Part(fault=unreadable.finding)
    if made.diagnostics or made.value is None:
        return Part(values=made.diagnostics)
    findings = tuple(gate.findings(unit.environment, map(rendition, made.value)))
    kept = _kept((*made.value, *_policies(gate, unit)), keep)
    return Part(kept, _specs(project, unit, placed), tuple(_unpinned(placed)), findings=findings)


def _policies(gate: Gate, unit: Unit) -> Iterable[RenderedObject]:
    """The rules as the API server holds them, where the environment wants them. No patch reaches them."""
    if unit.model or gate.project.environments[unit.environment].spec.spec.offers.admission is None:
        return ()
    from plimsoll.compiler.rendering.admission import render_admission

    return render_admission(gate, unit.environment)


def made_in(project: Project, unit: Unit) -> Outcome[tuple[RenderedObject, ...]]:
    """Every object of a unit, as its specs patch it; what is wrong with a patch is found.

    Raises:
        Unreadable: when SQL or code can't be read.
    """
    parts = list(_patched(project, unit))
    objects = tuple(one for part in parts for one in part.value or ())
    found = [one for part in parts for one in part.diagnostics]
    if not found:
        found += check_patched(objects, project.environments[unit.environment].spec.spec.offers)
    return Outcome(objects, tuple(found))


def rendition(one: RenderedObject) -> Rendition:
    """An object as rules are held against it."""
    return Rendition(one.kind, one.stem, one.owner, one.data, one.patches, one.before)


def _unfit(project: Project, unit: Unit) -> Iterator[Diagnostic]:
    """What the training of a unit's model asks for and its environment has not."""
    if unit.model:
        yield from check_training(project, project.models[unit.model], unit.environment)


def _of_environment(project: Project, environment: str) -> Iterator[RenderedObject]:
    return chain(
        render_platform(project.environments[environment]),
        render_pools(project, environment),
        render_event_source(project, environment),
    )


def _kept(objects: Iterable[RenderedObject], keep: Keep) -> tuple[Made, ...]:
    """Hand the bytes of objects on, and tell what there is to be known of each."""
    found = []
    for one in objects:
        digest = digests.of_bytes(one.data)
        keep(one.file, one.data, digest)
        found.append(made_of(one, digest))
    return tuple(found)


def _patched(project: Project, unit: Unit) -> Iterator[Outcome[tuple[RenderedObject, ...]]]:
    """The objects of each spec of a unit."""
    if not unit.model:
        place = project.environments[unit.environment]
        yield apply_patches(_of_environment(project, unit.environment), place.spec.spec.patches, place, place.key)
        return
    model, placed = project.models[unit.model], placed_of(project, unit)
    made = render_training(project, model, unit.environment, _champion(placed))
    trained = apply_patches(made, model.spec.spec.patches, model, model.key)
    yield trained
    training_template = [one.name for one in trained.value or () if one.kind == "WorkflowTemplate"][-1]
    for deployment in placed:
        if deployment.spec.pin is not None:
            served = render_deployment(project, deployment, training_template)
            yield apply_patches(served, deployment.spec.patches, deployment, deployment.deployment.key)


def _champion(placed: Iterable[PlacedDeployment]) -> Pin | None:
    """The newest version of a model that its deployments are pinned to."""
    pins = (one.spec.pin for one in placed if one.spec.pin is not None)
    return max(pins, key=lambda pin: (pin.version, pin.digest), default=None)


def _scoped(project: Project, unit: Unit, placed: Iterable[PlacedDeployment]) -> Iterator[ScopedSpec]:
    """The specs that belong to the unit alone."""
    if not unit.model:
        place = project.environments[unit.environment]
        yield ScopedSpec(place.key, located_values(place), place)
        return
    model = project.models[unit.model]
    yield ScopedSpec(model.key, located_values(model), model)
    yield from (ScopedSpec(one.deployment.key, placed_values(one), one) for one in placed)


def _specs(project: Project, unit: Unit, placed: Iterable[PlacedDeployment]) -> dict[str, str]:
    if not unit.model:
        place = project.environments[unit.environment]
        return {place.key: located_digest(place)}
    return {one.deployment.key: placed_digest(one) for one in placed} | _made_from(project, unit.model)


@lru_cache(maxsize=4)
def _made_from(project: Project, name: str) -> dict[str, str]:
    """A model and all that it is made from are the same in all environments, which are rendered one after the other."""
    model = project.models[name]
    plain: tuple[Any, ...] = (model, *feature_sets_of(project, model.spec), *data_sources_of(project, model.spec))
    return {one.key: located_digest(one) for one in plain}


def _unpinned(placed: Iterable[PlacedDeployment]) -> Iterator[Diagnostic]:
    for one in placed:
        if one.spec.pin is None:
            message = f"{one.name} has no pin: nothing of it runs in {one.environment.name} yet"
            hint = "promote a version, and it will be served"
            span = one.deployment.span("metadata", "name")
            yield Diagnostic("PLM-REN-005", Severity.NOTE, message, span, help=hint, subject=one.deployment.key)
