"""Where a release keeps the pod that serves a deployment: in the object of the engine that runs it."""

from collections.abc import Container, Mapping
from typing import Any

ENGINES = ("deployment", "rollout", "inferenceservice")
"""The kinds of object that run servers, as the names of their files begin."""


def server_file(files: Container[str], deployment: str) -> str | None:
    """The file of a release that holds a deployment's servers; nothing where it has none."""
    return next((name for kind in ENGINES if (name := f"{kind}-{deployment}.yaml") in files), None)


def pod_template(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The pod template in such a file: ``metadata`` and ``spec``.

    An InferenceService has no template: KServe makes the pod of its predictor, whose labels and annotations become the
    pod's, and whose other fields are a pod's beside those that say how it is scaled.

    Raises:
        KeyError: when the manifest is none of the kinds.
    """
    spec = manifest["spec"]
    if manifest["kind"] != "InferenceService":
        template: dict[str, Any] = spec["template"]
        return template
    predictor = spec["predictor"]
    metadata = {key: predictor[key] for key in ("labels", "annotations") if key in predictor}
    return {"metadata": metadata, "spec": {k: v for k, v in predictor.items() if k not in _NOT_OF_THE_POD}}


_NOT_OF_THE_POD = {
    "labels",
    "annotations",
    "minReplicas",
    "maxReplicas",
    "scaleMetric",
    "scaleTarget",
    "deploymentStrategy",
}
