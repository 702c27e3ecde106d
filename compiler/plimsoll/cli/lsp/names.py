"""Where a spec's text names something that is declared elsewhere, by route: also for a spec that does not hold yet."""

from dataclasses import dataclass
from typing import Literal

from plimsoll.compiler.diagnostics import Route

JUDGED = ("DataSource", "FeatureSet", "Model", "Deployment", "Environment")

What = Literal["spec", "object", "rule", "feature", "source column", "input", "entity column", "own column"]


@dataclass(frozen=True)
class Named:
    """What is named at a place. ``kinds`` are those of the specs whose names, or whose parts, may stand there."""

    what: What
    kinds: tuple[str, ...] = ()


_ENVIRONMENT = Named("spec", ("Environment",))
_OWN = Named("own column")
_COLUMN = Named("source column", ("DataSource",))

_VALUES: dict[tuple[str, ...], Named] = {
    ("FeatureSet", "sources", "*"): Named("spec", ("DataSource", "FeatureSet")),
    ("Model", "examples", "source"): Named("spec", ("DataSource",)),
    ("Model", "examples", "id"): _COLUMN,
    ("Model", "examples", "timestamp"): _COLUMN,
    ("Model", "examples", "keys", "*"): _COLUMN,
    ("Model", "features", "*", "set"): Named("spec", ("FeatureSet",)),
    ("Model", "features", "*", "use", "*"): Named("feature", ("FeatureSet",)),
    ("Model", "evaluation", "slices", "*", "by"): Named("input", ("DataSource",)),
    ("DataSource", "timestamp"): _OWN,
    ("Deployment", "model"): Named("spec", ("Model",)),
    ("PolicyBinding", "environments", "*"): _ENVIRONMENT,
    ("PolicyBinding", "policies", "*"): Named("rule"),
    ("Waiver", "environments", "*"): _ENVIRONMENT,
    ("Waiver", "object"): Named("object", JUDGED),
    ("Waiver", "policy"): Named("rule"),
}
"""By kind and route below ``spec``; a star is any position of a list."""

_KEYS: dict[tuple[str, ...], Named] = {
    ("DataSource", "identifiers"): _OWN,
    ("DataSource", "knownAfter"): _OWN,
    ("Deployment", "environments"): _ENVIRONMENT,
    ("Model", "examples", "inputs"): _COLUMN,
    ("FeatureSet", "entity", "keys"): Named("entity column", ("DataSource",)),
}
"""Mappings whose keys are names, by kind and route below ``spec``."""


def named_by_value(kind: str, route: Route) -> Named | None:
    """What a value at a route names."""
    return _VALUES.get(_pattern(kind, route)) if route[:1] == ("spec",) else None


def named_by_key(kind: str, route: Route) -> Named | None:
    """What a key of the mapping at a route names."""
    return _KEYS.get(_pattern(kind, route)) if route[:1] == ("spec",) else None


def _pattern(kind: str, route: Route) -> tuple[str, ...]:
    return (kind, *("*" if isinstance(part, int) else part for part in route[1:]))
