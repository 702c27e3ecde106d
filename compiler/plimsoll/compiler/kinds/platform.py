"""What a cluster offers: the versions it runs, and the engines that are rendered for."""

from typing import Annotated, Literal

from pydantic import Field

from plimsoll.compiler.kinds.choice import Choice
from plimsoll.compiler.kinds.common import Part, left_out
from plimsoll.compiler.kinds.scalars import Address, Flag, HttpsAddress, Line, Memory, Name, Port, RelativePath

Kubernetes = Literal["1.35", "1.36"]
"""The minors of Kubernetes that releases are tested against."""

Argo = Literal["4.0", "4.1"]
"""The minors of Argo Workflows that releases are tested against."""

Host = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
        max_length=200,
        examples=["models.example.org"],
    ),
]


class Gateway(Part):
    """The Gateway (gateway.networking.k8s.io) that requests come through."""

    name: Name
    """The Gateway's name."""
    namespace: Name
    """The namespace that it lies in; its pods may send requests to servers."""
    domain: Host
    """Each online deployment answers at ``<deployment>.<domain>``."""
    requests: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(default=None, exclude_if=left_out)
    """PromQL for the requests a second that the Gateway got for HOST, answered or not; it wakes what sleeps."""


class Prometheus(Part):
    """The Prometheus operator (monitoring.coreos.com) that scrapes and alerts, and where its data are queried."""

    address: Address
    """Where queries are answered; canaries and scaling on requests ask here."""
    labels: Annotated[dict[Name, Name], Field(max_length=10)] = Field(default_factory=dict)
    """The labels by which the operator chooses monitors and rules, such as ``release: prometheus``."""


class SecretStore(Part):
    """Where the External Secrets operator (external-secrets.io) takes secrets from."""

    name: Name
    """The store's name."""
    kind: Literal["SecretStore", "ClusterSecretStore"] = "ClusterSecretStore"
    """Whether it belongs to the namespace or to the cluster."""
    prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9/_.-]*$", max_length=200)] = "plimsoll"
    """The path in the store below which each environment has a folder of its own with its secrets."""


class ArgoCd(Part):
    """Argo CD applies the releases that are committed to a repository."""

    engine: Literal["argo-cd"]
    """Argo CD."""
    repository: Address
    """The git repository that holds the rendered releases."""
    path: RelativePath
    """The folder in it that holds this environment's release."""
    revision: Line = "main"
    """The branch, or the tag."""
    namespace: Name = "argocd"
    """Where Argo CD's own objects lie."""
    project: Name = "default"
    """The AppProject that bounds what may be applied."""
    server: HttpsAddress = "https://kubernetes.default.svc"
    """The API server of the cluster, as Argo CD knows it."""


class Flux(Part):
    """Flux applies the releases that are committed to a repository."""

    engine: Literal["flux"]
    """Flux."""
    source: Name
    """The GitRepository that holds the rendered releases."""
    path: RelativePath
    """The folder in it that holds this environment's release."""
    namespace: Name = "flux-system"
    """Where Flux's own objects lie."""


GitTarget = Annotated[ArgoCd | Flux, Choice("GitTarget", "engine")]


class Events(Part):
    """Where CloudEvents go to, and the bus of Argo Events that they come from."""

    sink: Address | None = None
    """The HTTP address that every step sends its CloudEvents to; left out, none are sent."""
    bus: Name = "default"
    """The EventBus of the namespace."""
    port: Port = 12000
    """The port on which webhooks are listened for."""


class ArtifactRepository(Part):
    """Where Argo keeps artifacts: a key of a ConfigMap in the namespace; left out, the controller's default."""

    config_map: Name = "artifact-repositories"
    """The ConfigMap."""
    key: Name = "default-v1"
    """Its key."""
    store: Literal["s3", "gcs"] | None = None
    """What it is; said, artifacts are kept below their workflow's uid. Left out, its own ``keyFormat`` decides."""


class Links(Part):
    """Pages that Argo's UI leads to from a workflow."""

    tracking: HttpsAddress | None = None
    """MLflow's UI."""
    drift: HttpsAddress | None = None
    """Where drift reports are shown."""
    logs: HttpsAddress | None = None
    """Where logs are searched."""


class Controller(Part):
    """Argo's workflow controller, whose settings are rendered to be applied once."""

    namespace: Name = "argo"
    """Where it is installed."""


class Claim(Part):
    """A PersistentVolumeClaim."""

    size: Memory
    """How much it asks for."""
    access: Literal["ReadWriteOnce", "ReadWriteMany", "ReadOnlyMany"] = "ReadWriteMany"
    """Who may mount it; with ReadWriteOnce every pod runs on one node."""


class Storage(Part):
    """The claims of the namespace."""

    storage_class: Name | None = None
    """The StorageClass; left out, the cluster's default."""
    state: Claim
    """What steps and servers keep: feature tables, packages, predictions, profiles."""
    data: Claim
    """Where file sources lie; pods read it and somebody else fills it."""


class Platform(Part):
    """What the cluster offers; what is left out is not rendered for."""

    kubernetes: Kubernetes = "1.35"
    """The minor version of the API server."""
    argo: Argo = "4.0"
    """The minor version of the workflow controller."""
    serving: Literal["deployment", "rollouts", "kserve"] = "deployment"
    """What runs servers: a Deployment, an Argo Rollout, or a KServe InferenceService in Standard mode."""
    autoscaling: Literal["hpa", "keda"] = "hpa"
    """What counts servers: Kubernetes, or KEDA, which can let an idle deployment go to sleep."""
    mesh: Literal["none", "istio", "linkerd"] = "none"
    """What gives pods an identity and encrypts between them."""
    distributed: Literal["none", "kubeflow-trainer"] = "none"
    """What runs training in several processes: Kubeflow Trainer's TrainJob."""
    gateway: Gateway | None = None
    """The Gateway that requests come through; left out, servers are reached inside the cluster alone."""
    prometheus: Prometheus | None = None
    """The Prometheus operator; left out, pods are annotated for a Prometheus that finds them itself."""
    secrets: SecretStore | None = None
    """Where secrets come from; left out, they are yours to provide."""
    gitops: GitTarget | None = None
    """What applies the release; left out, that is yours to do."""
    events: Events | None = None
    """Events that start workflows, and events that tell of them."""
    artifacts: ArtifactRepository | None = None
    """Where Argo keeps artifacts."""
    links: Links | None = None
    """Pages that Argo's UI leads to."""
    controller: Controller | None = Field(default=None, exclude_if=left_out)
    """The workflow controller; its settings are rendered where this or ``links`` is given."""
    storage: Storage | None = Field(default=None, exclude_if=left_out)
    """The claims of state and data; left out, they are yours to provide."""
    admission: Literal["vap"] | None = Field(default=None, exclude_if=left_out)
    """What holds the governance rules at admission: ValidatingAdmissionPolicies, which are rendered to be applied once.
    Left out, none are rendered; ``plimsoll policy export`` writes them."""
    owns_namespace: Flag = False
    """Whether the namespace, its quotas and its limits are rendered too; otherwise they are somebody else's."""

    @property
    def shifts_traffic_by(self) -> Literal["gateway", "istio", "replicas"]:
        """What gives a new version its share of the requests: a route's weights, or no more than its share of pods."""
        if self.gateway is not None:
            return "gateway"
        return "istio" if self.mesh == "istio" else "replicas"
