"""What is applied once and by hand: the object that applies a release, settings of Argo's controller, and policies.

It lies in the release, covered by the same lock and signature, under names that begin with ``bootstrap-``: nothing that
applies the release takes these up, for an object that applies itself could take itself away.
"""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.kinds.platform import Controller, Flux, Links
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.contract.release_files import BOOTSTRAP_PREFIX

_CONTROLLER = "workflow-controller-configmap"
"""The ConfigMap that Argo's controller reads."""

_LEFT_ALONE = {"kustomize.toolkit.fluxcd.io/reconcile": "disabled", "kustomize.toolkit.fluxcd.io/ssa": "Ignore"}
"""How Flux, which reads every YAML file below a path, is told not to apply an object."""

_RUN = "namespace=${metadata.namespace}&workflow=${metadata.name}"
_MODEL = "${workflow.metadata.labels.plimsoll.dev/model}"
_SPAN = "from=${status.startedAtEpoch}&to=${status.finishedAtEpoch}"


def render_bootstrap(place: Located[Environment], context: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """Argo CD's Application or Flux' Kustomization, and the controller's settings, where they are asked for."""
    offers = place.spec.spec.offers
    stem = f"plimsoll-{place.name}"
    context = {**context, "annotations": {**context["annotations"], **left_alone(place)}}
    if offers.gitops is not None:
        kind = "Kustomization" if isinstance(offers.gitops, Flux) else "Application"
        given = {**context, "gitops": offers.gitops.model_dump(by_alias=True)}
        yield apart(plain_object(kind, stem, kind.lower(), given, owner))
    if offers.links is not None or offers.controller is not None:
        controller = (offers.controller or Controller()).model_dump(by_alias=True)
        given = {**context, "controller": controller, "links": links_of(offers.links)}
        yield apart(plain_object("ConfigMap", _CONTROLLER, "configmap-controller", given, owner))


def left_alone(place: Located[Environment]) -> dict[str, str]:
    """The annotations by which what applies an environment's release leaves an object alone."""
    return _LEFT_ALONE if isinstance(place.spec.spec.offers.gitops, Flux) else {}


def apart(one: RenderedObject) -> RenderedObject:
    """An object that is applied by hand."""
    return one._replace(prefix=BOOTSTRAP_PREFIX)


def links_of(links: Links | None) -> list[dict[str, str]]:
    """Pages for a workflow, its pods and their logs; Argo's UI puts values in place of ``${…}``."""
    if links is None:
        return []
    found = []
    if links.tracking is not None:
        found.append(("Experiments", "workflow", f"{links.tracking.rstrip('/')}/#/models/{_MODEL}"))
    if links.drift is not None:
        found.append(("Drift", "workflow", _asked(links.drift, f"{_RUN}&model={_MODEL}")))
    if links.logs is not None:
        found.append(("Logs", "workflow", _asked(links.logs, f"{_RUN}&{_SPAN}")))
        of_pod = _asked(links.logs, "namespace=${metadata.namespace}&pod=${metadata.name}")
        found += [("Logs of the pod", scope, of_pod) for scope in ("pod", "pod-logs")]
    return [{"name": name, "scope": scope, "url": url} for name, scope, url in found]


def _asked(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"
