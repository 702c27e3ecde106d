"""Render a unit: a model in an environment, with every deployment of it there."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.kinds.deployment import Pin
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering.checks import check_values
from plimsoll.compiler.rendering.deployments import render_deployment
from plimsoll.compiler.rendering.digests import located_digest, located_values, placed_digest, placed_values
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.inputs import data_sources_of, feature_sets_of
from plimsoll.compiler.rendering.made import Made, Part, made_of
from plimsoll.compiler.rendering.naming import Unit
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.platform import render_platform
from plimsoll.compiler.rendering.scope import ScopedSpec
from plimsoll.compiler.rendering.training import render_training
from plimsoll.contract import digests

Keep = Callable[[str, bytes, str], None]
"""Takes a file's name, its bytes and their digest."""


def placed_of(project: Project, unit: Unit) -> list[PlacedDeployment]:
    """The deployments of a unit."""
    return [project.place(name, unit.environment) for name in unit.deployments]


def make(project: Project, unit: Unit, keep: Keep) -> Part:
    """Render a unit: its objects' bytes go to ``keep``, and all that is to be known of them is returned.

    Law: the same specs and files give the same part and the same bytes.
    """
    if not unit.model:
        return _of_environment(project, unit.environment, keep)
    placed = placed_of(project, unit)
    values = tuple(check_values(_scoped(project, unit, placed)))
    if values:
        return Part(values=values)
    try:
        objects = _kept(render_unit(project, unit, placed), keep)
    except Unreadable as unreadable:
        return Part(fault=unreadable.finding)
    return Part(objects, _specs(project, unit, placed), tuple(_unpinned(placed)))


def _of_environment(project: Project, environment: str, keep: Keep) -> Part:
    place = project.environments[environment]
    values = tuple(check_values([ScopedSpec(place.key, located_values(place), place)]))
    if values:
        return Part(values=values)
    return Part(_kept(render_platform(place), keep), {place.key: located_digest(place)})


def _kept(objects: Iterable[RenderedObject], keep: Keep) -> tuple[Made, ...]:
    """Hand the bytes of objects on, and tell what there is to be known of each."""
    found = []
    for one in objects:
        digest = digests.of_bytes(one.data)
        keep(one.file, one.data, digest)
        found.append(made_of(one, digest))
    return tuple(found)


def render_unit(project: Project, unit: Unit, placed: Sequence[PlacedDeployment]) -> Iterator[RenderedObject]:
    """Every object of a unit.

    Raises:
        Unreadable: when SQL or code can't be read.
    """
    training_template = ""
    for one in render_training(project, project.models[unit.model], unit.environment, _champion(placed)):
        if one.kind == "WorkflowTemplate":
            training_template = one.name
        yield one
    for deployment in placed:
        if deployment.spec.pin is not None:
            yield from render_deployment(project, deployment, training_template)


def _champion(placed: Iterable[PlacedDeployment]) -> Pin | None:
    """The newest version of a model that its deployments are pinned to."""
    pins = (one.spec.pin for one in placed if one.spec.pin is not None)
    return max(pins, key=lambda pin: (pin.version, pin.digest), default=None)


def _scoped(project: Project, unit: Unit, placed: Iterable[PlacedDeployment]) -> Iterator[ScopedSpec]:
    """The specs that belong to the unit alone."""
    model = project.models[unit.model]
    yield ScopedSpec(model.key, located_values(model), model)
    yield from (ScopedSpec(one.deployment.key, placed_values(one), one) for one in placed)


def _specs(project: Project, unit: Unit, placed: Iterable[PlacedDeployment]) -> dict[str, str]:
    model = project.models[unit.model]
    plain: tuple[Any, ...] = (model, *feature_sets_of(project, model.spec), *data_sources_of(project, model.spec))
    found = {one.deployment.key: placed_digest(one) for one in placed}
    return found | {one.key: located_digest(one) for one in plain}


def _unpinned(placed: Iterable[PlacedDeployment]) -> Iterator[Diagnostic]:
    for one in placed:
        if one.spec.pin is None:
            message = f"{one.name} has no pin: nothing of it runs in {one.environment.name} yet"
            hint = "promote a version, and it will be served"
            span = one.deployment.span("metadata", "name")
            yield Diagnostic("PLM-REN-005", Severity.NOTE, message, span, help=hint, subject=one.deployment.key)
