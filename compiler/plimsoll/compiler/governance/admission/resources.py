"""How the API server's resources are called whose objects are rendered: what a policy is matched by."""

from typing import NamedTuple


class Resource(NamedTuple):
    """A resource of the API server."""

    group: str
    """Empty for the core group."""
    version: str
    plural: str
    namespaced: bool = True


_BY_GROUP: dict[tuple[str, str], tuple[str, ...]] = {
    ("", "v1"): (
        "ConfigMap",
        "LimitRange",
        "PersistentVolumeClaim",
        "Pod",
        "ResourceQuota",
        "Secret",
        "Service",
        "ServiceAccount",
    ),
    ("apps", "v1"): ("DaemonSet", "Deployment", "StatefulSet"),
    ("argoproj.io", "v1alpha1"): (
        "AnalysisTemplate",
        "Application",
        "CronWorkflow",
        "EventSource",
        "Rollout",
        "Sensor",
        "Workflow",
        "WorkflowTemplate",
    ),
    ("autoscaling", "v2"): ("HorizontalPodAutoscaler",),
    ("batch", "v1"): ("CronJob", "Job"),
    ("external-secrets.io", "v1"): ("ExternalSecret",),
    ("gateway.networking.k8s.io", "v1"): ("HTTPRoute",),
    ("keda.sh", "v1alpha1"): ("ScaledObject",),
    ("kustomize.toolkit.fluxcd.io", "v1"): ("Kustomization",),
    ("monitoring.coreos.com", "v1"): ("PrometheusRule", "ServiceMonitor"),
    ("networking.istio.io", "v1"): ("VirtualService",),
    ("networking.k8s.io", "v1"): ("NetworkPolicy",),
    ("policy", "v1"): ("PodDisruptionBudget",),
    ("policy.linkerd.io", "v1alpha1"): ("MeshTLSAuthentication",),
    ("policy.linkerd.io", "v1beta3"): ("Server",),
    ("rbac.authorization.k8s.io", "v1"): ("Role", "RoleBinding"),
    ("security.istio.io", "v1"): ("PeerAuthentication",),
    ("serving.kserve.io", "v1beta1"): ("InferenceService",),
    ("trainer.kubeflow.org", "v1alpha1"): ("TrainJob", "TrainingRuntime"),
}

_CLUSTER = {
    "ClusterRole": Resource("rbac.authorization.k8s.io", "v1", "clusterroles", namespaced=False),
    "ClusterRoleBinding": Resource("rbac.authorization.k8s.io", "v1", "clusterrolebindings", namespaced=False),
    "ClusterWorkflowTemplate": Resource("argoproj.io", "v1alpha1", "clusterworkflowtemplates", namespaced=False),
    "ValidatingAdmissionPolicy": Resource(
        "admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", namespaced=False
    ),
    "ValidatingAdmissionPolicyBinding": Resource(
        "admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", namespaced=False
    ),
}
"""Kinds whose objects belong to no namespace. A Namespace is matched by its own labels, as its objects are."""

_BY_HAND = {
    "AuthorizationPolicy": (
        Resource("security.istio.io", "v1", "authorizationpolicies"),
        Resource("policy.linkerd.io", "v1alpha1", "authorizationpolicies"),
    ),
    "Namespace": (Resource("", "v1", "namespaces", namespaced=False),),
}


ELSEWHERE = frozenset({"Application", "Kustomization"})
"""Kinds whose objects lie in the namespace of what applies a release."""


def _plural(kind: str) -> str:
    name = kind.lower()
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"


RESOURCES: dict[str, tuple[Resource, ...]] = {
    **{
        kind: tuple(Resource(*group, _plural(kind)) for group, some in _BY_GROUP.items() if kind in some)
        for kinds in _BY_GROUP.values()
        for kind in kinds
    },
    **_BY_HAND,
    **{kind: (one,) for kind, one in _CLUSTER.items()},
}
"""The resources whose objects are of a kind, for every kind that a policy can be matched by."""


def resources_of(kind: str) -> tuple[Resource, ...]:
    """The resources whose objects are of a kind; none for a kind that is rendered nowhere."""
    return RESOURCES.get(kind, ())
