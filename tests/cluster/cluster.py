"""A cluster without nodes: etcd, the API server and Argo's controller on loopback, made for one test run."""

import json
import os
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from api import Api, Object, reference
from binaries import Binaries
from manifests import read_all
from pki import Authority, Pair
from server import READY_SECONDS, Server, free_ports, serving

ARGO_NAMESPACE = "argo-of-the-tests"
CONTROLLER = f"system:serviceaccount:{ARGO_NAMESPACE}:argo"
"""Argo's own install runs the controller as this account, and gives it the roles that the tests give it."""

ARTIFACTS = {"bucket": "artifacts", "endpoint": "s3.plimsoll.invalid", "insecure": True}
"""Where the controller believes artifacts to lie: it only hands the place on to who runs the pods."""

EXECUTOR = {"securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}}
"""What restricted pod security asks of the containers that Argo adds to a pod; only the controller can give it."""

_CRD = re.compile(r"(?m)^kind: CustomResourceDefinition$")
_NAME = re.compile(r"(?m)^  name: [\"']?([\w.-]+)[\"']?$")
_LAST_TO_START = "Starting CronWorkflow controller"
_HEALTH_PORT = 6060
"""Where Argo's controller serves its health on every address, with no option to say otherwise."""


@dataclass(frozen=True)
class Address:
    """Where an API server listens, and what else it is told."""

    bind: str = "127.0.0.1"
    port: int | None = None
    """One that is free, unless it is said."""
    known: tuple[str, ...] = ()
    """Addresses by which others than the tests know it; the first is advertised."""
    options: tuple[tuple[str, str], ...] = ()


LOOPBACK = Address()


@dataclass(frozen=True)
class Installation:
    """How Argo's controller is installed."""

    image: str = "registry.example.org/argoexec:nonroot"
    """The image of the containers that Argo adds to a pod."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """The content of the controller's ConfigMap."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """What is set in the controller's environment."""
    more: tuple[Object, ...] = ()
    """Objects that are applied before it starts."""


WITHOUT_NODES = Installation(
    settings={
        "artifactRepository": json.dumps({"s3": ARTIFACTS}),
        "executor": json.dumps(EXECUTOR),
        "metricsConfig": json.dumps({"enabled": False}),
        "telemetryConfig": json.dumps({"enabled": False}),
    },
    variables={"ARGO_PROGRESS_PATCH_TICK_DURATION": "0"},
)


@dataclass(frozen=True)
class Cluster:
    """A running API server."""

    url: str
    authority: Authority
    admin: Api
    folder: Path
    tokens: Pair
    """What signs the tokens of service accounts."""

    def account(self, namespace: str, name: str) -> Api:
        """The API as a service account sees it."""
        return Api.by_token(self.url, self.authority, self.admin.token(namespace, name))


@contextmanager
def cluster(binaries: Binaries, folder: Path, at: Address = LOOPBACK) -> Iterator[Cluster]:
    """Run etcd and the API server until the context ends.

    Raises:
        NotReady: when one doesn't start; the message ends with its log.
    """
    etcd_port, peer_port, port = free_ports(3)
    authority, port = Authority(folder / "pki"), at.port or port
    tokens = authority.signing_key("tokens")
    with ExitStack() as stack:
        etcd = f"http://127.0.0.1:{etcd_port}"
        store = stack.enter_context(_etcd(binaries, folder, etcd, f"http://127.0.0.1:{peer_port}"))
        store.wait_until(lambda: _answers(f"{etcd}/health"))
        server = stack.enter_context(_apiserver(binaries, folder, authority, tokens, etcd, port, at))
        url = f"https://127.0.0.1:{port}"
        admin = Api.by_certificate(url, authority, authority.client("admin", "system:masters"))
        stack.callback(admin.http.close)
        server.wait_until(lambda: _ready(admin))
        yield Cluster(url, authority, admin, folder, tokens)


def _etcd(binaries: Binaries, folder: Path, client: str, peer: str) -> AbstractContextManager[Server]:
    command = (
        str(binaries.etcd),
        *("--name", "tests", "--data-dir", str(folder / "etcd"), "--unsafe-no-fsync"),
        *("--listen-client-urls", client, "--advertise-client-urls", client),
        *("--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"tests={peer}"),
    )
    return serving("etcd", command, folder / "logs", os.environ)


def _apiserver(
    binaries: Binaries, folder: Path, authority: Authority, tokens: Pair, etcd: str, port: int, at: Address
) -> AbstractContextManager[Server]:
    own = authority.server("apiserver", *at.known)
    options = {
        "etcd-servers": etcd,
        "bind-address": at.bind,
        "advertise-address": next(iter(at.known), at.bind),
        "secure-port": port,
        "endpoint-reconciler-type": "none",
        "tls-cert-file": own.certificate,
        "tls-private-key-file": own.key,
        "client-ca-file": authority.certificate,
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": tokens.certificate,
        "service-account-signing-key-file": tokens.key,
        "service-cluster-ip-range": "10.96.0.0/16",
        "authorization-mode": "RBAC",
        "profiling": "false",
        **dict(at.options),
    }
    command = (str(binaries.apiserver), *(f"--{name}={value}" for name, value in options.items()))
    return serving("kube-apiserver", command, folder / "logs", os.environ)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _ready(api: Api) -> bool:
    with suppress(httpx.TransportError):
        return api.http.get("/readyz").status_code == 200
    return False


def install_crds(api: Api, files: list[Path]) -> list[str]:
    """Apply CRDs and wait until the API server serves each; returns their names.

    The text goes to the API server as it stands: a large schema takes longer to parse here than there.
    """
    texts = [text for file in files for text in file.read_text().split("\n---\n") if _CRD.search(text)]
    crds = [reference("apiextensions.k8s.io/v1", "CustomResourceDefinition", "", _name_of(text)) for text in texts]
    for crd, text in zip(crds, texts, strict=True):
        api.apply(crd, text=text, manager="crds")
    for crd in crds:
        _await_established(api, crd)
    return [crd["metadata"]["name"] for crd in crds]


def _name_of(crd: str) -> str:
    found = _NAME.search(crd)
    assert found is not None, crd[:500]
    return found[1]


def _await_established(api: Api, crd: Object) -> None:
    until = time.monotonic() + READY_SECONDS
    conditions: dict[str, Object] = {}
    while time.monotonic() < until:
        conditions = {c["type"]: c for c in api.get(crd).get("status", {}).get("conditions") or ()}
        if conditions.get("Established", {}).get("status") == "True":
            return
        time.sleep(0.1)
    raise AssertionError(f"{crd['metadata']['name']} is not served: {json.dumps(conditions)}")


@contextmanager
def controller(binaries: Binaries, running: Cluster, installation: Installation = WITHOUT_NODES) -> Iterator[Server]:
    """Run Argo's workflow controller, as the account and with the roles of its own install."""
    _install_argo(binaries, running.admin, installation)
    config = kubeconfig(running, CONTROLLER, "system:serviceaccounts", "system:authenticated")
    command = (
        str(binaries.controller),
        *("--kubeconfig", str(config), "--namespace", ARGO_NAMESPACE),
        *("--executor-image", installation.image, "--loglevel", "info"),
    )
    env = {**os.environ, "LEADER_ELECTION_DISABLE": "true", **installation.variables}
    with _kept_from_the_network(), serving("workflow-controller", command, running.folder / "logs", env) as server:
        server.wait_until(lambda: _LAST_TO_START in server.log.read_text(errors="replace"))
        yield server


def _install_argo(binaries: Binaries, api: Api, installation: Installation) -> None:
    metadata = {"name": ARGO_NAMESPACE}
    api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}, manager="install")
    for content in (content for file in sorted(binaries.roles.glob("*.yaml")) for content in read_all(file)):
        if content["kind"] in {"Role", "RoleBinding"}:
            content["metadata"]["namespace"] = ARGO_NAMESPACE
        for subject in content.get("subjects", ()):
            subject["namespace"] = ARGO_NAMESPACE
        api.apply(content, manager="install")
    api.apply(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "workflow-controller-configmap", "namespace": ARGO_NAMESPACE},
            "data": dict(installation.settings),
        },
        manager="install",
    )
    for content in installation.more:
        api.apply(content)


def kubeconfig(running: Cluster, user: str, *groups: str) -> Path:
    """The file by which a program finds the API server, and is a user that belongs to groups there."""
    pair = running.authority.client(user, *groups)
    server = {"server": running.url, "certificate-authority": str(running.authority.certificate)}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "tests",
        "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        "clusters": [{"name": "tests", "cluster": server}],
        "users": [
            {"name": "tests", "user": {"client-certificate": str(pair.certificate), "client-key": str(pair.key)}}
        ],
    }
    file = running.folder / f"{user.replace(':', '-')}.kubeconfig"
    file.write_text(json.dumps(content))
    return file


@contextmanager
def _kept_from_the_network() -> Iterator[None]:
    """Hold the controller's health port on loopback, so that it can't open it to the network: it goes on without."""
    with closing(socket.socket()) as held:
        with suppress(OSError):
            held.bind(("127.0.0.1", _HEALTH_PORT))
            held.listen()
        yield
