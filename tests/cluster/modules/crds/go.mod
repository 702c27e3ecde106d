module plimsoll.dev/tests/cluster/crds

go 1.26.5

require (
	github.com/argoproj/argo-cd/v3 v3.5.7
	github.com/argoproj/argo-events v1.9.10
	github.com/argoproj/argo-rollouts v1.9.2
	github.com/external-secrets/external-secrets v1.3.2
	github.com/fluxcd/kustomize-controller v1.9.6
	github.com/fluxcd/source-controller v1.9.6
	github.com/kedacore/keda/v2 v2.21.0
	github.com/kserve/kserve v0.20.0
	github.com/kubeflow/trainer/v2 v2.0.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
	istio.io/api v1.32.0
	sigs.k8s.io/gateway-api v1.6.3
)
