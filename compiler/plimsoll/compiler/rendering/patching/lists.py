"""Which lists of Kubernetes' own kinds are merged item by item, and by which key.

From the API's ``x-kubernetes-patch-merge-key`` and ``x-kubernetes-patch-strategy``; a test holds the table against the
schemas of every version that is supported. A list that is not here is replaced as a whole.
"""

from collections.abc import Mapping
from typing import NamedTuple

_TEMPLATE = ("spec", "template", "spec")

_PODS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): ("spec",),
    ("", "ReplicationController"): _TEMPLATE,
    ("apps", "DaemonSet"): _TEMPLATE,
    ("apps", "Deployment"): _TEMPLATE,
    ("apps", "ReplicaSet"): _TEMPLATE,
    ("apps", "StatefulSet"): _TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", *_TEMPLATE),
    ("batch", "Job"): _TEMPLATE,
}
"""Where the kinds that make pods keep a pod's spec."""

_OF_CONTAINERS = {"env": "name", "ports": "containerPort", "volumeDevices": "devicePath", "volumeMounts": "mountPath"}

_OF_PODS: Mapping[tuple[str, ...], str] = {
    ("containers",): "name",
    ("ephemeralContainers",): "name",
    ("hostAliases",): "ip",
    ("imagePullSecrets",): "name",
    ("initContainers",): "name",
    ("resourceClaims",): "name",
    ("schedulingGates",): "name",
    ("topologySpreadConstraints",): "topologyKey",
    ("volumes",): "name",
    **{
        (holder, field): key
        for holder in ("containers", "ephemeralContainers", "initContainers")
        for field, key in _OF_CONTAINERS.items()
    },
}

_OF_OTHERS: Mapping[tuple[str, str], Mapping[tuple[str, ...], str]] = {
    ("", "Service"): {("spec", "ports"): "port"},
    ("", "ServiceAccount"): {("secrets",): "name"},
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): {
        ("spec", "matchConditions"): "name",
        ("spec", "variables"): "name",
    },
}

_BUILT_IN = frozenset(
    {
        *("", "admissionregistration.k8s.io", "apps", "autoscaling", "batch", "coordination.k8s.io"),
        *("discovery.k8s.io", "events.k8s.io", "networking.k8s.io", "node.k8s.io", "policy"),
        *("rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io"),
    }
)


class Type(NamedTuple):
    """The group and the kind of an object."""

    group: str
    kind: str

    @property
    def built_in(self) -> bool:
        """Whether it is one of Kubernetes' own kinds, which take strategic merges."""
        return self.group in _BUILT_IN

    def merge_key(self, route: tuple[str, ...]) -> str | None:
        """The key by which the items of the list at a route, positions left out, are known; None to replace it."""
        if not self.built_in:
            return None
        if route[-2:] == ("metadata", "ownerReferences"):
            return "uid"
        pod = _PODS.get(self)
        if pod is not None and route[: len(pod)] == pod and (key := _OF_PODS.get(route[len(pod) :])):
            return key
        return _OF_OTHERS.get(self, {}).get(route)

    def unites(self, route: tuple[str, ...]) -> bool:
        """Whether a list of plain values is added to and not replaced."""
        return self.built_in and route[-2:] == ("metadata", "finalizers")


def type_of(api_version: str, kind: str) -> Type:
    """The type of an object by its ``apiVersion`` and ``kind``."""
    return Type(api_version.rpartition("/")[0], kind)
