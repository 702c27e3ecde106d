"""The guards of step requests: the labels that come to a model, what its place admits, and what is waived there."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any, get_args

from plimsoll.compiler.flow.labels import CLASSIFICATIONS, PERSONAL, Label
from plimsoll.compiler.flow.network import Network, Node
from plimsoll.compiler.flow.spread import Spread
from plimsoll.compiler.project.project import PlacedDeployment, Project
from plimsoll.contract.guard import Guard, GuardedPlace, GuardedSource, GuardRule

_RESTRICTED = CLASSIFICATIONS.index("restricted")
_RULES = frozenset(get_args(GuardRule))
_OF_MODEL: GuardRule = "PRV-05"
"""The rule of these that finds something about a model, and not about a deployment of it."""

Concerns = Callable[[str], bool]
"""Whether what is waived for a deployment is waived here."""


def training_guard(project: Project, model: str, environment: str) -> Guard | None:
    """The guard of a model's training. A model is trained in an environment for all of its deployments there.

    So what is waived for one of them is waived for the training; each of the others has a guard of its own.
    """

    def trains(deployment: str) -> bool:
        if deployment not in project.deployments:
            return False
        named = project.graph.named
        there = environment in named("Deployment", deployment, "Environment")
        return there and model in named("Deployment", deployment, "Model")

    return _guard(project, model, environment, trains)


def serving_guard(project: Project, placed: PlacedDeployment) -> Guard | None:
    """The guard of a deployment in an environment."""
    return _guard(project, placed.model.name, placed.environment.name, lambda name: name == placed.name)


def _guard(project: Project, model: str, environment: str, concerns: Concerns) -> Guard | None:
    """A guard; None where nothing is to be observed about any data that comes to the model."""
    place = _place(project, environment)
    arrived = _spread(project).of(Node("Model", model))
    bound = {name: label for name, label in sorted(arrived.items()) if _is_bound(label, place)}
    if not bound:
        return None
    sources = tuple(_source(project, name, label) for name, label in bound.items())
    waived = _waived(project, environment, lambda kind, name: concerns(name) if kind == "Deployment" else name == model)
    return Guard(place=place, sources=sources, purposes=tuple(project.models[model].said["purposes"]), waived=waived)


@lru_cache(maxsize=4)
def _spread(project: Project) -> Spread:
    """Labels are the same in all environments and for all deployments of a project."""
    return Spread(Network(project))


def _is_bound(label: Label, place: GuardedPlace) -> bool:
    """Whether one of the rules has anything to ask of data with a label."""
    cleared = place.clearance is not None and label.classification > 0
    return bool(label.kinds) or label.classification == _RESTRICTED or cleared


@lru_cache(maxsize=64)
def _place(project: Project, environment: str) -> GuardedPlace:
    said: dict[str, Any] = project.environments[environment].said
    return GuardedPlace(
        environment=environment,
        stage=said["stage"],
        region=said["region"],
        jurisdiction=said["jurisdiction"],
        personal_data=tuple(said["personalData"]),
        clearance=said.get("clearance"),
    )


@lru_cache(maxsize=64)
def _source(project: Project, name: str, label: Label) -> GuardedSource:
    said: dict[str, Any] = project.data_sources[name].said
    return GuardedSource.model_validate({
        "name": name,
        "personal_data": tuple(PERSONAL[kind] for kind in sorted(label.kinds)),
        "classification": CLASSIFICATIONS[label.classification],
        "jurisdiction": said["jurisdiction"],
        "transfers": tuple(sorted({one["country"] for one in said["transfers"]})),
        "purposes": tuple(sorted(label.purposes or ())) if label.kinds else None,
    })  # fmt: skip


def _waived(project: Project, environment: str, concerns: Callable[[str, str], bool]) -> dict[GuardRule, date]:
    """The rules that are waived, each with the last day: a request is the same on whichever day it is compiled.

    A rule is waived for what it finds something about: PRV-05 for the model, the others for a deployment of it.
    """
    found = dict[GuardRule, date]()
    for said in (waiver.said for waiver in project.waivers.values()):
        rule, places = said["policy"], said["environments"]
        kind, _, name = said["object"].partition("/")
        asked = "Model" if rule == _OF_MODEL else "Deployment"
        if rule in _RULES and (not places or environment in places) and kind == asked and concerns(kind, name):
            last = date.fromisoformat(said["expires"])
            found[rule] = max(last, found.get(rule, last))
    return dict(sorted(found.items()))
