"""Specs → Project: give every name its spec, and say which names have none, two, or lead back to themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Outcome, Severity
from plimsoll.compiler.kinds import Deployment
from plimsoll.compiler.kinds.deployment import DeploymentSpec
from plimsoll.compiler.loading.documents import Document, parse
from plimsoll.compiler.loading.sources import Sources
from plimsoll.compiler.project import references
from plimsoll.compiler.project.overlay import lay_over, origin
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.project.typed import Located, type_document

_TABLES = {
    "DataSource": "data_sources",
    "FeatureSet": "feature_sets",
    "Model": "models",
    "Environment": "environments",
    "Deployment": "deployments",
    "Policy": "policies",
    "PolicyBinding": "bindings",
    "Waiver": "waivers",
}


def load_project(sources: Sources) -> Outcome[Project]:
    """Parse, type and resolve every spec. There is a project only when nothing is wrong with any of them."""
    diagnostics: list[Diagnostic] = []
    located: list[Located[Any]] = []
    for file in sources.files:
        parsed = parse(file)
        diagnostics += parsed.diagnostics
        for document in parsed.value or ():
            typed = type_document(document)
            diagnostics += typed.diagnostics
            if typed.value is not None:
                located.append(typed.value)
    tables, duplicates = _by_name(located)
    diagnostics += duplicates
    project = Project(sources, **tables)
    if any(d.blocks for d in diagnostics):
        return Outcome(None, tuple(diagnostics))
    diagnostics += references.check(project)
    placed: list[PlacedDeployment] = []
    if not any(d.blocks for d in diagnostics):
        for name in sorted(project.deployments):
            outcome = _place(project, project.deployments[name])
            diagnostics += outcome.diagnostics
            placed += outcome.value or ()
    blocked = any(d.blocks for d in diagnostics)
    return Outcome(None if blocked else Project(sources, **tables, placed=tuple(placed)), tuple(diagnostics))


def _by_name(located: Iterable[Located[Any]]) -> tuple[dict[str, Any], list[Diagnostic]]:
    tables: dict[str, dict[str, Located[Any]]] = defaultdict(dict)
    diagnostics = []
    for one in located:
        table, name = tables[_TABLES[one.spec.kind_name]], one.spec.metadata.name
        if name in table:
            first = Label(table[name].span("metadata", "name"), "first declared here")
            message = f"there are two of {one.key}"
            span = one.span("metadata", "name")
            diagnostics.append(
                Diagnostic("PLM-REF-001", Severity.ERROR, message, span, labels=(first,), subject=one.key)
            )
        else:
            table[name] = one
    return dict(tables), diagnostics


def _place(project: Project, deployment: Located[Deployment]) -> Outcome[tuple[PlacedDeployment, ...]]:
    """A deployment in each of its environments."""
    placed: list[PlacedDeployment] = []
    diagnostics: list[Diagnostic] = []
    for environment in sorted(deployment.spec.spec.environments):
        outcome = _effective(deployment, environment)
        diagnostics += outcome.diagnostics
        if outcome.value is not None:
            model, place = project.models[outcome.value.model], project.environments[environment]
            placed.append(PlacedDeployment(deployment, place, model, outcome.value))
            diagnostics += _shape(placed[-1])
    return Outcome(tuple(placed), tuple(diagnostics))


def _effective(deployment: Located[Deployment], environment: str) -> Outcome[DeploymentSpec]:
    written: dict[str, Any] = deployment.document.value["spec"]
    overlay = written["environments"][environment] or {}
    if unmoved := sorted({"environments", "model"} & set(overlay)):
        span = deployment.span("spec", "environments", environment, unmoved[0])
        message = f"an environment cannot lay over {unmoved[0]!r}"
        return Outcome(None, (Diagnostic("PLM-REF-009", Severity.ERROR, message, span, subject=deployment.key),))
    value = {**deployment.document.value, "spec": lay_over(written, overlay)}
    typed = type_document(_Overlaid(deployment.document, value, environment, overlay))
    if typed.value is None:
        return Outcome(None, typed.diagnostics)
    assert isinstance(typed.value.spec, Deployment)
    return Outcome(typed.value.spec.spec)


class _Overlaid(Document):
    """A document with an environment's values laid over it; a route leads to where the effective value stands."""

    def __init__(self, base: Document, value: dict[str, Any], environment: str, overlay: dict[str, Any]) -> None:
        super().__init__(base.source, value, base.position)
        object.__setattr__(self, "_prefix", ("spec", "environments", environment))
        object.__setattr__(self, "_overlay", overlay)

    def _find(self, route: Any) -> Any:
        if route and route[0] == "spec":
            route = origin(self._overlay, self._prefix, route[1:])  # type: ignore[attr-defined]
        return super()._find(route)


def _shape(placed: PlacedDeployment) -> Iterator[Diagnostic]:
    """What the kinds cannot say: online or batch, and a scaling range that is one."""
    if (placed.spec.online is None) == (placed.spec.batch is None):
        message = f"{placed.name} is to be either online or batch"
        yield Diagnostic("PLM-REF-008", Severity.ERROR, message, placed.span("spec"), subject=placed.deployment.key)
    online = placed.spec.online
    if online and online.scaling.min > online.scaling.max:
        message = f"scales from {online.scaling.min} to {online.scaling.max} replicas"
        span = placed.span("spec", "online", "scaling", "min")
        yield Diagnostic("PLM-REF-008", Severity.ERROR, message, span, subject=placed.deployment.key)
