"""What is judged: every object, in every environment or once, with the context that its rules read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Route, Span
from plimsoll.compiler.governance.demand import of_deployment, of_training, total
from plimsoll.compiler.governance.lineage import Lineage
from plimsoll.compiler.kinds.policy import Kind
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.compiler.project.typed import Located


@dataclass(frozen=True)
class Subject:
    """An object as it is judged: inside one environment, or once for all environments that reach it."""

    one: Located[Any]
    placed: PlacedDeployment | None
    environment: str | None
    reached: tuple[str, ...]
    """The environments that a finding about it concerns."""

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self.one.spec.metadata.name)

    def route(self, blamed: str) -> Route:
        """A rule's blame as a route; a deployment's environments are narrowed to the one where it is judged."""
        route: Route = tuple(int(part) if part.isdigit() else part for part in blamed.split("."))
        if self.placed and route == ("spec", "environments"):
            return (*route, self.placed.environment.spec.metadata.name)
        return route

    def span(self, route: Route) -> Span:
        """Where a value stands, in the overlay where that has it; the nearest existing parent where none does."""
        return self.placed.span(*route) if self.placed else self.one.span(*route)

    def has(self, route: Route) -> bool:
        """Whether a value was written at the route."""
        return self.placed.has(*route) if self.placed else self.one.document.has(route)


class Estate:
    """A project as its rules see it: objects and their contexts as plain values, each made once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.lineage = Lineage(project)
        self._values: dict[tuple[str, str | None], dict[str, Any]] = {}

    def subjects(self, kind: Kind, *, per_environment: bool) -> Iterator[Subject]:
        """The objects of a kind. One that no environment reaches is left out where an environment is asked for."""
        if kind == "Deployment":
            for placed in self.project.placed:
                environment = placed.environment.spec.metadata.name
                yield Subject(placed.deployment, placed, environment, (environment,))
            return
        if kind == "Environment":
            for name, one in sorted(self.project.environments.items()):
                yield Subject(one, None, name, (name,))
            return
        for one in self._table(kind).values():
            reached = self.lineage.environments_of(self._models(one))
            if per_environment:
                for environment in reached:
                    yield Subject(one, None, environment, (environment,))
            else:
                yield Subject(one, None, None, reached)

    def _table(self, kind: Kind) -> dict[str, Located[Any]]:
        tables: dict[str, dict[str, Any]] = {
            "DataSource": self.project.data_sources,
            "FeatureSet": self.project.feature_sets,
            "Model": self.project.models,
        }
        return dict(sorted(tables[kind].items()))

    def _models(self, one: Located[Any]) -> tuple[str, ...]:
        """The models that an object has to do with, wherever they live."""
        name, kind = one.spec.metadata.name, one.spec.kind_name
        if kind == "DataSource":
            return self.lineage.models_of_data_source.get(name, ())
        if kind == "FeatureSet":
            return self.lineage.models_of_feature_set.get(name, ())
        if kind == "Environment":
            return tuple(model.spec.metadata.name for model in self.project.models_in(name))
        return (one.spec.spec.model,) if kind == "Deployment" else (name,)

    def value(self, subject: Subject) -> dict[str, Any]:
        """The object as rules see it: keys as in YAML, defaults filled in, what is absent left out."""
        return self._placed(subject.placed) if subject.placed else self._value(subject.one)

    def _value(self, one: Located[Any]) -> dict[str, Any]:
        key = (one.key, None)
        if key not in self._values:
            self._values[key] = one.spec.model_dump(by_alias=True, mode="json", exclude_none=True)
        return self._values[key]

    def _placed(self, placed: PlacedDeployment) -> dict[str, Any]:
        key = (placed.deployment.key, placed.environment.spec.metadata.name)
        if key not in self._values:
            spec = placed.spec.model_dump(by_alias=True, mode="json", exclude_none=True)
            self._values[key] = {**self._value(placed.deployment), "spec": spec}
        return self._values[key]

    def context(self, subject: Subject, wanted: frozenset[str]) -> dict[str, Any]:
        """The wanted fields of the context, by their names in YAML."""
        models = self._models(subject.one)
        if subject.environment is not None and not subject.placed:
            here = subject.environment
            models = tuple(name for name in models if here in self.lineage.environments_of([name]))
        found = {name: self._field(name, subject, models) for name in sorted(wanted)}
        return {name: value for name, value in found.items() if value is not None}

    def _field(self, name: str, subject: Subject, models: tuple[str, ...]) -> Any:
        project, kind = self.project, subject.one.spec.kind_name
        match name:
            case "environment":
                return self._value(project.environments[subject.environment]) if subject.environment else None
            case "model":
                return self._value(subject.placed.model) if subject.placed else None
            case "models":
                return [self._value(project.models[model]) for model in models]
            case "featureSets":
                return [self._value(project.feature_sets[one]) for one in self._reads(subject, models)[1]]
            case "dataSources":
                return [self._value(project.data_sources[one]) for one in self._reads(subject, models)[0]]
            case "deployments":
                return [self._placed(placed) for placed in self._neighbours(subject, models)]
            case "demand":
                return self._demand(subject, models) if kind in ("Deployment", "Model", "Environment") else None
        raise ValueError(f"the context has no field {name!r}")

    def _reads(self, subject: Subject, models: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The data sources and the feature sets that stand in an object's context."""
        if subject.one.spec.kind_name == "DataSource":
            return (), self.lineage.sets_of_data_source.get(subject.name, ())
        if subject.one.spec.kind_name == "FeatureSet":
            reads = self.lineage.of_feature_set(subject.name)
        else:
            reads = self.lineage.of_models(models)
        return reads.data_sources, reads.feature_sets

    def _neighbours(self, subject: Subject, models: tuple[str, ...]) -> Iterator[PlacedDeployment]:
        for model in models:
            for placed in self.lineage.placed_of_model.get(model, ()):
                if subject.environment in (None, placed.environment.spec.metadata.name):
                    yield placed

    def _demand(self, subject: Subject, models: tuple[str, ...]) -> dict[str, Any] | None:
        if subject.environment is None:
            return None
        workloads = []
        if subject.one.spec.kind_name != "Model":
            placed = [subject.placed] if subject.placed else self._neighbours(subject, models)
            workloads += [workload for one in placed if one for workload in of_deployment(one.spec)]
        if subject.one.spec.kind_name != "Deployment":
            workloads += [workload for name in models for workload in of_training(self.project.models[name].spec)]
        rates = self.project.environments[subject.environment].spec.spec.budget.rates
        return total(workloads, rates).model_dump(by_alias=True, mode="json")
