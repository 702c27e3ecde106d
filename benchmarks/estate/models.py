"""Models: what each learns, from which examples and feature sets."""

from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

from benchmarks.estate.features import FeatureSet
from benchmarks.estate.firm import Team
from benchmarks.estate.sources import PURPOSE, Source

REGISTRY = "registry.example.org"
GPU = "l4"


@dataclass(frozen=True)
class Model:
    """A model and what it reads."""

    name: str
    team: Team
    source: Source
    uses: tuple[tuple[FeatureSet, tuple[str, ...]], ...]
    classifies: bool
    tier: str
    gpu: bool
    format: str

    @property
    def metric(self) -> str:
        """The metric that judges it."""
        return "auc" if self.classifies else "r2"


def digest_of(text: str) -> str:
    """A digest that stands for something that an estate only names."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def make(name: str, source: Source, own: list[FeatureSet], hub: list[FeatureSet], random: Random) -> Model:
    """A model over a source; it reads up to four sets of its team and two of the hub's, the first ones most of all."""
    assert source.team is not None
    read = random.sample(own, min(len(own), random.randint(1, 4)))
    read += {one.name: one for one in random.choices(hub, _popularity(hub), k=2)}.values() if hub else []
    uses = []
    for one in read:
        names = sorted(random.sample(list(one.features), random.randint(2, len(one.features))))
        one.used.update(names)
        uses.append((one, tuple(names)))
    return Model(
        name,
        source.team,
        source,
        tuple(uses),
        classifies=random.random() < 0.7,
        tier=random.choices(("minimal", "limited", "high"), (50, 35, 15))[0],
        gpu=random.random() < 0.08,
        format="safetensors" if random.random() < 0.005 else "skops",
    )


def _popularity(hub: list[FeatureSet]) -> list[float]:
    """The n-th shared thing is read a n-th as often as the first (Zipf's law)."""
    return [1 / number for number in range(1, len(hub) + 1)]


def spec_of(model: Model, random: Random) -> dict[str, Any]:
    """The spec of a model."""
    return {
        "task": "binary-classification" if model.classifies else "regression",
        "intendedUse": f"Plan the work of {model.team.name}; never to judge a person.",
        "useCase": f"{model.team.domain.name}-planning",
        "riskTier": model.tier,
        "purposes": [PURPOSE],
        **({"notice": "Whoever is planned for is told so on the plan."} if model.tier != "minimal" else {}),
        **({"evidence": _evidence(model)} if model.tier == "high" else {}),
        "oversight": {"overseer": f"duty-{model.team.owner()}", "humanRoute": "The duty manager overrides it by hand."},
        "examples": _examples(model, random),
        **({"features": [_used(one, names) for one, names in model.uses]} if model.uses else {}),
        "window": {"training": random.choice(("90d", "180d", "365d")), "evaluation": "30d"},
        "training": _training(model, random),
        "format": {"name": model.format},
        "evaluation": _evaluation(model, random),
        "schedule": {"cron": f"{random.randint(0, 59)} {random.randint(0, 5)} {random.randint(1, 28)} * *"},
    }


def _evidence(model: Model) -> dict[str, Any]:
    """What rules ask of a model that is of high risk, at the firm's own place for records."""
    page = f"https://records.example.org/models/{model.name}"
    names = ("modelCard", "riskManagement", "biasExamination", "billOfMaterials")
    documents = {name: {"address": f"{page}/{name}"} for name in names}
    return {**documents, "impactAssessment": {"address": f"{page}/impactAssessment", "validUntil": "2030-12-31"}}


def _used(one: FeatureSet, names: tuple[str, ...]) -> dict[str, Any]:
    return {"set": f"{one.name}@2" if one.version else one.name, "use": list(names)}


def _examples(model: Model, random: Random) -> dict[str, Any]:
    low, high = model.source.measures[0].low, model.source.measures[0].high
    outcome = f"outcome > {random.randint(5, 50)}" if model.classifies else "outcome"
    return {
        "source": model.source.name,
        "id": "event_id",
        "timestamp": "happened_at",
        "keys": [model.team.key, "country"],
        "inputs": {
            "channel": {"type": "string", "expect": {"allowed": ["shop", "web", "phone"], "maxMissing": 0}},
            "hour": {"type": "int", "expect": {"minimum": 0, "maximum": 23, "maxMissing": 0}},
            "weekday": {"type": "int", "expect": {"minimum": 1, "maximum": 7, "maxMissing": 0}},
            model.source.measures[0].name: {
                "type": "float",
                "unit": model.source.measures[0].unit,
                "expect": {"minimum": low, "maximum": high},
            },
        },
        "label": {"name": "target", "expression": outcome, "knownAfter": random.choice(("24h", "7d", "30d"))},
    }


def _training(model: Model, random: Random) -> dict[str, Any]:
    resources: dict[str, Any] = {"cpu": random.choice(("1", "2", "4")), "memory": random.choice(("4Gi", "8Gi"))}
    if model.gpu:
        resources["gpu"] = {"count": 1, "type": GPU}
    return {
        "image": f"{REGISTRY}/{model.team.name}/train@{digest_of(model.team.name)}",
        "code": "code",
        "command": ["python", "train.py"],
        "parameters": {
            "learning_rate": random.choice((0.05, 0.1, 0.15)),
            "max_iter": random.choice((70, 150, 300)),
            "max_leaf_nodes": random.choice((15, 31, 63)),
            "l2_regularization": random.choice((0.5, 1.0, 2.0)),
            "early_stopping": False,
            "seed": random.randint(1, 99),
        },
        **({"inputTypes": ["string", "int", "float"]} if random.random() < 0.4 else {}),
        "resources": resources,
        "timeout": random.choice(("30m", "1h", "2h")),
        "retries": 2,
    }


def _evaluation(model: Model, random: Random) -> dict[str, Any]:
    gate = {"metric": model.metric, "minimum": random.choice((0.6, 0.65, 0.7))}
    found: dict[str, Any] = {"gates": [gate]}
    if model.tier == "high" or random.random() < 0.3:
        found["slices"] = [{"by": "channel", "minRows": 1000, "gates": [{"metric": model.metric, "minimum": 0.55}]}]
    return {**found, "challenge": {"metric": model.metric, "tolerance": 0.005}}
