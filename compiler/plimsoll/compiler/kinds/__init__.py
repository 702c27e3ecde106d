"""The kinds of spec, as frozen and strict pydantic models, each loaded when the first spec of it is read."""

import importlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.kinds.common import API_VERSION, Metadata, Resource

if TYPE_CHECKING:
    from plimsoll.compiler.kinds.datasource import DataSource
    from plimsoll.compiler.kinds.deployment import Deployment
    from plimsoll.compiler.kinds.environment import Environment
    from plimsoll.compiler.kinds.featureset import FeatureSet
    from plimsoll.compiler.kinds.model import Model
    from plimsoll.compiler.kinds.policy import Policy, PolicyBinding, Waiver

_MODULES = {
    "DataSource": "datasource",
    "FeatureSet": "featureset",
    "Model": "model",
    "Deployment": "deployment",
    "Environment": "environment",
    "Policy": "policy",
    "PolicyBinding": "policy",
    "Waiver": "policy",
}


class _Kinds(Mapping[str, type[Resource]]):
    """Every kind by its name. Names cost nothing; a kind is loaded when it is asked for."""

    def __getitem__(self, name: str) -> type[Resource]:
        kind: type[Resource] = getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
        return kind

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)

    def __contains__(self, name: object) -> bool:
        return name in _MODULES


KINDS: Mapping[str, type[Resource]] = _Kinds()
"""Every kind by the name that stands in a spec's ``kind``."""


def __getattr__(name: str) -> Any:
    """A kind by its name, loaded on first use (PEP 562)."""
    if name in _MODULES:
        return KINDS[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "API_VERSION",
    "KINDS",
    "DataSource",
    "Deployment",
    "Environment",
    "FeatureSet",
    "Metadata",
    "Model",
    "Policy",
    "PolicyBinding",
    "Resource",
    "Waiver",
]
