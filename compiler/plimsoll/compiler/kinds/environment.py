"""Environment: a place that specs are rendered for, with its limits, stores and trust."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.common import Part, PersonalData, Resource
from plimsoll.compiler.kinds.scalars import Cpu, Digest, Image, Memory, Name, Region


class Stores(Part):
    """Where the environment keeps state; the embedded runner maps its claims to folders."""

    tracking: str = "sqlite:////plimsoll/state/mlflow/mlflow.db"
    """MLflow's tracking URI, as a step sees it."""
    online: Literal["sqlite"] = "sqlite"
    encrypted_with: str | None = None
    """The key that encrypts the stores at rest, by reference."""


class GpuQuota(Part):
    """How many GPUs of a type the namespace may use at once."""

    type: Name
    count: Annotated[int, Field(ge=1, le=10_000)]


class Quota(Part):
    """What everything in the namespace may use together."""

    cpu: Cpu
    memory: Memory
    gpus: tuple[GpuQuota, ...] = ()
    max_replicas: Annotated[int, Field(ge=1, le=1000)] = 10


class Rates(Part):
    """What a unit of capacity costs for an hour, in the budget's currency."""

    cpu_hour: Annotated[float, Field(ge=0)] = 0.0
    memory_gib_hour: Annotated[float, Field(ge=0)] = 0.0
    gpu_hour: dict[Name, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)


class Budget(Part):
    """What the environment may cost in a month."""

    monthly: Annotated[float, Field(ge=0)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "AED"
    cost_centre: Annotated[str, Field(min_length=1)]
    rates: Rates = Rates()


class Signers(Part):
    """Exact certificate subjects that may sign here, and the issuer that vouched for them."""

    issuer: Annotated[str, Field(pattern=r"^https://")]
    release: Annotated[str, Field(min_length=3)]
    model: Annotated[str, Field(min_length=3)]
    approval: Annotated[str, Field(min_length=3)]
    trusted_root: Digest | None = None
    """The digest of trusted_root.json; without it, the root that lies in the trust folder is believed."""


class Network(Part):
    """What may talk to what, beyond the default of nothing."""

    mutual_tls: bool = True
    gateway_namespace: Name = "gateway"
    monitoring_namespace: Name = "monitoring"


class EnvironmentSpec(Part):
    """A place, its law, and its limits."""

    stage: Literal["development", "staging", "production"]
    cluster: Name
    namespace: Name
    region: Region
    jurisdiction: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,8})?$")]
    personal_data: tuple[PersonalData, ...] = ("none",)
    """The kinds of personal data that may enter."""
    runtime_image: Image
    """The image of Plimsoll's own steps and servers."""
    registries: Annotated[tuple[str, ...], Field(min_length=1)]
    """The registries that images may come from."""
    stores: Stores = Stores()
    quota: Quota
    budget: Budget
    signers: Signers
    network: Network = Network()


class Environment(Resource):
    """Where things run."""

    kind: Literal["Environment"]
    spec: EnvironmentSpec
