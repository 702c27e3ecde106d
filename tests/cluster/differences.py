"""What the API server changed of an object that it was sent."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

SERVER_OWNED = {
    "metadata.uid": "given to every object",
    "metadata.creationTimestamp": "given to every object",
    "metadata.generation": "counted by the server",
    "metadata.resourceVersion": "counted by the server",
    "metadata.managedFields": "who applied what; nothing of it is asked for",
    "status": "written by controllers",
}
"""Fields that no manifest can hold, and why they are no difference."""

OWNED_BY_KIND = {
    ("Namespace", "spec"): "holds the finalizers of the namespace's own deletion",
    ("Namespace", "metadata.labels.kubernetes.io/metadata.name"): "given to every namespace",
    (
        "Deployment",
        "spec.replicas",
    ): "belongs to the autoscaler, so the manifest leaves it out and the server begins at 1",
    (
        "Deployment",
        "spec.template.spec.serviceAccount",
    ): "the old name of serviceAccountName, which the server keeps in step",
    ("PersistentVolumeClaim", "metadata.finalizers"): "guards a claim that a pod uses",
    ("Service", "spec.clusterIP"): "an address that the server allots",
    ("Service", "spec.clusterIPs"): "an address that the server allots",
    ("Service", "spec.ipFamilies"): "follows the cluster's networks",
}
"""The like for single kinds."""


def differences(sent: Mapping[str, Any], stored: Mapping[str, Any]) -> list[str]:
    """Every place at which what is stored isn't what was sent, as ``path: sent → stored``."""
    kind = sent["kind"]
    ignored = {*SERVER_OWNED, *(path for owner, path in OWNED_BY_KIND if owner == kind)}
    return list(_compare("", sent, stored, ignored))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Every place at which an object isn't what it was; its version and who applied what are places too."""
    return list(_compare("", before, after, set()))


_ABSENT = object()


def _compare(path: str, sent: Any, stored: Any, ignored: set[str]) -> Iterator[str]:
    if path in ignored:
        return
    if isinstance(sent, Mapping) and isinstance(stored, Mapping):
        for key in sorted({*sent, *stored}):
            below = f"{path}.{key}" if path else key
            yield from _compare(below, sent.get(key, _ABSENT), stored.get(key, _ABSENT), ignored)
    elif _is_list(sent) and _is_list(stored) and len(sent) == len(stored):
        for index, (one, other) in enumerate(zip(sent, stored, strict=True)):
            yield from _compare(f"{path}[{index}]", one, other, ignored)
    elif type(sent) is not type(stored) or sent != stored:
        yield f"{path}: {_shown(sent)} → {_shown(stored)}"


def _is_list(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _shown(value: object) -> str:
    return "nothing" if value is _ABSENT else repr(value)
