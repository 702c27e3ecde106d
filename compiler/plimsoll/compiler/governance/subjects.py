"""What is judged: every object, in every environment or once, with the context that its rules read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

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


class Subject(NamedTuple):
    """An object as it is judged: inside one environment, or once for all environments that reach it."""

    one: Located[Any]
    environment: str | None
    reached: tuple[str, ...]
    """The environments that a finding about it concerns."""
    models: tuple[str, ...]
    """The models that it has to do with, there where it is judged."""
    project: Project

    @property
    def is_placed(self) -> bool:
        """Whether it is a deployment, with the overlay of an environment laid over it."""
        return self.environment is not None and self.one.kind == "Deployment"

    @property
    def placed(self) -> PlacedDeployment | None:
        """The deployment as it is in its environment; None of any other object."""
        if self.environment is None or self.one.kind != "Deployment":
            return None
        return self.project.place(self.one.name, self.environment)

    @property
    def values(self) -> dict[str, Any]:
        """The object as rules see it."""
        return self.placed.values if self.placed else self.one.values

    def route(self, blamed: str) -> Route:
        """A rule's blame as a route; a deployment's environments are narrowed to the one where it is judged."""
        route: Route = tuple(int(part) if part.isdigit() else part for part in blamed.split("."))
        if self.is_placed and self.environment and route == ("spec", "environments"):
            return (*route, self.environment)
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
        self._together: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        self._pins: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        self._of: dict[str, Callable[[Subject, Fields], Any]] = {
            "environment": self._environment,
            "model": self._model,
            "models": lambda subject, fields: self._all("Model", subject.models, fields),
            "featureSets": lambda subject, fields: self._all("FeatureSet", self._reads(subject).feature_sets, fields),
            "dataSources": lambda subject, fields: self._all("DataSource", self._reads(subject).data_sources, fields),
            "deployments": self._deployments,
            "pins": lambda subject, _: self._pinned(subject.models),
            "demand": lambda subject, _: self._demand(subject),
            "today": lambda *_: self.today.isoformat(),
        }

    def seen(self, kind: str, name: str, place: str | None, fields: Fields) -> dict[str, Any]:
        """The values of a spec, or of a deployment in a place that is given, without what is not among the fields.

        What is left out is let go: ten thousand specs at once would fill the memory.
        """
        key = (kind, name, place, fields)
        known = self._seen.get(key)
        if known is None:
            facts = self.project.facts(self.graph.units[kind, name])
            spec = facts.values["spec"] if place is None else facts.placed[place]
            known = self._seen[key] = visible({**facts.values, "spec": spec}, fields)
        return known

    def judged_in(self, environments: tuple[str, ...]) -> tuple[str, ...]:
        """Those of some environments in which anything is judged: all of them, here."""
        return environments

    def subject(self, one: Located[Any], environment: str | None, reached: tuple[str, ...] = ()) -> Subject:
        """An object where it is judged; what a finding concerns is that place, or the environments that it reaches."""
        graph = self.graph
        models = graph.models_of(one.kind, one.name)
        if environment is not None and one.kind != "Deployment":
            models = tuple(name for name in models if environment in graph.environments_of((name,)))
        return Subject(one, environment, reached or (environment,) if environment else reached, models, self.project)

    def subjects(self, one: Located[Any], *, per_environment: bool) -> Iterator[Subject]:
        """An object as it is judged. One that no environment reaches isn't where an environment is asked for."""
        if one.kind == "Deployment":
            places = sorted(self.graph.named("Deployment", one.name, "Environment"))
        elif one.kind == "Environment":
            places = [one.name]
        else:
            reached = self.graph.environments_of(self.graph.models_of(one.kind, one.name))
            if not per_environment:
                yield self.subject(one, None, reached)
                return
            places = [*reached]
        for place in places:
            yield self.subject(one, place)

    def context(self, subject: Subject, wanted: Iterable[str], fields: Mapping[str, Fields] = _WHOLE) -> dict[str, Any]:
        """The wanted fields of the context, by their names in YAML, with what is named of the specs under each."""
        found = {}
        for name in wanted:
            value = self._of[name](subject, fields.get(name))
            if value is not None:
                found[name] = value
        return found

    def _environment(self, subject: Subject, fields: Fields) -> dict[str, Any] | None:
        return self.seen("Environment", subject.environment, None, fields) if subject.environment else None

    def _model(self, subject: Subject, fields: Fields) -> dict[str, Any] | None:
        return self.seen("Model", subject.models[0], None, fields) if subject.is_placed else None

    def _all(self, kind: str, names: tuple[str, ...], fields: Fields) -> list[dict[str, Any]]:
        key = (kind, names, fields)
        known = self._together.get(key)
        if known is None:
            known = self._together[key] = [self.seen(kind, one, None, fields) for one in names]
        return known

    def _deployments(self, subject: Subject, fields: Fields) -> list[dict[str, Any]]:
        key = ("Deployment", subject.models, subject.environment, fields)
        known = self._together.get(key)
        if known is None:
            known = self._together[key] = [self.seen("Deployment", *one, fields) for one in self._neighbours(subject)]
        return known

    def _reads(self, subject: Subject) -> Reads:
        """The data sources and the feature sets that stand in an object's context."""
        if subject.one.kind == "DataSource":
            return Reads(feature_sets=self.graph.sets_of("DataSource", subject.one.name))
        if subject.one.kind == "FeatureSet":
            return self.graph.of_feature_set(subject.one.name)
        return self.graph.of_models(subject.models)

    def _neighbours(self, subject: Subject) -> Iterator[tuple[str, str]]:
        """The deployments of an object's models, each with an environment of its own."""
        for model in subject.models:
            for deployment, environment in self.graph.placed_of_model(model):
                if subject.environment in (None, environment):
                    yield deployment, environment

    def _pinned(self, models: tuple[str, ...]) -> list[dict[str, Any]]:
        """What some models' deployments serve, in each environment: the fields of ``governance.context.Pinned``."""
        known = self._pins.get(models)
        if known is None:
            placed = (where for model in models for where in self.graph.placed_of_model(model))
            known = self._pins[models] = [self._pin(*where) for where in placed]
        return known

    def _pin(self, deployment: str, environment: str) -> dict[str, Any]:
        placed = self.project.facts(self.graph.units["Deployment", deployment]).placed[environment]
        stage = self.project.environments[environment].values["spec"]["stage"]
        return {"deployment": deployment, "environment": environment, "stage": stage, **placed.get("pin", {})}

    def _demand(self, subject: Subject) -> dict[str, Any] | None:
        kind, here = subject.one.kind, subject.environment
        if here is None or kind not in ("Deployment", "Model", "Environment"):
            return None
        running: list[Key] = [("Model", name) for name in subject.models] if kind != "Deployment" else []
        if kind == "Deployment":
            running.append((kind, subject.one.name))
        elif kind == "Environment":
            running += {("Deployment", name): None for name, _ in self._neighbours(subject)}
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
            key: only(item, fields, data=key in MAPS) if isinstance(item, dict | list) and key not in DYNAMIC else item
            for key, item in value.items()
            if data or key in fields
        }
    return [only(item, fields, data=False) for item in value] if isinstance(value, list) else value
