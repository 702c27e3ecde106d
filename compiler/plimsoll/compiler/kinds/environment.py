"""Environment: a place that specs are rendered for, with its limits, stores and trust."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from plimsoll.compiler.kinds.common import Classification, Part, PersonalData, Resource, left_out
from plimsoll.compiler.kinds.copies import Logs, Replica
from plimsoll.compiler.kinds.patches import Patches
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.kinds.scalars import (
    Accelerator,
    Address,
    Cidr,
    Contact,
    Cpu,
    Currency,
    Days,
    Digest,
    Flag,
    HttpsAddress,
    Image,
    Jurisdiction,
    Memory,
    Money,
    Name,
    Region,
    Registry,
    Whole,
)


class Stores(Part):
    """Where the environment keeps state; the embedded runner maps its claims to folders."""

    tracking: Address = "sqlite:////plimsoll/state/mlflow/mlflow.db"
    """MLflow's tracking URI, as a step sees it."""
    online: Literal["sqlite"] = "sqlite"
    """The engine that keeps the newest features for servers."""
    encrypted_with: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    """The key that encrypts the stores at rest, by reference."""
    retention: Days | None = Field(default=None, exclude_if=left_out)
    """How long predictions, journals and profiles are kept, in days, by whoever cleans up; Plimsoll deletes none."""
    replicas: Annotated[tuple[Replica, ...], Field(max_length=50)] | None = Field(default=None, exclude_if=left_out)
    """Where copies of the stores lie."""


class GpuQuota(Part):
    """How many GPUs of a type the namespace may use at once."""

    type: Accelerator
    """The environment's name for the accelerator."""
    count: Annotated[Whole, Field(ge=1, le=10_000, json_schema_extra={"x-unit": "GPUs"})]
    """How many at once."""


class Quota(Part):
    """What everything in the namespace may use together."""

    cpu: Cpu
    """Cores at once."""
    memory: Memory
    """Memory at once."""
    gpus: Annotated[tuple[GpuQuota, ...], Field(max_length=50)] = ()
    """GPUs at once, by type; a type that is not here may not be used."""
    max_replicas: Annotated[Whole, Field(ge=1, le=1000, json_schema_extra={"x-unit": "replicas"})] = 10
    """The most replicas of one deployment."""
    pods: Annotated[Whole, Field(ge=1, le=100_000, json_schema_extra={"x-unit": "pods"})] | None = Field(
        default=None, exclude_if=left_out
    )
    """Pods at once; left out, as many as cores and memory allow."""


class Rates(Part):
    """What a unit of capacity costs for an hour, in the budget's currency."""

    cpu_hour: Money = 0.0
    """A core for an hour."""
    memory_gib_hour: Money = 0.0
    """A GiB of memory for an hour."""
    gpu_hour: Annotated[dict[Accelerator, Money], Field(max_length=50)] = Field(default_factory=dict)
    """A GPU for an hour, by type."""


class Budget(Part):
    """What the environment may cost in a month."""

    monthly: Money
    """The most for a month."""
    currency: Currency = "AED"
    """The currency of the budget and of its rates."""
    cost_centre: Annotated[str, Field(min_length=1, max_length=60)]
    """Who pays."""
    rates: Rates = Rates()
    """What capacity costs."""


class Instance(Part):
    """A sigstore instance, as those see it who verify."""

    issuer: HttpsAddress
    """The OIDC issuer that vouched for who signs."""
    trusted_root: Digest | None = None
    """The digest of trusted_root.json; without it, the root that lies in the folder ``releases`` of the trust folder is
    believed."""


class Signers(Part):
    """Exact certificate subjects that may sign here, and the issuer that vouched for them."""

    issuer: HttpsAddress
    """The OIDC issuer that vouched for all of them; of releases, unless ``releaseInstance`` says otherwise."""
    release: Contact
    """Who signs releases."""
    model: Contact
    """Who signs models."""
    approval: Contact
    """Who approves."""
    trusted_root: Digest | None = None
    """The digest of trusted_root.json; without it, the root that lies in the trust folder is believed."""
    release_instance: Instance | None = Field(default=None, exclude_if=left_out)
    """The sigstore instance that signs releases, where another one signs models and approvals."""


_AnyPort = Annotated[Whole, Field(ge=1, le=65_535)]


