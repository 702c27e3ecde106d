"""The kinds of spec, as frozen and strict pydantic models: one file a kind."""

from plimsoll.compiler.kinds.common import API_VERSION, Metadata, Resource
from plimsoll.compiler.kinds.datasource import DataSource
from plimsoll.compiler.kinds.deployment import Deployment
from plimsoll.compiler.kinds.environment import Environment
from plimsoll.compiler.kinds.featureset import FeatureSet
from plimsoll.compiler.kinds.model import Model
from plimsoll.compiler.kinds.policy import Policy, PolicyBinding, Waiver

Spec = DataSource | FeatureSet | Model | Deployment | Environment | Policy | PolicyBinding | Waiver

KINDS: dict[str, type[Spec]] = {
    kind.__name__: kind
    for kind in (DataSource, FeatureSet, Model, Deployment, Environment, Policy, PolicyBinding, Waiver)
}
"""Every kind by the name that stands in a spec's ``kind``."""

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
    "Spec",
    "Waiver",
]
