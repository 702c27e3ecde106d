"""What a model reads, as steps are told: its examples, and every feature set down to the data sources."""

from functools import lru_cache
from pathlib import Path

from plimsoll.compiler.kinds import DataSource, FeatureSet, Model
from plimsoll.compiler.kinds.featureset import Feature
from plimsoll.compiler.kinds.model import Input
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.rendering.files import reading
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.compiler.rendering.written import inner_json
from plimsoll.contract.places import State
from plimsoll.contract.requests import (
    ColumnType,
    CsvFormat,
    Examples,
    FeatureColumn,
    FeatureSetRequest,
    FeatureUse,
    ModelInputs,
    Table,
)

_ANY_ROOT = Path("state")


def feature_sets_of(project: Project, model: Model) -> tuple[Located[FeatureSet], ...]:
    """The feature sets that a model uses and those that they are made from, each after all that it is made from."""
    return _feature_sets(project, model.metadata.name)


@lru_cache(maxsize=16)
def _feature_sets(project: Project, name: str) -> tuple[Located[FeatureSet], ...]:
    """They are the same in all environments, which are rendered one after the other."""
    ordered: dict[str, Located[FeatureSet]] = {}

    def visit(name: str) -> None:
        if name in project.feature_sets and name not in ordered:
            for source in project.feature_sets[name].spec.spec.sources:
                visit(source)
            ordered[name] = project.feature_sets[name]

    for used in project.models[name].spec.spec.features:
        visit(used.set)
    return tuple(ordered.values())


def data_sources_of(project: Project, model: Model) -> tuple[Located[DataSource], ...]:
    """The data sources that a model's examples and features come from, by name."""
    return _data_sources(project, model.metadata.name)


@lru_cache(maxsize=16)
def _data_sources(project: Project, name: str) -> tuple[Located[DataSource], ...]:
    model = project.models[name].spec
    sets = feature_sets_of(project, model)
    names = {model.spec.examples.source, *(source for one in sets for source in one.spec.spec.sources)}
    return tuple(project.data_sources[name] for name in sorted(names) if name in project.data_sources)


def model_inputs(project: Project, model: Model) -> ModelInputs:
    """Everything that a model reads.

    Raises:
        Unreadable: when the SQL beside a feature set can't be read, or isn't UTF-8.
    """
    return _inputs(project, model.metadata.name)


@lru_cache(maxsize=16)
def _inputs(project: Project, name: str) -> ModelInputs:
    """What a model reads is the same in all environments and for all of its deployments."""
    model = project.models[name].spec
    return ModelInputs(
        examples=examples_of(project, model),
        feature_sets=tuple(_feature_set(project, one.name) for one in feature_sets_of(project, model)),
        uses=tuple(FeatureUse(feature_set=used.set, features=used.use) for used in model.spec.features),
    )


@lru_cache(maxsize=16)
def inputs_text(project: Project, name: str) -> str:
    """What a model reads, as it stands in its requests."""
    return inner_json(_inputs(project, name))


def examples_of(project: Project, model: Model) -> Examples:
    """The labelled examples of a model."""
    given = model.spec.examples
    return Examples(
        table=table_of(project, given.source),
        id=given.id,
        timestamp=given.timestamp,
        columns={name: _column(column) for name, column in given.inputs.items()},
        keys=given.keys,
        label=given.label.name,
        label_sql=given.label.expression,
        label_delay=given.label.known_after,
        filter_sql=given.filter,
        classes=given.label.classes,
    )


def _column(declared: Input | Feature) -> FeatureColumn:
    expect = declared.expect
    return FeatureColumn(
        type=declared.type,
        unit=declared.unit,
        minimum=expect.minimum,
        maximum=expect.maximum,
        allowed=expect.allowed,
        max_missing=expect.max_missing,
    )


@lru_cache(maxsize=256)
def _feature_set(project: Project, name: str) -> FeatureSetRequest:
    one = project.feature_sets[name]
    spec = one.spec.spec
    return FeatureSetRequest(
        name=one.spec.metadata.name,
        entity=spec.entity.name,
        keys=spec.entity.keys,
        timestamp=spec.timestamp,
        features={name: _column(feature) for name, feature in spec.features.items()},
        ttl=spec.ttl,
        sql=_sql(project, one),
        sources=tuple(table_of(project, name) for name in spec.sources),
    )


def _sql(project: Project, one: Located[FeatureSet]) -> str:
    given = one.spec.spec.transformation
    if given.file is None:
        return given.sql or ""
    path = project.beside(one, given.file)
    place = Owner(one, ("spec", "transformation", "file"))
    return reading(given.file, place, lambda: path.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def table_of(project: Project, name: str) -> Table:
    """The table that a DataSource or a FeatureSet stands for."""
    if name in project.data_sources:
        source = project.data_sources[name].spec.spec
        csv = CsvFormat.model_validate(source.csv.model_dump()) if source.csv is not None else None
        return Table(name=name, path=source.file, timestamp=source.timestamp, columns=source.columns, csv=csv)
    made = project.feature_sets[name].spec.spec
    features: dict[str, ColumnType] = {feature: given.type for feature, given in made.features.items()}
    return Table(
        name=name,
        origin="features",
        path=State(_ANY_ROOT).feature_table(name).relative_to(_ANY_ROOT).as_posix(),
        timestamp=made.timestamp,
        columns={**made.entity.keys, made.timestamp: "timestamp", **features},
    )
