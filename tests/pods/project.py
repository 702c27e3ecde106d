"""The reference project as its owner would set it up for this one node, and what a platform team owes it."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from api import Object
from cluster import ARGO_NAMESPACE
from images import Image
from places import API, API_PORT, GATEWAY, NODE, STORE_PORT
from projects import SPECS, commit, edit, plimsoll
from store import BUCKET, KEYS

RUNTIME = "registry.example.org/plimsoll/runtime"
TRAINING = "registry.example.org/flight-delay/train"
ENVIRONMENT = "local"
NAMESPACE = "flight-delay"
STORAGE_CLASS = "folders-of-the-node"
_PLATFORM = f"""
  network:
    apiServer: {{cidr: {API}/32, ports: [{API_PORT}]}}
    egress: [{{cidr: {GATEWAY}/32, ports: [{STORE_PORT}]}}]
  platform:
    kubernetes: "KUBERNETES"
    argo: "ARGO"
    ownsNamespace: true
    artifacts: {{store: s3}}
    controller: {{namespace: {ARGO_NAMESPACE}}}
    storage: {{storageClass: {STORAGE_CLASS}, state: {{size: 2Gi}}, data: {{size: 1Gi}}}}
"""


def reference(folder: Path, image: Image, kubernetes: str, argo: str) -> Path:
    """The reference project with its data, its trust instance and a signed release that pins an image.

    Of the specs the images, the trusted root and what the cluster offers are changed, and the share of the machine
    that a step asks for: of two processors one, since Argo's own containers need some of it too.
    """
    specs = folder / "specs"
    subprocess.run(("cp", "-r", str(SPECS), str(specs)), check=True)
    subprocess.run((sys.executable, "specs/data/prepare.py", ".plimsoll/data"), cwd=folder, check=True)
    plimsoll(folder, "trust", "init")
    root = json.loads(plimsoll(folder, "trust", "show", "--json"))["trustedRoot"]
    environment, model = specs / "environments" / f"{ENVIRONMENT}.yaml", specs / "models" / "flight-delay.yaml"
    for file in (specs / "environments").glob("*.yaml"):
        edit(file, r"(?m)^  signers:$", f'  signers:\n    trustedRoot: "{root}"')
        edit(file, r"runtimeImage: \S+", f"runtimeImage: {RUNTIME}@{image.digest}")
    edit(model, r"image: \S+", f"image: {TRAINING}@{image.digest}")
    edit(model, r'resources: \{cpu: "2"', 'resources: {cpu: "1"')
    platform = _PLATFORM.replace("KUBERNETES", kubernetes).replace("ARGO", argo)
    environment.write_text(environment.read_text().rstrip("\n") + platform)
    commit(folder)
    plimsoll(folder, "compile", "--environment", ENVIRONMENT, "--validate")
    plimsoll(folder, "sign", f"release/{ENVIRONMENT}")
    return folder


def origin(folder: Path) -> dict[str, str]:
    """What somebody who submits a workflow by hand says of it, as the embedded runner does by itself."""
    (verified,) = json.loads(plimsoll(folder, "verify", f"release/{ENVIRONMENT}", "--json"))["result"]["verified"]
    return {"commit": str(verified["commit"]), "release": str(verified["digest"])}


def before_release(workspace: Path) -> list[Object]:
    """Volumes for the claims that the release renders: folders of the node, each bound beforehand to one claim."""
    kind = {"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": STORAGE_CLASS}}
    folders = {"state": workspace / "state" / ENVIRONMENT, "data": workspace / "data"}
    volumes = [_volume(name, folder) for name, folder in folders.items()]
    return [{**kind, "provisioner": "kubernetes.io/no-provisioner"}, *volumes]


def beside_release(workspace: Path) -> list[Object]:
    """What is the namespace's and not the release's: its secrets, and where its artifacts are kept."""
    found = {
        key: base64.b64encode(text.encode()).decode()
        for key, text in zip(("accessKey", "secretKey"), KEYS, strict=True)
    }
    keys = {f"{name}Secret": {"name": "artifacts", "key": name} for name in found}
    s3 = {"bucket": BUCKET, "endpoint": f"{GATEWAY}:{STORE_PORT}", "insecure": True, **keys}
    return [
        _object("Secret", "artifacts", data=found),
        _object("Secret", "plimsoll-trust", data=_trust(workspace / "trust")),
        _object("ConfigMap", "artifact-repositories", data={"default-v1": json.dumps({"s3": s3})}),
    ]


def _trust(folder: Path) -> dict[str, str]:
    """The instance as a Secret holds it: a key for each file, by its name alone."""
    files = [*(folder / "keys").iterdir(), *(folder / "certificates").iterdir(), folder / "trusted_root.json"]
    return {file.name: base64.b64encode(file.read_bytes()).decode() for file in files}


def _volume(name: str, folder: Path) -> Object:
    terms = [{"key": "kubernetes.io/hostname", "operator": "In", "values": [NODE]}]
    spec = {
        "capacity": {"storage": "10Gi"},
        "accessModes": ["ReadWriteMany"],
        "storageClassName": STORAGE_CLASS,
        "persistentVolumeReclaimPolicy": "Retain",
        "claimRef": {"namespace": NAMESPACE, "name": f"plimsoll-{name}"},
        "local": {"path": str(folder)},
        "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": terms}]}},
    }
    return {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": name}, "spec": spec}


def _object(kind: str, name: str, **content: Any) -> Object:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name, "namespace": NAMESPACE}, **content}
