"""The kinds of objects: those that are rendered, and those that a rule may judge beside them at admission."""

OBJECT_KINDS = frozenset(
    {
        *("AnalysisTemplate", "Application", "AuthorizationPolicy", "ConfigMap", "CronWorkflow", "Deployment"),
        *("EventSource", "ExternalSecret", "HTTPRoute", "HorizontalPodAutoscaler", "InferenceService", "Kustomization"),
        *("LimitRange", "MeshTLSAuthentication", "Namespace", "NetworkPolicy", "PeerAuthentication"),
        *("PersistentVolumeClaim", "PodDisruptionBudget", "PrometheusRule", "ResourceQuota", "Role", "RoleBinding"),
        *("Rollout", "ScaledObject", "Sensor", "Server", "Service", "ServiceAccount", "ServiceMonitor"),
        *("TrainingRuntime", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "VirtualService"),
        "WorkflowTemplate",
    }
)
"""The kinds that are rendered; a test holds them against the templates."""

JUDGED_KINDS = OBJECT_KINDS | {
    *("ClusterRole", "ClusterRoleBinding", "ClusterWorkflowTemplate", "CronJob", "DaemonSet", "Job", "Pod", "Secret"),
    *("StatefulSet", "TrainJob", "Workflow"),
}
"""The kinds that a rule may name: nothing is rendered as some of them, but a cluster can be asked to admit one."""
