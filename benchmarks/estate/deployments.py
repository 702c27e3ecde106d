"""Deployments: where models serve, and what differs from place to place."""

from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.estate.environments import Environment
from benchmarks.estate.firm import Team
from benchmarks.estate.models import Model, digest_of


@dataclass(frozen=True)
class Deployment:
    """A model in service, online or nightly."""

    model: Model
    online: bool
    places: tuple[Environment, ...]
    watched: str
    """``everywhere``, in ``production`` only, or ``nowhere``: another deployment of the model is watched."""

    @property
    def team(self) -> Team:
        """The model's team."""
        return self.model.team

    @property
    def name(self) -> str:
        """The model's name and the way it is asked."""
        return f"{self.model.name}-{'online' if self.online else 'nightly'}"


_PROMOTED = 218
"""Of 256 models, how many were promoted; each of their deployments serves the same version."""


def make(count: int, models: list[Model], environments: list[Environment], random: Random) -> list[Deployment]:
    """One deployment for each model while there are enough, and for some models one of the other way."""
    made = [_first(model, environments, random) for model in models[:count]]
    for first in random.sample(made, max(0, count - len(made))):
        watched = first.watched if first.model.tier == "high" else "nowhere"
        made.append(Deployment(first.model, not first.online, first.places[-2:], watched))
    return made


def _first(model: Model, environments: list[Environment], random: Random) -> Deployment:
    """Staging and production of the team's region, for some development too or a second production of its bloc."""
    home = [one for one in environments if one.region == model.team.region]
    if len(home) == 3 and random.random() < 0.6:
        home = home[1:]
        abroad = [one for one in environments if one.stage == "production" and one.region.bloc == home[0].region.bloc]
        extra = random.choice(abroad)
        home += [extra] if random.random() < 0.3 and extra not in home else []
    watched = "production" if random.random() < 0.005 else "everywhere"
    return Deployment(model, random.random() < 0.7, tuple(home), watched)


def spec_of(deployment: Deployment, random: Random) -> dict[str, Any]:
    """The spec of a deployment with its overlays."""
    name, spec = deployment.model.name, {"model": deployment.model.name}
    monitoring = _monitoring(deployment, random)
    digest = digest_of(name)
    pin = {"version": 1 + int(digest[-2:], 16) % 40, "digest": digest}
    return {
        **spec,
        **({"pin": pin} if int(digest[-4:-2], 16) < _PROMOTED else {}),
        **(_online(random) if deployment.online else _batch(random)),
        "resources": {"cpu": random.choice(("500m", "1")), "memory": random.choice(("1Gi", "2Gi"))},
        "timeout": "30m",
        **({"monitoring": monitoring} if deployment.watched == "everywhere" else {}),
        "alerting": {"contact": f"on-call-{deployment.model.team.owner()}", "p99Latency": 250, "errorRate": 0.01},
        "environments": {
            place.name: _overlay(deployment, place, monitoring, random) for place in deployment.places
        },
    }  # fmt: skip


def _online(random: Random) -> dict[str, Any]:
    return {
        "online": {
            "port": 8080,
            "scaling": {"min": 1, "max": 2, "targetCpu": random.choice((60, 70, 80))},
            "rollout": {"strategy": "rolling", "maxSurge": 1, "maxUnavailable": 0},
            "staleFeatures": random.choice(("null", "serve", "reject")),
        }
    }


def _batch(random: Random) -> dict[str, Any]:
    cron = f"{random.randint(0, 59)} {random.randint(0, 5)} * * *"
    return {"batch": {"schedule": {"cron": cron}, "window": "1d"}}


def _monitoring(deployment: Deployment, random: Random) -> dict[str, Any]:
    return {
        "schedule": {"cron": f"{random.randint(0, 59)} 6 * * *"},
        "window": random.choice(("month", "28d", "14d")),
        "drift": {"share": 0.3, "windows": 2, "of": 3},
        "performance": {
            "gate": {"metric": deployment.model.metric, "minimum": 0.6},
            "windows": 1,
            "minLabels": 500,
        },
        "minVolume": 0.1,
        "remediation": {"retrainOn": ["performance-loss", "persistent-drift"], "cooldown": "60d"},
    }


def _overlay(deployment: Deployment, place: Environment, monitoring: dict[str, Any], random: Random) -> dict[str, Any]:
    if place.stage == "development":
        return {}
    production = place.stage == "production"
    overlay: dict[str, Any] = {}
    if deployment.online:
        overlay["online"] = {"scaling": {"min": 2, "max": random.randint(4, 8) if production else 4}}
    if production:
        overlay["resources"] = {"cpu": "2", "memory": "4Gi"}
        if deployment.watched == "production":
            overlay["monitoring"] = monitoring
    return overlay
