"""Whether every name in the specs leads to something, of the right kind and type, and never back to itself."""

from collections import ChainMap
from collections.abc import Iterable, Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity
from plimsoll.compiler.kinds import DataSource, Deployment, FeatureSet, Model
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.typed import Located, did_you_mean
from plimsoll.contract.requests import LOADABLE


def check(project: Project) -> Iterator[Diagnostic]:
    """Every reference of every spec."""
    for one in project.located():
        yield from check_one(project, one)
    yield from cycles(project)


def check_one(project: Project, one: Located[Any]) -> Iterator[Diagnostic]:
    """Every reference of one spec. It depends on that spec, on those that it names, and on which names there are."""
    match one.kind:
        case "FeatureSet":
            yield from _feature_set(project, one)
        case "Model":
            yield from _model(project, one)
        case "Deployment":
            yield from _deployment(project, one)
        case "PolicyBinding" | "Waiver":
            yield from _environments(project, one, one.spec.spec.environments)


def _unknown(one: Located[Any], route: tuple[str | int, ...], what: str, name: str, known: Iterable[str]) -> Diagnostic:
    message = f"there is no {what} {name!r}"
    return Diagnostic(
        "PLM-REF-002", Severity.ERROR, message, one.span(*route), help=did_you_mean(name, known), subject=one.key
    )


def _environments(project: Project, one: Located[Any], names: Iterable[str]) -> Iterator[Diagnostic]:
    for index, name in enumerate(names):
        if name not in project.environments:
            yield _unknown(one, ("spec", "environments", index), "Environment", name, project.environments)


def _feature_set(project: Project, one: Located[FeatureSet]) -> Iterator[Diagnostic]:
    known = ChainMap[str, Any](project.data_sources, project.feature_sets)  # type: ignore[arg-type]
    for index, name in enumerate(one.spec.spec.sources):
        if name not in known:
            yield _unknown(one, ("spec", "sources", index), "DataSource or FeatureSet", name, known)
        if name in project.data_sources and name in project.feature_sets:
            message = f"{name!r} is a DataSource and a FeatureSet; a source must be one of them"
            span = one.span("spec", "sources", index)
            yield Diagnostic("PLM-REF-001", Severity.ERROR, message, span, subject=one.key)
    yield from _beside(
        project, one, ("spec", "transformation", "file"), one.spec.spec.transformation.file, folder=False
    )


def _beside(
    project: Project, one: Located[Any], route: tuple[str, ...], path: str | None, *, folder: bool
) -> Iterator[Diagnostic]:
    if path is None:
        return
    target = project.beside(one, path)
    if not (target.is_dir() if folder else target.is_file()):
        message = f"there is no {'folder' if folder else 'file'} {path!r} beside this spec"
        yield Diagnostic("PLM-REF-003", Severity.ERROR, message, one.span(*route), subject=one.key)


def cycles(project: Project) -> Iterator[Diagnostic]:
    """Feature sets that are made, by way of others, from themselves; each cycle once, from its first name."""
    done: set[str] = set()
    for start in sorted(project.feature_sets):
        path: list[str] = []
        yield from _walk(project, start, path, done)


def _walk(project: Project, name: str, path: list[str], done: set[str]) -> Iterator[Diagnostic]:
    if name in path:
        members = path[path.index(name) :]
        one = project.feature_sets[members[0]]
        labels = tuple(Label(project.feature_sets[m].span("spec", "sources"), "by way of this") for m in members[1:])
        message = f"{' → '.join([*members, name])}: a feature set cannot be made from itself"
        span = one.span("spec", "sources")
        yield Diagnostic("PLM-REF-004", Severity.ERROR, message, span, labels=labels, subject=one.key)
        return
    if name in done or name not in project.feature_sets:
        return
    path.append(name)
    for source in project.graph.named("FeatureSet", name, "FeatureSet"):
        yield from _walk(project, source, path, done)
    path.pop()
    done.add(name)


