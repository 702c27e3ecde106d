"""CheckedProject → Release: every object of one environment, in memory; the same specs give the same bytes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, in_order
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.checks import check_objects, check_values
from plimsoll.compiler.rendering.deployments import render_deployment
from plimsoll.compiler.rendering.digests import digest_of
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.objects import RenderedObject
from plimsoll.compiler.rendering.platform import render_platform
from plimsoll.compiler.rendering.scope import ScopedSpec, specs_in
from plimsoll.compiler.rendering.training import render_training
from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import ReleaseLock
from plimsoll.contract.version import VERSION


@dataclass(frozen=True)
class Release:
    """The rendered files of one environment by name, and the lock that says what they are."""

    environment: str
    platform: Platform
    """What it is rendered for."""
    files: Mapping[str, bytes]
    lock: ReleaseLock


def render(checked: CheckedProject, environment: str) -> Outcome[Release]:
    """Render everything that runs in an environment.

    There is no release, and a note says so, for an environment in which no deployment runs.

    Laws: pure but for reading the files that specs name; the result does not depend on the order of spec files; what
    was rendered passes ``validation.check_references``.

    Raises:
        Refused: when the project has no such environment.
    """
    project = checked.project
    if environment not in project.environments:
        hint = did_you_mean(environment, project.environments)
        raise Refused("environment", str(project.root), f"the specs have no Environment {environment!r}", hint)
    specs = specs_in(project, environment)
    if not project.placed_in(environment):
        return Outcome(None, (_nothing(project, environment),))
    found = list(check_values(specs))
    if found:
        return Outcome(None, in_order(found))
    try:
        objects = tuple(_objects(project, environment))
    except Unreadable as unreadable:
        return Outcome(None, (unreadable.finding,))
    found = [*check_objects(objects, specs), *_unpinned(project.placed_in(environment))]
    if any(diagnostic.blocks for diagnostic in found):
        return Outcome(None, in_order(found))
    return Outcome(_release(project.environments[environment].spec, objects, specs), in_order(found))


def _objects(project: Project, environment: str) -> Iterator[RenderedObject]:
    yield from render_platform(project.environments[environment])
    trained_by: dict[str, str] = {}
    champions = contexts.champions(project, environment)
    for model in project.models_in(environment):
        name = model.spec.metadata.name
        for one in render_training(project, model, environment, champions.get(name)):
            if one.kind == "WorkflowTemplate":
                trained_by[name] = one.name
            yield one
    for placed in project.placed_in(environment):
        if placed.spec.pin is not None:
            yield from render_deployment(project, placed, trained_by[placed.spec.model])


def _release(place: Environment, objects: Iterable[RenderedObject], specs: Iterable[ScopedSpec]) -> Release:
    files = {one.file: one.data for one in sorted(objects, key=lambda one: one.file)}
    lock = ReleaseLock(
        environment=place.metadata.name,
        compiler=VERSION,
        files={name: digests.of_bytes(data) for name, data in files.items()},
        specs={spec.key: digest_of(spec.values) for spec in specs},
    )
    return Release(lock.environment, place.spec.offers, files, lock)


def _unpinned(deployments: Iterable[PlacedDeployment]) -> Iterator[Diagnostic]:
    for placed in deployments:
        if placed.spec.pin is None:
            environment = placed.environment.spec.metadata.name
            message = f"{placed.name} has no pin: nothing of it runs in {environment} yet"
            hint = "promote a version, and it will be served"
            span = placed.deployment.span("metadata", "name")
            yield Diagnostic("PLM-REN-005", Severity.NOTE, message, span, help=hint, subject=placed.deployment.key)


def _nothing(project: Project, environment: str) -> Diagnostic:
    place = project.environments[environment]
    message = f"no deployment runs in {environment}: there is nothing to release"
    return Diagnostic("PLM-REN-008", Severity.NOTE, message, place.span("metadata", "name"), subject=place.key)
