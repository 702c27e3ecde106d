"""Strict schemas of the kinds that other projects define and that releases hold, from their own CRDs.

``make test-cluster`` derives them anew from the CRDs that it installs on a real API server, and compares.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).with_name("kinds.schema.json.gz")
"""A definition for each of ``KINDS``; what they share stands in definitions of its own."""

ARGO_4_1_FILE = Path(__file__).with_name("argo-4.1.schema.json.gz")
"""A definition for each of ``ARGO_KINDS``, by the CRDs of Argo Workflows 4.1."""

KINDS = (
    "argoproj.io/v1alpha1/AnalysisTemplate",
    "argoproj.io/v1alpha1/AppProject",
    "argoproj.io/v1alpha1/Application",
    "argoproj.io/v1alpha1/Rollout",
    "external-secrets.io/v1/ExternalSecret",
    "gateway.networking.k8s.io/v1/Gateway",
    "gateway.networking.k8s.io/v1/HTTPRoute",
    "keda.sh/v1alpha1/ScaledObject",
    "keda.sh/v1alpha1/TriggerAuthentication",
    "kustomize.toolkit.fluxcd.io/v1/Kustomization",
    "monitoring.coreos.com/v1/PodMonitor",
    "monitoring.coreos.com/v1/PrometheusRule",
    "monitoring.coreos.com/v1/ServiceMonitor",
    "networking.istio.io/v1/DestinationRule",
    "networking.istio.io/v1/ServiceEntry",
    "networking.istio.io/v1/Sidecar",
    "networking.istio.io/v1/VirtualService",
    "security.istio.io/v1/AuthorizationPolicy",
    "security.istio.io/v1/PeerAuthentication",
    "serving.kserve.io/v1beta1/InferenceService",
    "source.toolkit.fluxcd.io/v1/GitRepository",
    "trainer.kubeflow.org/v1alpha1/TrainJob",
    "trainer.kubeflow.org/v1alpha1/TrainingRuntime",
)
"""What is known beside Kubernetes' own kinds and those of Argo Workflows and Argo Events."""

LINKERD_FILE = Path(__file__).with_name("linkerd.schema.json.gz")
"""A definition for each of ``LINKERD_KINDS``, by the CRDs in Linkerd's chart: no Go module holds them."""

LINKERD_KINDS = (
    "policy.linkerd.io/v1alpha1/AuthorizationPolicy",
    "policy.linkerd.io/v1alpha1/MeshTLSAuthentication",
    "policy.linkerd.io/v1beta3/Server",
)

ARGO_KINDS = (
    "argoproj.io/v1alpha1/CronWorkflow",
    "argoproj.io/v1alpha1/Workflow",
    "argoproj.io/v1alpha1/WorkflowTemplate",
)


@cache
def crd_schema(file: Path = SCHEMA_FILE) -> dict[str, Any]:
    """The schema in a file: ``{"$defs": {"group/version/Kind": …}}``."""
    schema: dict[str, Any] = json.loads(gzip.decompress(file.read_bytes()))
    return schema
