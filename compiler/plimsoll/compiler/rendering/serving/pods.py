"""What every pod that serves is told, whichever engine runs it."""

from typing import Any

from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering import walls
from plimsoll.compiler.rendering.context import server_selector

_HASH_LABELS = {"rollouts": "rollouts-pod-template-hash"}
"""The label by which an engine tells the pods of two versions apart, where it is not Kubernetes' own."""


def pods(placed: PlacedDeployment, given: dict[str, Any]) -> dict[str, Any]:
    """The context of a server's pod, and of the objects that select it.

    KServe insists on its container's name, and on a limit where its configuration has one: without ours it might be
    below the request.
    """
    online, pin, place = placed.spec.online, placed.spec.pin, placed.environment.spec.spec
    assert online is not None
    assert pin is not None
    by_kserve = place.offers.serving == "kserve"
    selector = server_selector(placed.name)
    context = {
        **given,
        "selector": selector,
        "pod_labels": {**given["labels"], **selector, **walls.server_labels(place)},
        "pod_annotations": {"plimsoll.dev/model-digest": pin.digest, **walls.server_annotations(place, online.port)},
        "hash_label": _HASH_LABELS.get(place.offers.serving, "pod-template-hash"),
        "server": "kserve-container" if by_kserve else "serve",
        "port": online.port,
        "scaling": online.scaling.model_dump(by_alias=True),
        "wall": walls.server_wall(place, online.port),
        "mounts_token": False,
    }
    if by_kserve:
        full = given["full"]
        context["full"] = {**full, "limits": {"cpu": full["requests"]["cpu"], **full["limits"]}}
    return context
