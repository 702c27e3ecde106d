"""Whether what a model reads is there, joins, and has types that its program takes."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds.common import NO_DATE
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references import answers, classes, future, metrics
from plimsoll.compiler.project.references.datasources import MOMENTS, no_moment
from plimsoll.compiler.project.references.files import beside
from plimsoll.compiler.project.references.findings import error, unknown, warning
from plimsoll.contract.formats import LOADABLE

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import DataSource, FeatureSet, Model


def check(project: Project, one: Located["Model"]) -> Iterator[Diagnostic]:
    """A model, beyond the names of what it reads."""
    spec = one.said
    yield from beside(project, one, ("spec", "training", "code"), spec["training"]["code"], folder=True)
    yield from _format(one)
    yield from _input_types(one)
    yield from _repeated(one)
    yield from _triggers(project, one)
    yield from classes.check(one)
    yield from answers.check(one)
    yield from metrics.of_model(one)
    if spec["examples"]["source"] in project.data_sources:
        source = project.data_sources[spec["examples"]["source"]]
        yield from _examples(one, source)
        yield from future.check(one, source)
    for index, used in enumerate(spec["features"]):
        if used["set"] in project.feature_sets:
            yield from _features(one, index, project.feature_sets[used["set"]])
    if all(used["set"] in project.feature_sets for used in spec["features"]):
        yield from _slices(one)


def _format(one: Located["Model"]) -> Iterator[Diagnostic]:
    """Whether Plimsoll's own steps can load the model that the training program leaves."""
    name = one.said["format"]["name"]
    if name not in LOADABLE:
        message = f"no step of ours loads {name}: evaluation will refuse the model once it is trained"
        help_ = f"save it as {' or '.join(LOADABLE)}"
        yield warning("PLM-REF-010", one, ("spec", "format", "name"), message, help_=help_)


def _input_types(one: Located["Model"]) -> Iterator[Diagnostic]:
    """Inputs of a type that the training program does not take."""
    for name, given in one.said["examples"]["inputs"].items():
        yield from _excluded(one, ("spec", "examples", "inputs", name, "type"), name, given["type"])


def _excluded(
    one: Located["Model"], route: Route, name: str, given: str, declared: Located["FeatureSet"] | None = None
) -> Iterator[Diagnostic]:
    takes = one.said["training"].get("inputTypes")
    if takes is not None and given not in takes:
        labels = [Label(declared.span("spec", "features", name), f"{given} here")] if declared else []
        labels.append(Label(one.span("spec", "training", "inputTypes"), f"the program takes {', '.join(takes)}"))
        message = f"{name!r} has the type {given}, which the training program does not take"
        help_ = f"leave it out, make another type of it, or add {given} to training.inputTypes"
        yield error("PLM-REF-013", one, route, message, *labels, help_=help_)


def _triggers(project: Project, one: Located["Model"]) -> Iterator[Diagnostic]:
    """Data that the model does not read are no reason to train it."""
    for index, trigger in enumerate(one.said.get("triggers", ())):
        if trigger["type"] == "data-arrival" and trigger["source"] in project.data_sources:
            name, read = trigger["source"], _sources(project, one)
            if name not in read:
                message = f"{one.key} reads nothing of DataSource/{name}, so that its arrival changes nothing"
                help_ = did_you_mean(name, sorted(read)) or f"it reads {', '.join(sorted(read))}"
                yield error("PLM-REF-017", one, ("spec", "triggers", index, "source"), message, help_=help_)
        if trigger["type"] == "drift-alarm" and trigger["deployment"] in project.deployments:
            served = project.deployments[trigger["deployment"]].facts.written["spec"]["model"]
            if served != one.name:
                message = f"Deployment/{trigger['deployment']} serves Model/{served}: its drift is not this model's"
                yield error("PLM-REF-017", one, ("spec", "triggers", index, "deployment"), message)


def _sources(project: Project, one: Located["Model"]) -> frozenset[str]:
    """The data sources that examples and features come from."""
    found, waiting = {str(one.spec.spec.examples.source)}, [str(used.set) for used in one.spec.spec.features]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in project.feature_sets and name not in seen:
            seen.add(name)
            waiting += [str(source) for source in project.feature_sets[name].spec.spec.sources]
        elif name in project.data_sources:
            found.add(name)
    return frozenset(found)


