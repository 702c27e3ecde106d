"""Governance: how hard rules hold in each stage, and which findings may stand."""

from collections.abc import Iterator
from typing import Any

from benchmarks.estate.environments import STAGES, Environment
from benchmarks.estate.sources import Source

_MODES = {"development": "audit", "staging": "warn", "production": "deny"}


def bindings(environments: list[Environment]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A name and a spec for each stage."""
    for stage in STAGES:
        names = [one.name for one in environments if one.stage == stage]
        yield f"everything-in-{stage}", {"policies": ["*"], "environments": names, "mode": _MODES[stage]}


def waivers(sources: list[Source]) -> Iterator[tuple[str, dict[str, Any]]]:
    """A name and a spec for each source that cannot be erased yet."""
    for number, source in enumerate(sources, 1):
        yield (
            f"erasure-{number}",
            {
                "policy": "PRV-08",
                "object": f"DataSource/{source.name}",
                "reason": "The archive moves to a store that can erase; until then requests are met by hand.",
                "ticket": f"PRIV-{1000 + number}",
                "approver": "data-protection-officer@example.org",
                "expires": "2028-12-31",
            },
        )
