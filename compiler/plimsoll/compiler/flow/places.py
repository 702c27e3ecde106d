"""Where data may come to rest or be worked with: an environment, a copy of its stores, a sink of its logs."""

from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.flow.labels import CLASSIFICATIONS
from plimsoll.contract.areas import area_of, country_of


@dataclass(frozen=True, eq=False)
class Place:
    """A place with its law and what it admits. Each is itself and no other, which is quickly told."""

    environment: str
    stage: str
    region: str
    jurisdiction: str
    personal_data: tuple[str, ...]
    clearance: str | None
    """The highest classification that may enter; None for any."""

    @property
    def country(self) -> str:
        """The country of its law; a free zone is in one."""
        return country_of(self.jurisdiction)

    @property
    def values(self) -> dict[str, Any]:
        """The place as rules see it."""
        found: dict[str, Any] = {
            "environment": self.environment,
            "stage": self.stage,
            "region": self.region,
            "jurisdiction": self.jurisdiction,
            "country": self.country,
            "area": area_of(self.jurisdiction),
            "personalData": list(self.personal_data),
        }
        if self.clearance is not None:
            found |= {"clearance": self.clearance, "clearanceLevel": CLASSIFICATIONS.index(self.clearance)}
        return found


def place_of(name: str, spec: dict[str, Any], copy: dict[str, Any] | None = None) -> Place:
    """An environment's own place, or that of a copy or a sink, which has a region and a law of its own."""
    there = spec if copy is None else copy
    return Place(
        name, spec["stage"], there["region"], there["jurisdiction"], tuple(spec["personalData"]), spec.get("clearance")
    )