def _examples(one: Located["Model"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    """The columns that a model takes from its examples' source."""
    examples, columns = one.said["examples"], source.said["columns"]
    named: list[tuple[Route, str]] = [(("id",), examples["id"]), (("timestamp",), examples["timestamp"])]
    named += [(("keys", index), key) for index, key in enumerate(examples["keys"])]
    named += [(("inputs", name), name) for name in examples["inputs"]]
    for route, name in named:
        if name not in columns:
            yield unknown(one, ("spec", "examples", *route), f"column in {source.key},", name, columns)
    for name, given in examples["inputs"].items():
        if name in columns and given["type"] != columns[name]:
            label = Label(source.span("spec", "columns", name), f"{columns[name]} here")
            message = f"{name!r} is taken for {given['type']}, but {source.key} has {columns[name]}"
            help_ = NO_DATE if columns[name] == "date" else ""
            yield error("PLM-REF-006", one, ("spec", "examples", "inputs", name, "type"), message, label, help_=help_)
    if columns.get(examples["timestamp"], "timestamp") not in MOMENTS:
        yield no_moment(one, ("spec", "examples", "timestamp"), examples["timestamp"], source)
    for index, name in enumerate(examples["keys"]):
        if columns.get(name) == "date":
            label = Label(source.span("spec", "columns", name), "a date here")
            message = f"{name!r} is a date, by which no feature set is joined"
            yield error("PLM-REF-006", one, ("spec", "examples", "keys", index), message, label, help_=NO_DATE)


def _features(one: Located["Model"], index: int, found: Located["FeatureSet"]) -> Iterator[Diagnostic]:
    """The features that a model takes from one set."""
    route: Route = ("spec", "features", index)
    examples, features = one.said["examples"], found.said["features"]
    for position, name in enumerate(one.said["features"][index]["use"]):
        where = (*route, "use", position)
        if name not in features:
            yield unknown(one, where, f"feature in {found.key},", name, features)
            continue
        if name in examples["inputs"]:
            first = Label(one.span("spec", "examples", "inputs", name), "declared here")
            yield error("PLM-REF-005", one, where, f"{name!r} is an input of the examples as well", first)
        if name == examples["label"]["name"]:
            label = Label(one.span("spec", "examples", "label", "name"), "the label")
            yield error("PLM-REF-007", one, where, f"the label {name!r} is a feature as well: it would leak", label)
        yield from _excluded(one, where, name, features[name]["type"], found)
    yield from _joins(one, route, found)


def _repeated(one: Located["Model"]) -> Iterator[Diagnostic]:
    """Features of one name, whether of one set or of two: a table has one column of a name."""
    first: dict[str, Route] = {}
    for index, used in enumerate(one.said["features"]):
        for position, name in enumerate(used["use"]):
            route: Route = ("spec", "features", index, "use", position)
            if first.setdefault(name, route) is not route:
                label = Label(one.span(*first[name]), "first named here")
                yield error("PLM-REF-005", one, route, f"{name!r} is a feature of the model already", label)


def _joins(one: Located["Model"], route: Route, found: Located["FeatureSet"]) -> Iterator[Diagnostic]:
    """The keys of a feature set's entity must be columns of the examples."""
    examples = one.said["examples"]
    for key in found.said["entity"]["keys"]:
        if key not in examples["keys"] and key not in examples["inputs"]:
            message = f"{found.key} is joined by {key!r}, which is neither a key nor an input of the examples"
            label = Label(found.span("spec", "entity", "keys", key), "a key of the entity")
            yield error("PLM-REF-005", one, (*route, "set"), message, label)


def _slices(one: Located["Model"]) -> Iterator[Diagnostic]:
    """The columns by which evaluation is cut must be among those that it has."""
    examples = one.said["examples"]
    known: Iterable[str] = (
        *examples["keys"],
        *examples["inputs"],
        *(name for used in one.said["features"] for name in used["use"]),
    )
    for index, sliced in enumerate(one.said["evaluation"]["slices"]):
        if sliced["by"] not in known:
            yield unknown(
                one, ("spec", "evaluation", "slices", index, "by"), "key, input or feature", sliced["by"], known
            )
