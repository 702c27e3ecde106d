"""What is judged: every object, in every environment or once, with the context that its rules read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.governance.demand import total
from plimsoll.compiler.governance.fields import DYNAMIC, MAPS
from plimsoll.compiler.project.graph import Reads
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.project.unit import Key

Fields = frozenset[str] | None
"""Names of fields of a spec; None stands for all."""

_WHOLE: Mapping[str, Fields] = {}


@dataclass(frozen=True)
class Subject:
    """An object as it is judged: inside one environment, or once for all environments that reach it."""

    one: Located[Any]
    placed: PlacedDeployment | None
    environment: str | None
    reached: tuple[str, ...]
    """The environments that a finding about it concerns."""

    @property
    def values(self) -> dict[str, Any]:
        """The object as rules see it."""
        return self.placed.values if self.placed else self.one.values

    def route(self, blamed: str) -> Route:
        """A rule's blame as a route; a deployment's environments are narrowed to the one where it is judged."""
        route: Route = tuple(int(part) if part.isdigit() else part for part in blamed.split("."))
        if self.placed and route == ("spec", "environments"):
            return (*route, self.placed.environment.name)
        return route

    def span(self, route: Route) -> Span:
        """Where a value stands, in the overlay where that has it; the nearest existing parent where none does."""
        return self.placed.span(*route) if self.placed else self.one.span(*route)

    def has(self, route: Route) -> bool:
        """Whether a value was written at the route."""
        return self.placed.has(*route) if self.placed else self.one.document.has(route)


class Estate:
    """A project as its rules see it.

    A rule is given those fields of a spec that some rule beside it names, and no others: the engine takes values over
    whole, which costs more than what it does with them. What is named of a model is not given of its data sources.
    """

    def __init__(self, project: Project, today: date) -> None:
        self.project, self.today = project, today
        self.graph = project.graph
        self._seen: dict[tuple[str, str, str | None, Fields], dict[str, Any]] = {}
        self._pins: dict[tuple[str, str], dict[str, Any]] = {}
        self._seen_together: dict[tuple[str, tuple[str, ...], Fields], list[dict[str, Any]]] = {}

    def seen(self, kind: str, name: str, place: str | None, fields: Fields) -> dict[str, Any]:
        """The values of a spec, or of a deployment in a place that is given, without what is not among the fields.

        What is left out is let go: ten thousand specs at once would fill the memory.
        """
        key = (kind, name, place, fields)
        if key not in self._seen:
            facts = self.project.facts(self.graph.units[kind, name])
            spec = facts.values["spec"] if place is None else facts.placed[place]
            self._seen[key] = visible({**facts.values, "spec": spec}, fields)
        return self._seen[key]

    def judged_in(self, environments: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some environments in which anything is judged: all of them, here."""
        return environments

    def subjects(self, one: Located[Any], *, per_environment: bool) -> Iterator[Subject]:
        """An object as it is judged. One that no environment reaches isn't where an environment is asked for."""
        if one.kind == "Deployment":
            (model,) = self.graph.named("Deployment", one.name, "Model")
            for place in sorted(self.graph.named("Deployment", one.name, "Environment")):
                placed = PlacedDeployment(one, self.project.environments[place], self.project.models[model])
                yield Subject(one, placed, place, (place,))
            return
        if one.kind == "Environment":
            yield Subject(one, None, one.name, (one.name,))
            return
        reached = self.graph.environments_of(self.graph.models_of(one.kind, one.name))
        if per_environment:
            for environment in reached:
                yield Subject(one, None, environment, (environment,))
        else:
            yield Subject(one, None, None, reached)

    def context(self, subject: Subject, wanted: Iterable[str], fields: Mapping[str, Fields] = _WHOLE) -> dict[str, Any]:
        """The wanted fields of the context, by their names in YAML, with what is named of the specs under each."""
        models = self.graph.models_of(subject.one.kind, subject.one.name)
        if subject.environment is not None and not subject.placed:
            here = subject.environment
            models = tuple(name for name in models if here in self.graph.environments_of([name]))
        found = {name: self._field(name, subject, models, fields.get(name)) for name in sorted(wanted)}
        return {name: value for name, value in found.items() if value is not None}

    def _field(self, name: str, subject: Subject, models: tuple[str, ...], fields: Fields) -> Any:
        def seen(kind: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
            key = (kind, names, fields)
            if key not in self._seen_together:
                self._seen_together[key] = [self.seen(kind, one, None, fields) for one in names]
            return self._seen_together[key]

        match name:
            case "environment":
                place = subject.environment
                return self.seen("Environment", place, None, fields) if place else None
            case "model":
                return self.seen("Model", subject.placed.model.name, None, fields) if subject.placed else None
            case "models":
                return seen("Model", models)
            case "featureSets":
                return seen("FeatureSet", self._reads(subject, models).feature_sets)
            case "dataSources":
                return seen("DataSource", self._reads(subject, models).data_sources)
            case "deployments":
                return [self.seen("Deployment", *where, fields) for where in self._neighbours(subject, models)]
            case "pins":
                return [self._pinned(*where) for model in models for where in self.graph.placed_of_model(model)]
            case "demand":
                return self._demand(subject, models)
            case "today":
                return self.today.isoformat()
        raise ValueError(f"the context has no field {name!r}")

    def _reads(self, subject: Subject, models: tuple[str, ...]) -> Reads:
        """The data sources and the feature sets that stand in an object's context."""
        if subject.one.kind == "DataSource":
            return Reads(feature_sets=self.graph.sets_of("DataSource", subject.one.name))
        if subject.one.kind == "FeatureSet":
            return self.graph.of_feature_set(subject.one.name)
        return self.graph.of_models(models)

    def _neighbours(self, subject: Subject, models: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """The deployments of some models, each with an environment of its own."""
        for model in models:
            for deployment, environment in self.graph.placed_of_model(model):
                if subject.environment in (None, environment):
                    yield deployment, environment

    def _pinned(self, deployment: str, environment: str) -> dict[str, Any]:
        """What a deployment serves in an environment: the fields of ``governance.context.Pinned``."""
        where = (deployment, environment)
        if where not in self._pins:
            placed = self.project.facts(self.graph.units["Deployment", deployment]).placed[environment]
            stage = self.project.environments[environment].values["spec"]["stage"]
            self._pins[where] = {
                "deployment": deployment,
                "environment": environment,
                "stage": stage,
                **placed.get("pin", {}),
            }
        return self._pins[where]

    def _demand(self, subject: Subject, models: tuple[str, ...]) -> dict[str, Any] | None:
        kind, here = subject.one.kind, subject.environment
        if here is None or kind not in ("Deployment", "Model", "Environment"):
            return None
        running: list[Key] = [("Model", name) for name in models] if kind != "Deployment" else []
        if kind == "Deployment":
            running.append((kind, subject.one.name))
        elif kind == "Environment":
            running += {("Deployment", name): None for name, _ in self._neighbours(subject, models)}
        workloads = [work for key in running for work in self.graph.units[key].workloads(here)]
        return total(workloads, self.project.environments[here].values["spec"]["budget"]["rates"]).values


def visible(values: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The values of a spec without what is not among the fields; its name stays."""
    if fields is None:
        return values
    metadata = {key: item for key, item in values["metadata"].items() if key == "name" or key in fields}
    seen: dict[str, Any] = {key: values[key] for key in ("apiVersion", "kind") if key in fields}
    return {**seen, "metadata": metadata, "spec": only(values["spec"], fields, data=False)}


def only(value: Any, fields: frozenset[str], *, data: bool) -> Any:
    """A value without the fields that nobody names; ``data`` says that the keys of a mapping are no names of fields."""
    if isinstance(value, dict):
        return {
            key: item if key in DYNAMIC else only(item, fields, data=key in MAPS)
            for key, item in value.items()
            if data or key in fields
        }
    return [only(item, fields, data=False) for item in value] if isinstance(value, list) else value