def _model(project: Project, one: Located[Model]) -> Iterator[Diagnostic]:
    spec = one.spec.spec
    yield from _beside(project, one, ("spec", "training", "code"), spec.training.code, folder=True)
    yield from _format(one)
    source = project.data_sources.get(spec.examples.source)
    if source is None:
        yield _unknown(one, ("spec", "examples", "source"), "DataSource", spec.examples.source, project.data_sources)
    else:
        yield from _examples(one, source)
    for index, used in enumerate(spec.features):
        route = ("spec", "features", index)
        found = project.feature_sets.get(used.set)
        if found is None:
            yield _unknown(one, (*route, "set"), "FeatureSet", used.set, project.feature_sets)
            continue
        for position, feature in enumerate(used.use):
            if feature not in found.spec.spec.features:
                where = (*route, "use", position)
                yield _unknown(one, where, f"feature in {found.key},", feature, found.spec.spec.features)
            elif feature in spec.examples.inputs:
                message = f"{feature!r} is an input of the examples as well"
                span = one.span(*route, "use", position)
                first = Label(one.span("spec", "examples", "inputs", feature), "declared here")
                yield Diagnostic("PLM-REF-005", Severity.ERROR, message, span, labels=(first,), subject=one.key)
        yield from _joins(one, route, found)


def _format(one: Located[Model]) -> Iterator[Diagnostic]:
    """Whether Plimsoll's own steps can load the model that the training program leaves."""
    name = one.spec.spec.format.name
    if name not in LOADABLE:
        message = f"no step of ours loads {name}: evaluation will refuse the model once it is trained"
        help_ = f"save it as {' or '.join(LOADABLE)}"
        span = one.span("spec", "format", "name")
        yield Diagnostic("PLM-REF-010", Severity.WARNING, message, span, help=help_, subject=one.key)


def _examples(one: Located[Model], source: Located[DataSource]) -> Iterator[Diagnostic]:
    examples, columns = one.spec.spec.examples, source.spec.spec.columns
    named: list[tuple[tuple[str | int, ...], str]] = [(("id",), examples.id), (("timestamp",), examples.timestamp)]
    named += [(("keys", index), key) for index, key in enumerate(examples.keys)]
    named += [(("inputs", name), name) for name in examples.inputs]
    for route, name in named:
        if name not in columns:
            yield _unknown(one, ("spec", "examples", *route), f"column in {source.key},", name, columns)
    for name, given in examples.inputs.items():
        if name in columns and given.type != columns[name]:
            yield _type_clash(one, ("spec", "examples", "inputs", name, "type"), given.type, source, name)
    if examples.label.name in examples.inputs:
        message = f"the label {examples.label.name!r} is an input as well: it would leak"
        span = one.span("spec", "examples", "inputs", examples.label.name)
        yield Diagnostic("PLM-REF-007", Severity.ERROR, message, span, subject=one.key)


def _type_clash(
    one: Located[Model], route: tuple[str | int, ...], given: str, source: Located[Any], name: str
) -> Diagnostic:
    declared = source.spec.spec.columns[name]
    label = Label(source.span("spec", "columns", name), f"{declared} here")
    message = f"{name!r} is taken for {given}, but {source.key} has {declared}"
    return Diagnostic("PLM-REF-006", Severity.ERROR, message, one.span(*route), labels=(label,), subject=one.key)


def _joins(one: Located[Model], route: tuple[str | int, ...], found: Located[FeatureSet]) -> Iterator[Diagnostic]:
    """The keys of a feature set's entity must be columns of the examples."""
    examples = one.spec.spec.examples
    available = set(examples.keys) | set(examples.inputs)
    for key in found.spec.spec.entity.keys:
        if key not in available:
            message = f"{found.key} is joined by {key!r}, which is neither a key nor an input of the examples"
            label = Label(found.span("spec", "entity", "keys", key), "a key of the entity")
            span = one.span(*route, "set")
            yield Diagnostic("PLM-REF-005", Severity.ERROR, message, span, labels=(label,), subject=one.key)


def _deployment(project: Project, one: Located[Deployment]) -> Iterator[Diagnostic]:
    if one.spec.spec.model not in project.models:
        yield _unknown(one, ("spec", "model"), "Model", one.spec.spec.model, project.models)
    for name in sorted(one.spec.spec.environments):
        if name not in project.environments:
            yield _unknown(one, ("spec", "environments", name), "Environment", name, project.environments)
