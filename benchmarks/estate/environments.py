"""Environments: development, staging and production in each region."""

from dataclasses import dataclass
from typing import Any

from benchmarks.estate.models import GPU, REGISTRY, digest_of
from benchmarks.estate.words import REGIONS, Region

STAGES = ("development", "staging", "production")


@dataclass(frozen=True)
class Environment:
    """A stage in a region."""

    name: str
    stage: str
    region: Region


def make(count: int) -> list[Environment]:
    """The environments of the first regions; a firm with one region names them by their stage."""
    made = []
    for index in range(count):
        region, stage = REGIONS[index // len(STAGES)], STAGES[index % len(STAGES)]
        made.append(Environment(stage if count <= len(STAGES) else f"{stage}-{region.name}", stage, region))
    return made


def _there(environment: Environment) -> dict[str, str]:
    return {"region": environment.region.name, "jurisdiction": environment.region.jurisdiction}


def spec_of(environment: Environment, deployments: int) -> dict[str, Any]:
    """The spec of an environment with room for some deployments and for the training of their models."""
    room = deployments + 1
    return {
        "stage": environment.stage,
        "cluster": f"{environment.region.name}-{environment.stage}",
        "namespace": "models",
        "region": environment.region.name,
        "jurisdiction": environment.region.jurisdiction,
        "personalData": ["none", "pseudonymous"],
        "runtimeImage": f"{REGISTRY}/plimsoll/runtime@{digest_of('runtime')}",
        "registries": [REGISTRY],
        "stores": {
            "tracking": "http://mlflow.mlops.svc:5000",
            "online": "sqlite",
            "encryptedWith": f"kms://{environment.region.name}/ml-platform",
            "retention": "365d",
            "replicas": [{"kind": "backup", **_there(environment), "retention": "30d"}],
        },
        "logs": {"sinks": [{"name": "search", **_there(environment), "retention": "365d"}]},
        "quota": {
            "cpu": str(20 * room),
            "memory": f"{48 * room}Gi",
            "gpus": [{"type": GPU, "count": min(10_000, room)}],
            "maxReplicas": 12,
        },
        "budget": {
            "monthly": 10_000 * room,
            "currency": "AED" if environment.region.jurisdiction == "AE" else "EUR",
            "costCentre": f"cc-{4700 + STAGES.index(environment.stage)}",
            "rates": {"cpuHour": 0.18, "memoryGibHour": 0.02, "gpuHour": {GPU: 3.2}},
        },
        "network": {
            "authentication": "gateway",
            "apiServer": {"cidr": "10.0.0.0/28", "ports": [6443]},
            "egress": [{"namespace": "storage", "ports": [9000]}],
        },
        "signers": {
            "issuer": "https://plimsoll.invalid/embedded",
            "release": "release@plimsoll.invalid",
            "model": "model@plimsoll.invalid",
            "approval": "approval@plimsoll.invalid",
        },
    }
