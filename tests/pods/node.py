"""One node: containerd and a kubelet, and what gives pods their place and claims their volumes."""

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import images
from api import Object
from binaries import NodeBinaries
from cluster import Cluster, kubeconfig
from images import Image
from places import API, BRIDGE, GATEWAY, NODE, PODS, REGION, cni_plugins
from server import Server, serving

SANDBOX = "registry.example.org/plimsoll/sandbox:pods"
_NAMESPACE = "k8s.io"
"""Where containerd keeps what belongs to a kubelet."""


@dataclass(frozen=True)
class Runtime:
    """A containerd at work."""

    server: Server
    socket: Path

    def load(self, named: Mapping[str, Image]) -> None:
        """Import images under names.

        Raises:
            subprocess.CalledProcessError: when containerd doesn't take them.
        """
        began = time.monotonic()
        words = ("ctr", "--address", str(self.socket), "--namespace", _NAMESPACE, "images", "import", "-")
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as importing:
            assert importing.stdin is not None
            images.write_archive(named, importing.stdin)
            importing.stdin.close()
        if importing.returncode != 0:
            raise subprocess.CalledProcessError(importing.returncode, words)
        print(f"node: {len(named)} images imported in {time.monotonic() - began:.0f} s", flush=True)


@contextmanager
def containerd(work: Path, logs: Path) -> Iterator[Runtime]:
    """Run containerd, with its files in a folder of its own.

    Raises:
        NotReady: when it doesn't start; the message ends with its log.
    """
    socket, networks = work / "containerd.sock", work / "cni"
    networks.mkdir()
    (networks / "10-bridge.conflist").write_text(json.dumps(_network(work)))
    config = work / "containerd.toml"
    config.write_text(_containerd_config(work, socket, networks))
    with serving("containerd", ("containerd", "--config", str(config)), logs, os.environ) as server:
        server.wait_until(socket.exists)
        yield Runtime(server, socket)


def _containerd_config(work: Path, socket: Path, networks: Path) -> str:
    """Its settings (containerd-config.toml(5)). A sandbox may not lower its OOM score: few containers may."""
    return f"""
version = 2
root = "{work}/containerd"
state = "/run/containerd-of-the-tests"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = "{socket}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{SANDBOX}"
restrict_oom_score_adj = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{cni_plugins()}"
conf_dir = "{networks}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
"""


def _network(work: Path) -> Object:
    """A bridge with an address for each pod (https://www.cni.dev/plugins/current/main/bridge/). No policy holds."""
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": PODS, "gateway": GATEWAY}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(work / "addresses"),
    }
    bridge = {"type": "bridge", "bridge": BRIDGE, "isGateway": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "pods", "plugins": [bridge]}


@contextmanager
def node(binaries: NodeBinaries, running: Cluster, runtime: Runtime, work: Path) -> Iterator[Server]:
    """Run a kubelet, the scheduler and Kubernetes' own controllers, until the context ends.

    Raises:
        NotReady: when one ends, or the node isn't ready in time.
    """
    logs = running.folder / "logs"
    tokens, root = running.tokens, running.authority.certificate
    common = ("--leader-elect=false", "--bind-address=127.0.0.1")
    with ExitStack() as stack:
        known = f"--kubeconfig={kubeconfig(running, 'system:kube-scheduler')}"
        stack.enter_context(serving("kube-scheduler", (str(binaries.scheduler), known, *common), logs, os.environ))
        known = f"--kubeconfig={kubeconfig(running, 'system:kube-controller-manager')}"
        own = (f"--service-account-private-key-file={tokens.key}", f"--root-ca-file={root}")
        command = (str(binaries.controllers), known, *own, "--use-service-account-credentials=true", *common)
        stack.enter_context(serving("kube-controller-manager", command, logs, os.environ))
        kubelet = stack.enter_context(_kubelet(binaries, running, runtime, work, logs))
        kubelet.wait_until(lambda: _is_ready(running))
        yield kubelet


@contextmanager
def _kubelet(binaries: NodeBinaries, running: Cluster, runtime: Runtime, work: Path, logs: Path) -> Iterator[Server]:
    own = running.authority.server("kubelet", GATEWAY)
    settings = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "failCgroupV1": False,
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{work.name}",
        "containerRuntimeEndpoint": f"unix://{runtime.socket}",
        "address": GATEWAY,
        "healthzBindAddress": "127.0.0.1",
        "readOnlyPort": 0,
        "tlsCertFile": str(own.certificate),
        "tlsPrivateKeyFile": str(own.key),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": str(running.authority.certificate)},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "failSwapOn": False,
        "oomScoreAdj": 0,
        "enforceNodeAllocatable": [],
        "evictionHard": {"memory.available": "50Mi"},
        "imageGCHighThresholdPercent": 100,
        "resolvConf": "",
        "podLogsDir": str(work / "pod-logs"),
        "volumePluginDir": str(work / "volume-plugins"),
        "syncFrequency": "5s",
        "nodeStatusUpdateFrequency": "5s",
    }
    config = work / "kubelet.json"
    config.write_text(json.dumps(settings))
    command = (
        str(binaries.kubelet),
        *(f"--config={config}", f"--kubeconfig={kubeconfig(running, f'system:node:{NODE}', 'system:nodes')}"),
        *(f"--root-dir={work / 'kubelet'}", f"--cert-dir={work / 'kubelet-pki'}"),
        *(f"--hostname-override={NODE}", f"--node-ip={GATEWAY}"),
        f"--node-labels=topology.kubernetes.io/region={REGION}",
    )
    with serving("kubelet", command, logs, os.environ) as server:
        yield server


def _is_ready(running: Cluster) -> bool:
    nodes = running.admin.list("v1", "Node", "")
    conditions = [one for each in nodes for one in each.get("status", {}).get("conditions", ())]
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def advertised() -> tuple[str, ...]:
    """The addresses by which pods and the kubelet know the API server."""
    return GATEWAY, API
