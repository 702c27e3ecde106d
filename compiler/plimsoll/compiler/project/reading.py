"""SourceFile → Reading: everything about a file that depends on nothing but its text."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.limits import MAX_FINDINGS
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.telling import told
from plimsoll.compiler.project.links import evidence, files, links
from plimsoll.compiler.project.overlay import idle_removals, lay_over, origin
from plimsoll.compiler.project.typed import type_document
from plimsoll.compiler.project.unit import Facts, Reading, Unit, Work, pack
from plimsoll.compiler.project.workloads import of_deployment, of_training

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Deployment, Resource
    from plimsoll.compiler.kinds.deployment import DeploymentSpec


def read(source: SourceFile) -> Reading:
    """Parse a file and hold each of its documents against its kind."""
    parsed = parse(source)
    diagnostics = list(parsed.diagnostics)
    units: list[Unit] = []
    facts: dict[int, Facts] = {}
    documents = parsed.value or ()
    unread = 0
    for number, document in enumerate(documents):
        if sum(one.blocks for one in diagnostics) >= MAX_FINDINGS:
            unread = len(documents) - number
            break
        typed = type_document(document)
        diagnostics += typed.diagnostics
        if typed.value is None:
            continue
        spec: Resource = typed.value
        placed: dict[str, dict[str, Any]] = {}
        seen = values(spec)
        if spec.kind_name == "Deployment":
            outcome = _places(document, spec, seen["spec"])  # type: ignore[arg-type]
            diagnostics += outcome.diagnostics
            placed = outcome.value or {}
        units.append(_unit(document, spec, _work(seen, placed)))
        facts[document.position] = Facts.of(document.value, seen, placed)
    return Reading(source.path, tuple(units), pack(facts), told(diagnostics, unread))


def _unit(document: Document, spec: "Resource", work: Work) -> Unit:
    named = links(spec)
    edges = tuple(dict.fromkeys((link.kinds, link.name) for link in named))
    versions = tuple(((link.kinds, link.name), link.version.text) for link in named if link.version)
    at = (document.source.path, document.position)
    return Unit(spec.kind_name, spec.metadata.name, *at, edges, files(spec), versions, work, evidence(spec))


def _work(seen: dict[str, Any], placed: dict[str, dict[str, Any]]) -> Work:
    """What a spec runs: a deployment in each of its environments, a model in all of them."""
    ran = {place: of_deployment(spec) for place, spec in placed.items()}
    if seen["kind"] == "Model":
        ran[""] = of_training(seen["spec"])
    return tuple((place, tuple((*one,) for one in work)) for place, work in ran.items())


def values(part: Any) -> dict[str, Any]:
    """A spec, or a part of one, as rules see it."""
    dumped: dict[str, Any] = part.model_dump(by_alias=True, mode="json", exclude_none=True)
    return dumped


def _places(document: Document, deployment: "Deployment", seen: dict[str, Any]) -> Outcome[dict[str, dict[str, Any]]]:
    """A deployment's spec in each of its environments; ``seen`` is what it is where nothing is laid over it."""
    found: dict[str, dict[str, Any]] = {}
    diagnostics: list[Diagnostic] = []
    for environment in sorted(deployment.spec.environments):
        overlaid = _Overlaid(document, environment)
        if unmoved := sorted({"environments", "model"} & set(overlaid.overlay)):
            span = document.span(("spec", "environments", environment, unmoved[0]))
            message = f"an environment cannot lay over {unmoved[0]!r}"
            diagnostics.append(Diagnostic("PLM-REF-009", Severity.ERROR, message, span, subject=deployment.key))
            continue
        for route in idle_removals(document.value["spec"], overlaid.overlay):
            span = document.key_span(("spec", "environments", environment, *route))
            message = f"there is no {'.'.join(map(str, ('spec', *route)))} that null could take away"
            diagnostics.append(Diagnostic("PLM-REF-009", Severity.ERROR, message, span, subject=deployment.key))
        typed = _laid(overlaid, deployment)
        diagnostics += typed.diagnostics
        if typed.value is not None:
            found[environment] = seen if typed.value is deployment.spec else values(typed.value)
            diagnostics += _shape(overlaid, deployment, typed.value)
    return Outcome(found, tuple(diagnostics))


def _laid(overlaid: "_Overlaid", deployment: "Deployment") -> "Outcome[DeploymentSpec]":
    """The spec of a sound deployment with an overlay laid over it; the rest of it is sound already."""
    if not overlaid.overlay:
        return Outcome(deployment.spec)
    try:
        return Outcome(type(deployment.spec).model_validate(overlaid.value["spec"], by_alias=True, by_name=False))
    except ValidationError:
        return Outcome(None, type_document(overlaid).diagnostics)


class _Overlaid(Document):
    """A document with an environment's values laid over it; a route leads to where the effective value stands."""

    overlay: dict[str, Any]

    def __init__(self, base: Document, environment: str) -> None:
        written = base.value["spec"]
        overlay = written["environments"][environment] or {}
        super().__init__(base.source, {**base.value, "spec": lay_over(written, overlay)}, base.position)
        object.__setattr__(self, "overlay", overlay)
        object.__setattr__(self, "_prefix", ("spec", "environments", environment))

    def _find(self, route: Any) -> Any:
        if route and route[0] == "spec":
            route = origin(self.overlay, self._prefix, route[1:])  # type: ignore[attr-defined]
        return super()._find(route)


def _shape(document: Document, deployment: "Deployment", spec: "DeploymentSpec") -> Iterator[Diagnostic]:
    """What the kinds cannot say: online or batch, and a scaling range that is one."""
    if (spec.online is None) == (spec.batch is None):
        message = f"{deployment.metadata.name} is to be either online or batch"
        span = document.span(("spec",))
        yield Diagnostic("PLM-REF-008", Severity.ERROR, message, span, subject=deployment.key)
    if spec.online and spec.online.scaling.min > spec.online.scaling.max:
        message = f"scales from {spec.online.scaling.min} to {spec.online.scaling.max} replicas"
        span = document.span(("spec", "online", "scaling", "min"))
        yield Diagnostic("PLM-REF-008", Severity.ERROR, message, span, subject=deployment.key)
