"""The edges between specs: every place where one names another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Route

if TYPE_CHECKING:  # The kinds are loaded one by one, when a spec of theirs is read.
    from plimsoll.compiler.kinds import Deployment, FeatureSet, Model, PolicyBinding, Resource, Waiver
    from plimsoll.compiler.kinds.scalars import Reference
    from plimsoll.compiler.versions import Requirement


@dataclass(frozen=True)
class Link:
    """A spec's reference to another one."""

    kinds: tuple[str, ...]
    """What may be meant, mostly one kind; a feature set's source is a ``DataSource`` or a ``FeatureSet``."""
    name: str
    """The name that is looked for, without a version."""
    route: Route
    """Where the reference stands; a deployment's environments are keys of a mapping.

    The text there may be longer than the name: ``flights@1.2`` names ``flights``.
    """
    version: "Requirement | None" = None
    """The version that is asked for."""


def links(spec: "Resource") -> tuple[Link, ...]:
    """Every reference of a spec to another by name, in the order in which they are written in its kind.

    The rules that a binding or a waiver names are no references by name: their ids may lie in the catalogue.
    """
    find = _FIND.get(spec.kind_name)
    return tuple(find(spec)) if find else ()


def _link(kinds: tuple[str, ...], reference: "Reference", route: Route) -> Link:
    return Link(kinds, str(reference), route, reference.version)


def _feature_set(one: "FeatureSet") -> Iterator[Link]:
    for index, name in enumerate(one.spec.sources):
        yield _link(("DataSource", "FeatureSet"), name, ("spec", "sources", index))


def _model(one: "Model") -> Iterator[Link]:
    yield _link(("DataSource",), one.spec.examples.source, ("spec", "examples", "source"))
    for index, used in enumerate(one.spec.features):
        yield _link(("FeatureSet",), used.set, ("spec", "features", index, "set"))
    for index, trigger in enumerate(one.spec.triggers or ()):
        match trigger.type:
            case "data-arrival":
                yield Link(("DataSource",), trigger.source, ("spec", "triggers", index, "source"))
            case "drift-alarm":
                yield Link(("Deployment",), trigger.deployment, ("spec", "triggers", index, "deployment"))


def _deployment(one: "Deployment") -> Iterator[Link]:
    yield Link(("Model",), one.spec.model, ("spec", "model"))
    for name in one.spec.environments:
        yield Link(("Environment",), name, ("spec", "environments", name))


def _binding(one: "PolicyBinding") -> Iterator[Link]:
    return _environments(one.spec.environments)


def _waiver(one: "Waiver") -> Iterator[Link]:
    kind, _, name = one.spec.object.partition("/")
    yield Link((kind,), name, ("spec", "object"))
    yield from _environments(one.spec.environments)


def _environments(names: tuple[str, ...]) -> Iterator[Link]:
    for index, name in enumerate(names):
        yield Link(("Environment",), name, ("spec", "environments", index))


_FIND: dict[str, Callable[[Any], Iterator[Link]]] = {
    "FeatureSet": _feature_set,
    "Model": _model,
    "Deployment": _deployment,
    "PolicyBinding": _binding,
    "Waiver": _waiver,
}
"""How the references of a kind are found; the other kinds have none."""


def files(spec: "Resource") -> tuple[tuple[str, bool], ...]:
    """The files beside itself that a spec names, relative to its own, each with whether it is a folder."""
    one: Any = spec
    if spec.kind_name == "FeatureSet" and one.spec.transformation.file is not None:
        return ((one.spec.transformation.file, False),)
    if spec.kind_name == "Model":
        return ((one.spec.training.code, True),)
    return ()


def evidence(spec: "Resource") -> tuple[tuple[str, str], ...]:
    """The files beside itself that a spec names as evidence, each with the digest that it must have; empty for any.

    Nothing is made from them, so that a release does not depend on what they say.
    """
    one: Any = spec
    if spec.kind_name not in ("DataSource", "Model") or one.spec.evidence is None:
        return ()
    return tuple((found.file, found.digest or "") for _, found in one.spec.evidence.documents() if found.file)
