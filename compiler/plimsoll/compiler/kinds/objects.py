"""The kinds of objects that are rendered: what a rule about rendered objects can judge, and a patch change."""

OBJECT_KINDS = frozenset(
    {
        *("AnalysisTemplate", "Application", "AuthorizationPolicy", "ConfigMap", "CronWorkflow", "Deployment"),
        *("EventSource", "ExternalSecret", "HTTPRoute", "HorizontalPodAutoscaler", "InferenceService", "Kustomization"),
        *("LimitRange", "MeshTLSAuthentication", "Namespace", "NetworkPolicy", "PeerAuthentication"),
        *("PersistentVolumeClaim", "PodDisruptionBudget", "PrometheusRule", "ResourceQuota", "Role", "RoleBinding"),
        *("Rollout", "ScaledObject", "Sensor", "Server", "Service", "ServiceAccount", "ServiceMonitor"),
        *("TrainingRuntime", "VirtualService", "WorkflowTemplate"),
    }
)
"""A test holds them against the templates."""
