"""What an environment offers, in plain values: no model of it is made for thousands of deployments to be checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """What an environment says of its cluster, in plain values: what it offers is known without a model being made."""

    said: Mapping[str, Any]
    """Its ``spec``, as rules see it."""

    @property
    def stage(self) -> str:
        """How close it is to those who are served."""
        stage: str = self.said["stage"]
        return stage

    @property
    def platform(self) -> Mapping[str, Any]:
        """What the cluster has beside what every one has."""
        return self.said.get("platform") or {}

    @property
    def serving(self) -> str:
        """What runs servers."""
        return str(self.platform.get("serving", "deployment"))

    @property
    def autoscaling(self) -> str:
        """What scales them."""
        return str(self.platform.get("autoscaling", "hpa"))

    @property
    def shifts_traffic_by(self) -> str:
        """What gives a new version its share of the requests; ``Platform.shifts_traffic_by`` says how."""
        if self.gateway is not None:
            return "gateway"
        return "istio" if self.mesh == "istio" else "replicas"

    @property
    def mesh(self) -> str:
        """What encrypts between pods."""
        return str(self.platform.get("mesh", "none"))

    @property
    def prometheus(self) -> Any:
        """Where measures are asked for, if anywhere."""
        return self.platform.get("prometheus")

    @property
    def gateway(self) -> Mapping[str, Any] | None:
        """What requests come through, if anything."""
        return self.platform.get("gateway")
