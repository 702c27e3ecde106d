"""Who may open a connection to whom: nobody, but for what is said here."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from plimsoll.compiler.kinds import Environment
from plimsoll.compiler.kinds.environment import EnvironmentSpec, Network, Reach
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import Owner

Rule = dict[str, Any]
"""An allowance: ``namespaces`` and ``cidrs`` on the other side, none for any, and TCP ``ports``, none for all."""

_CONTROL = {
    "none": (),
    "istio": (("istio-system", (15012,)),),
    "linkerd": (("linkerd", (8080, 8086, 8090)),),
}
"""Where a mesh's proxies get certificates and orders from: namespaces and the ports of their pods."""

_MERGED_METRICS = 15020
"""Where Istio's agent shows the metrics of a pod that is annotated for Prometheus, in plain text."""

_LINKERD_INBOUND = 4143
"""Where Linkerd's proxies take connections that bear their protocol's header."""

_PORTS = {"http": 80, "https": 443, "postgresql": 5432, "mysql": 3306}
"""The ports of addresses that say none."""


def render_walls(place: Located[Environment], context: Rule, owner: Owner) -> Iterator[RenderedObject]:
    """Nothing in, nothing out; then what the pods of workflows may reach; then, in Istio, who must prove who they are.

    Where somebody else owns the namespace, only our own pods are closed in.
    """
    spec, name = place.spec.spec, place.spec.metadata.name
    ours = {"app.kubernetes.io/managed-by": "plimsoll", "plimsoll.dev/environment": name}
    selected = {} if spec.offers.owns_namespace else ours
    given = {**context, "selector": selected, "egress": workflow_egress(spec)}
    yield plain_object("NetworkPolicy", f"{name}-default-deny", "networkpolicy-default-deny", given, owner)
    given["selector"] = {"plimsoll.dev/environment": name, "app.kubernetes.io/component": "workflow"}
    yield plain_object("NetworkPolicy", f"{name}-workflows", "networkpolicy-workflows", given, owner)
    if spec.offers.mesh == "istio":
        given["selector"] = {"plimsoll.dev/environment": name, "app.kubernetes.io/component": "server"}
        yield plain_object("PeerAuthentication", f"{name}-servers", "peerauthentication", given, owner)


def events_wall(place: EnvironmentSpec) -> dict[str, Any]:
    """What may reach the webhooks of Argo Events, and where its sensors find the API server."""
    api_server = place.network.api_server
    egress = [_reach(api_server) if api_server else _rule(ports=[443, 6443])]
    return {"gateways": gateway_namespaces(place), "egress": egress}


def gateway_namespaces(place: EnvironmentSpec) -> tuple[str, ...]:
    """The namespaces whose pods may send requests.

    That of the Gateway, where one is named. Its proxies may run in another one: ``network.gatewayNamespace`` says so.
    """
    said, gateway = place.network.gateway_namespace, place.offers.gateway
    if gateway is None:
        return (said,)
    is_default = said == Network.model_fields["gateway_namespace"].default
    return (gateway.namespace,) if is_default else tuple(sorted({gateway.namespace, said}))


def server_wall(place: EnvironmentSpec, port: int) -> dict[str, list[Rule]]:
    """What may reach servers that listen on ``port``, and what they may reach beside DNS."""
    offers, monitoring = place.offers, place.network.monitoring_namespace
    ports = [port, _LINKERD_INBOUND] if offers.mesh == "linkerd" else [port]
    ingress = [_rule([*gateway_namespaces(place), monitoring], ports)]
    if offers.mesh == "istio" and offers.prometheus is None:
        ingress.append(_rule([monitoring], [_MERGED_METRICS]))
    return {"ingress": ingress, "egress": [_rule([where], ports) for where, ports in _CONTROL[offers.mesh]]}


def workflow_egress(place: EnvironmentSpec) -> list[Rule]:
    """What the pods of workflows may reach beside DNS: API server, artifacts and data, tracking, the sink of events.

    An address of a Service says in which namespace its pods are, but not on which port they listen. Of an address
    outside the cluster only the port is known before it is looked up.
    """
    network, events = place.network, place.offers.events
    found = [_reach(network.api_server) if network.api_server else _rule(ports=[443, 6443])]
    found += [_rule(ports=[443])] if network.egress is None else map(_reach, network.egress)
    addresses = (place.stores.tracking, events.sink if events else None)
    found += filter(None, (_addressed(address, place.namespace) for address in addresses if address))
    somewhere = [rule for rule in found if rule["namespaces"] or rule["cidrs"]]
    anywhere = sorted({port for rule in found if rule not in somewhere for port in rule["ports"]})
    return [*somewhere, *([_rule(ports=anywhere)] if anywhere else ())]


def server_labels(place: EnvironmentSpec) -> dict[str, str]:
    """The labels by which servers get the proxy of a mesh."""
    return {"sidecar.istio.io/inject": "true"} if place.offers.mesh == "istio" else {}


def server_annotations(place: EnvironmentSpec, port: int) -> dict[str, str]:
    """How Prometheus finds servers where no operator tells it, and how they get the proxy of a mesh.

    Where an operator asks servers themselves, Istio need not show their metrics in plain text as well.
    """
    offers = place.offers
    found = {"linkerd.io/inject": "enabled"} if offers.mesh == "linkerd" else {}
    if offers.prometheus is None:
        scraped = {"scrape": "true", "path": "/metrics", "port": str(port)}
        return {**found, **{f"prometheus.io/{key}": value for key, value in scraped.items()}}
    return {"prometheus.istio.io/merge-metrics": "false"} if offers.mesh == "istio" else found


def _rule(namespaces: Sequence[str] = (), ports: Sequence[int] = (), cidrs: Sequence[str] = ()) -> Rule:
    return {"namespaces": list(namespaces), "cidrs": list(cidrs), "ports": list(ports)}


def _reach(reach: Reach) -> Rule:
    return _rule([reach.namespace] if reach.namespace else (), reach.ports, [reach.cidr] if reach.cidr else ())


def _addressed(address: str, namespace: str) -> Rule | None:
    """The rule for an address; none for a file's."""
    scheme = address.partition("://")[0].partition("+")[0]
    if scheme in ("file", "sqlite"):
        return None
    host, port = _host_and_port(address)
    labels, single = host.split("."), _single(host)
    if host and not single and (len(labels) == 1 or labels[2:3] == ["svc"]):
        return _rule([labels[1] if len(labels) > 1 else namespace])
    return _rule(ports=[port or _PORTS.get(scheme, 443)], cidrs=single)


def _host_and_port(address: str) -> tuple[str, int | None]:
    """As far as an address has them: MLflow and its drivers know more forms than there are in RFC 3986."""
    try:
        url = urlsplit(address)
        host = url.hostname or ""
    except ValueError:
        return "", None
    try:
        return host, url.port
    except ValueError:
        return host, None


def _single(host: str) -> tuple[str, ...]:
    """The range that holds one address, where a host is an address."""
    try:
        found = ip_address(host)
    except ValueError:
        return ()
    return (f"{found}/{found.max_prefixlen}",)
