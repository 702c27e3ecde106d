"""Kubernetes manifests, for kubeconform, conftest and checkov; the same as a kustomization and as a Helm chart."""

from collections.abc import Iterator

_MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: service-{number}
  namespace: services
  labels:
    app.kubernetes.io/name: service-{number}
    app.kubernetes.io/part-of: estate
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: service-{number}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: service-{number}
    spec:
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 20000
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: service
          image: registry.example.org/service-{number}@sha256:{digest}
          imagePullPolicy: Always
          ports:
            - containerPort: 8080
          readinessProbe:
            httpGet: {{path: /ready, port: 8080}}
          livenessProbe:
            httpGet: {{path: /alive, port: 8080}}
          resources:
            requests: {{cpu: 500m, memory: 1Gi}}
            limits: {{cpu: "1", memory: 1Gi}}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
"""

_WALL = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: services
  namespace: services
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""

REGO = """\
package main

import rego.v1

deny contains message if {
	some container in input.spec.template.spec.containers
	not contains(container.image, "@sha256:")
	message := sprintf("%s: the image is named by a tag", [container.name])
}

deny contains message if {
	some container in input.spec.template.spec.containers
	not container.resources.limits.memory
	message := sprintf("%s: no limit of memory", [container.name])
}

deny contains message if {
	input.kind == "Deployment"
	not input.spec.template.spec.securityContext.runAsNonRoot
	message := "pods may run as root"
}

deny contains message if {
	input.spec.replicas > 20
	message := sprintf("%s: more than 20 replicas", [input.metadata.name])
}
"""
"""Four rules, for conftest."""

_CHART = "apiVersion: v2\nname: estate\nversion: 1.0.0\n"
_TEMPLATED = {
    "namespace: services": "namespace: {{ .Release.Namespace }}",
    "registry.example.org/": "{{ .Values.registry }}/",
}


def manifests(count: int) -> Iterator[tuple[str, str]]:
    """Paths and texts; the first file holds the namespace's network policy as well, which checkov asks for."""
    for number in range(1, count + 1):
        text = _MANIFEST.format(number=number, replicas=2 + number % 8, digest=f"{number:064x}")
        yield f"service-{number}.yaml", text + _WALL if number == 1 else text


def kustomization(count: int) -> Iterator[tuple[str, str]]:
    """The manifests, and the list that kustomize reads them by."""
    names = [path for path, _ in manifests(count)]
    head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
    yield "kustomization.yaml", head + "".join(f"  - {name}\n" for name in names)
    yield from manifests(count)


def chart(count: int) -> Iterator[tuple[str, str]]:
    """The manifests as templates of a chart."""
    yield "Chart.yaml", _CHART
    yield "values.yaml", "registry: registry.example.org\n"
    for path, text in manifests(count):
        for plain, templated in _TEMPLATED.items():
            text = text.replace(plain, templated)
        yield f"templates/{path}", text


def policies() -> Iterator[tuple[str, str]]:
    """Rules for conftest."""
    yield "policy.rego", REGO
