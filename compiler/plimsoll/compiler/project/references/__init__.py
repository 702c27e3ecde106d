"""Whether every name in the specs leads to something, of the right kind, version and type, and never back to itself."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.references import (
    combinations,
    datasources,
    deployments,
    environments,
    featuresets,
    models,
    unrendered,
)
from plimsoll.compiler.project.references.cycles import cycles
from plimsoll.compiler.project.references.files import evidence
from plimsoll.compiler.project.references.names import names
from plimsoll.compiler.project.references.namespaces import shared_namespaces

__all__ = ["check", "check_one", "cycles", "shared_namespaces"]


def check(project: Project) -> Iterator[Diagnostic]:
    """Every reference of every spec, and what several of them can't be together."""
    for one in project.located():
        yield from check_one(project, one)
    yield from cycles(project)
    yield from shared_namespaces(project)


def check_one(project: Project, one: Located[Any]) -> Iterator[Diagnostic]:
    """Every reference of one spec.

    It depends on that spec, on the specs that it names, for a deployment on the feature sets that its model names, on
    which names there are, and on whether the files that it names are there and have the digests that it says: whoever
    keeps the findings must ask again when one changes.
    """
    yield from names(project, one)
    match one.kind:
        case "DataSource":
            yield from datasources.check(project, one)
        case "FeatureSet":
            yield from featuresets.check(project, one)
        case "Model":
            yield from models.check(project, one)
            yield from evidence(project, one)
        case "Deployment":
            yield from deployments.check(project, one)
            yield from combinations.of_deployment(project, one)
        case "Environment":
            yield from combinations.of_environment(one)
            yield from environments.check(one)
    yield from unrendered.check(one)
