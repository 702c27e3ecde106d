"""What may not be rendered, said with the place in the spec that asks for it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Route, Severity
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.leaves import leaves
from plimsoll.compiler.rendering.made import Made, owner_of

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Model
    from plimsoll.compiler.rendering.scope import ScopedSpec

MAX_BYTES = 900_000
"""The largest object that is rendered; etcd takes 1 MiB, and the API server adds fields of its own."""


def check_values(specs: Iterable["ScopedSpec"]) -> Iterator[Diagnostic]:
    """Values that are sound one by one and can't work together: a rollout that can never move."""
    for spec in specs:
        rollout = ((spec.values["spec"].get("online") or {}).get("rollout")) or {}
        if rollout.get("maxSurge") == 0 and rollout.get("maxUnavailable") == 0:
            message = "with neither a surge nor an absence allowed, no pod can ever be replaced"
            span = spec.places.span("spec", "online", "rollout")
            hint = "let maxSurge or maxUnavailable be 1 or more"
            yield Diagnostic("PLM-REN-007", Severity.ERROR, message, span, help=hint, subject=spec.key)


def check_training(project: Project, model: Located["Model"], environment: str) -> Iterator[Diagnostic]:
    """What a model asks of its training and the environment's cluster has nothing for."""
    offers, spec = project.environments[environment].spec.spec.offers, model.spec.spec
    if spec.training.distributed is not None and offers.distributed == "none":
        route, offer = ("spec", "training", "distributed"), "distributed: kubeflow-trainer"
        yield _unoffered(model, route, "training in several processes", offer, environment)
    if spec.triggers is not None and offers.events is None:
        yield _unoffered(model, ("spec", "triggers"), "events that start a training", "events: {}", environment)


def _unoffered(model: Located["Model"], route: Route, asked: str, offer: str, environment: str) -> Diagnostic:
    message = f"{environment} has nothing for {asked}"
    hint = f"say platform: {{{offer}}} in Environment/{environment}, where its cluster has that, or leave it out"
    return Diagnostic("PLM-REN-009", Severity.ERROR, message, model.span(*route), help=hint, subject=model.key)


def check_objects(objects: Sequence[Made], project: Project, environment: str) -> Iterator[Diagnostic]:
    """Objects of one name, objects that are too large, and texts of specs that Argo would read as its own."""
    yield from _same_names(objects, project)
    for one in objects:
        if one.size > MAX_BYTES:
            message = f"the {one.kind} {one.name} would be {one.size:,} bytes long; at most {MAX_BYTES:,} are stored"
            hint = "put data and weights into the image or the data store, not into the spec or beside the code"
            span = owner_of(project, one).span
            yield Diagnostic("PLM-REN-002", Severity.ERROR, message, span, help=hint)
    braced = [one for one in objects if one.braced]
    if braced:
        from plimsoll.compiler.rendering.scope import specs_in

        yield from _braces(braced, project, specs_in(project, environment))


def _same_names(objects: Iterable[Made], project: Project) -> Iterator[Diagnostic]:
    first: dict[str, Made] = {}
    for one in objects:
        same = first.setdefault(one.file, one)
        if same is not one:
            message = f"two objects would be {same.kind}/{same.stem}, in {one.file}"
            span = owner_of(project, one).span
            yield Diagnostic("PLM-REN-003", Severity.ERROR, message, span, help="rename one of the specs")


def _braces(objects: Iterable[Made], project: Project, specs: tuple["ScopedSpec", ...]) -> Iterator[Diagnostic]:
    """Argo replaces ``{{…}}`` wherever it stands in a workflow, so a spec's text must not bring one there."""
    message = "`{{` in a text that reaches an Argo workflow: Argo would replace what follows it"
    hint = "write it without two opening braces in a row"
    for one in objects:
        for text in one.braced:
            found = [(spec, route) for spec in specs for route in _bringers(spec, text)]
            for spec, route in found:
                span = spec.places.span(*route)
                yield Diagnostic("PLM-REN-001", Severity.ERROR, message, span, help=hint, subject=spec.key)
            if not found:
                span = owner_of(project, one).span
                yield Diagnostic("PLM-REN-001", Severity.ERROR, f"{text!r}: {message}", span, help=hint)


def _bringers(spec: "ScopedSpec", text: str) -> Iterator[Route]:
    for route, value in leaves(spec.values):
        if isinstance(value, str) and "{{" in value and value in text:
            yield route