class Reach(Part):
    """Something that pods may open connections to: the pods of a namespace, or a range of addresses."""

    namespace: Name | None = None
    """The namespace whose pods may be reached; give this or ``cidr``."""
    cidr: Cidr | None = None
    """The addresses that may be reached; give this or ``namespace``."""
    ports: Annotated[tuple[_AnyPort, ...], Field(min_length=1, max_length=20)]
    """The TCP ports that are listened on there: a pod's, not its Service's."""

    @model_validator(mode="after")
    def _one_place(self) -> "Reach":
        if (self.namespace is None) == (self.cidr is None):
            raise ValueError("give either namespace or cidr")
        return self


class Network(Part):
    """What may talk to what, beyond the default of nothing."""

    mutual_tls: Flag = True
    """Whether every connection inside the cluster is encrypted and authenticated on both ends."""
    gateway_namespace: Name = "gateway"
    """The namespace whose pods may send requests."""
    monitoring_namespace: Name = "monitoring"
    """The namespace whose pods may read metrics."""
    gateway_account: Name | None = Field(default=None, exclude_if=left_out)
    """The service account that the gateway proves to be, where a mesh is; left out, any of its namespace."""
    monitoring_account: Name | None = Field(default=None, exclude_if=left_out)
    """The service account that Prometheus proves to be, where a mesh is; left out, any of its namespace."""
    authentication: Literal["gateway"] | None = Field(default=None, exclude_if=left_out)
    """What has callers prove who they are, where no mesh does: the gateway lets nobody through who has not. It is a
    declaration; nothing that is rendered proves it."""
    api_server: Reach | None = Field(default=None, exclude_if=left_out)
    """Where the API server answers the pods of workflows; left out, any address on 443 and 6443."""
    egress: Annotated[tuple[Reach, ...], Field(max_length=50)] | None = Field(default=None, exclude_if=left_out)
    """What the pods of workflows may reach beside DNS, the API server, MLflow's tracking and the sink of events: where
    artifacts and data lie. Left out, any address on 443."""
    dns: Annotated[tuple[Reach, ...], Field(min_length=1, max_length=5)] | None = Field(
        default=None, exclude_if=left_out
    )
    """Where every pod looks names up, by UDP and TCP, such as a cache on each node. Left out, the pods of
    ``kube-system`` with the label ``k8s-app: kube-dns``, on 53."""


class EnvironmentSpec(Part):
    """A place, its law, and its limits."""

    stage: Literal["development", "staging", "production"]
    """How much counts on it."""
    cluster: Name
    """The cluster, by the platform team's name for it."""
    namespace: Name
    """The namespace that everything is rendered into."""
    region: Region
    """The cloud region or the site that computes and stores."""
    jurisdiction: Jurisdiction
    """The law that holds there: a country, or a free zone with a law of its own, such as AE-DIFC."""
    personal_data: Annotated[tuple[PersonalData, ...], Field(max_length=4)] = ("none",)
    """The kinds of personal data that may enter."""
    clearance: Classification | None = Field(default=None, exclude_if=left_out)
    """The highest classification that may enter; left out, any."""
    runtime_image: Image
    """The image of Plimsoll's own steps and servers."""
    registries: Annotated[tuple[Registry, ...], Field(min_length=1, max_length=50)]
    """The registries that images may come from."""
    stores: Stores = Stores()
    """Where state is kept."""
    quota: Quota
    """What everything may use together."""
    budget: Budget
    """What everything may cost together."""
    signers: Signers
    """Who may sign."""
    network: Network = Network()
    """What may talk to what."""
    logs: Logs | None = Field(default=None, exclude_if=left_out)
    """Where logs go; declared, so that rules can judge it: whoever runs the cluster sends them there."""
    platform: Platform | None = Field(default=None, exclude_if=left_out)
    """What the cluster offers; left out, plain Kubernetes and Argo Workflows, as old as they may be."""
    patches: Patches | None = Field(default=None, exclude_if=left_out)
    """Changes of the objects that are rendered for it; rules judge what comes of them."""

    @property
    def offers(self) -> Platform:
        """What the cluster offers, said or not."""
        return self.platform or Platform()


class Environment(Resource):
    """Where things run."""

    kind: Literal["Environment"]
    """What kind of spec this is."""
    spec: EnvironmentSpec
    """A place, its law, and its limits."""
