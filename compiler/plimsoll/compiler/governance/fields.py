"""The names of what a rule may read beside its object; ``governance.context`` has their types and meanings."""

CONTEXT = frozenset(
    {"environment", "model", "models", "featureSets", "dataSources", "deployments", "pins", "demand", "today"}
)
"""The fields of the context."""

TODAY = "today"
"""The field that differs from day to day, whatever the specs are."""

PER_ENVIRONMENT = frozenset({"environment", "demand"})
"""The fields that have a meaning only inside an environment."""

MAPS = frozenset(
    {"annotations", "columns", "features", "gpuHour", "gpus", "identifiers", "inputs", "keys", "knownAfter", "labels"}
)
"""The fields of specs whose keys are data and not names; under one that is a list elsewhere nothing is lost either."""

DYNAMIC = frozenset({"environments", "merge", "parameters", "triggers", "value", "window"})
"""The fields of specs that hold anything at all."""

HOLDS = {
    "model": "Model",
    "models": "Model",
    "featureSets": "FeatureSet",
    "dataSources": "DataSource",
    "deployments": "Deployment",
}
"""The fields of the context that hold specs, as far as rules name their fields, and the kind of these."""

DERIVED = frozenset({"environment", "pins", "demand", "today"})
"""The other fields, whose makings ``findings.Judge.shows`` knows one by one."""
