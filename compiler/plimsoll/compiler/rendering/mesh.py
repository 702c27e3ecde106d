"""Who a caller must prove to be before a server answers: identities, not addresses."""

from collections.abc import Iterator
from typing import Any

from plimsoll.compiler.kinds.environment import EnvironmentSpec
from plimsoll.compiler.project.project import PlacedDeployment
from plimsoll.compiler.rendering.context import server_selector
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner
from plimsoll.compiler.rendering.walls import gateway_namespaces

Account = tuple[str, str | None]
"""A namespace, and the service account in it; none for any."""


def render_mesh(placed: PlacedDeployment, base: dict[str, Any], owner: Owner) -> Iterator[RenderedObject]:
    """What lets the gateway ask for scores and monitoring for metrics, and nobody else for anything."""
    online, place = placed.spec.online, placed.environment.spec.spec
    if online is None or place.offers.mesh == "none":
        return
    gateways, monitoring = _callers(place)
    given = {**base, "selector": server_selector(placed.name), "port": online.port}
    if place.offers.mesh == "istio":
        spiffe = {"gateways": [_principal(one) for one in gateways], "monitoring": [_principal(monitoring)]}
        yield plain_object("AuthorizationPolicy", placed.name, "authorizationpolicy-istio", {**given, **spiffe}, owner)
        return
    given["identities"] = [_identity(one) for one in (*gateways, monitoring)]
    yield plain_object("Server", placed.name, "server-linkerd", given, owner)
    yield plain_object("MeshTLSAuthentication", placed.name, "meshtlsauthentication", given, owner)
    yield plain_object("AuthorizationPolicy", placed.name, "authorizationpolicy-linkerd", given, owner)


def _callers(place: EnvironmentSpec) -> tuple[list[Account], Account]:
    network = place.network
    gateways = [(namespace, network.gateway_account) for namespace in gateway_namespaces(place)]
    return gateways, (network.monitoring_namespace, network.monitoring_account)


def _principal(caller: Account) -> str:
    """The SPIFFE identity without its scheme; Istio reads ``cluster.local`` as whatever trust domain the mesh has."""
    namespace, account = caller
    return f"cluster.local/ns/{namespace}/sa/{account or '*'}"


def _identity(caller: Account) -> dict[str, str]:
    namespace, account = caller
    if account is None:
        return {"kind": "Namespace", "name": namespace}
    return {"kind": "ServiceAccount", "name": account, "namespace": namespace}
