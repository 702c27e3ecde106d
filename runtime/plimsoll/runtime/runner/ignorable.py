"""The keys of a manifest that have no effect on the results of a run on one machine, and why."""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from plimsoll.runtime.runner import manifest

_SHOWN = "it is only shown"
_POD = "there is no pod"
_KEPT = "the run folder keeps everything"
_ALONE = "one machine runs what it is given"
_STORE = "the run folder takes the place of the artifact store"
_UNLOCKED = "nothing is locked here; don't start two runs on the same state at once"

_PODS = dict.fromkeys(
    (
        "affinity",
        "automountServiceAccountToken",
        "dnsConfig",
        "dnsPolicy",
        "executor",
        "hostAliases",
        "hostNetwork",
        "imagePullSecrets",
        "metadata",
        "nodeSelector",
        "podDisruptionBudget",
        "podGC",
        "podMetadata",
        "podPriorityClassName",
        "priority",
        "priorityClassName",
        "schedulerName",
        "securityContext",
        "serviceAccountName",
        "tolerations",
    ),
    _POD,
)

HONOURED_RESOURCES = frozenset({"cpu", "memory", "ephemeral-storage"})
"""Resources that any machine has; the limit or request of ``cpu`` becomes OMP_NUM_THREADS."""

IGNORABLE: Mapping[type[BaseModel], Mapping[str, str]] = MappingProxyType(
    {
        manifest.Spec: {
            **_PODS,
            "archiveLogs": _KEPT,
            "artifactGC": _KEPT,
            "artifactRepositoryRef": _STORE,
            "metrics": "nobody scrapes this engine",
            "synchronization": _UNLOCKED,
            "ttlStrategy": _KEPT,
            "volumeClaimGC": _KEPT,
        },
        manifest.WorkflowMetadata: {"labelsFrom": _SHOWN},
        manifest.Template: {
            **_PODS,
            "annotations": _SHOWN,
            "archiveLocation": _STORE,
            "pendingTimeout": "a program starts at once, or when the ones before it have ended",
            "memoize": "every step is run anew",
            "metrics": "nobody scrapes this engine",
            "synchronization": _UNLOCKED,
        },
        manifest.RetryStrategy: {"affinity": _ALONE},
        manifest.Parameter: {"description": _SHOWN},
        manifest.OutputArtifact: dict.fromkeys(
            (
                "archive",
                "archiveLogs",
                "artifactGC",
                "artifactory",
                "azure",
                "gcs",
                "hdfs",
                "http",
                "oss",
                "plugin",
                "s3",
            ),
            _STORE,
        ),
        manifest.Container: {
            "image": "the program runs in this Python environment, not in the image",
            "imagePullPolicy": "no image is pulled",
            "name": _SHOWN,
            "ports": _POD,
            "resizePolicy": _POD,
            "securityContext": "the program runs as the user who started the run",
            "terminationMessagePath": "the log's tail is the message",
            "terminationMessagePolicy": "the log's tail is the message",
        },
        manifest.ConfigMapVolume: {"defaultMode": "files of a ConfigMap are read-only here"},
        manifest.SecretVolume: {"defaultMode": "the trust folder is used as it is", "optional": "it must be there"},
        manifest.ClaimVolume: {"readOnly": "a volume can't be made read-only for one program here"},
    }
)
