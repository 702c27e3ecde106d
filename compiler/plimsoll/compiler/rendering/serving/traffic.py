"""The names by which servers are reached, and what stands between them and a caller."""

from typing import Any

from plimsoll.compiler.project.project import PlacedDeployment

_NEW = {"canary": "canary", "shadow": "canary", "blue-green": "preview"}
"""What the Service of the next version is called, after the deployment's own name."""


def reached(placed: PlacedDeployment) -> dict[str, Any]:
    """The Services by what they lead to, the backends of a route with their weights, and the host at the gateway.

    KServe makes a Service of its own, ``<name>-predictor``. A canary that is a share of the replicas has one Service,
    which leads to all of them.
    """
    platform, name = placed.environment.spec.spec.offers, placed.name
    assert placed.spec.online is not None
    strategy = placed.spec.online.rollout.strategy
    traffic = platform.shifts_traffic_by if strategy in ("canary", "shadow") else "replicas"
    has_two = strategy == "blue-green" or traffic != "replicas"
    stable = f"{name}-predictor" if platform.serving == "kserve" else name
    new = f"{name}-{_NEW[strategy]}" if has_two else None
    backends = [{"name": stable, "weight": 1}]
    if traffic != "replicas":
        backends = [{"name": stable, "weight": 100}, {"name": new, "weight": 0}]
    return {
        "services": {"stable": stable, "new": new},
        "backends": backends,
        "traffic": traffic,
        "host": f"{name}.{platform.gateway.domain}" if platform.gateway else None,
    }
