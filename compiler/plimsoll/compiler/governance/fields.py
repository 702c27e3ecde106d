"""The names of what a rule may read beside its object; ``governance.context`` has their types and meanings."""

CONTEXT = frozenset({"environment", "model", "models", "featureSets", "dataSources", "deployments", "demand"})
"""The fields of the context."""

PER_ENVIRONMENT = frozenset({"environment", "demand"})
"""The fields that have a meaning only inside an environment."""
