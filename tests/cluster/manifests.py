"""Manifests as they are written: read from files, in the order in which they are applied."""

import copy
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from plimsoll.compiler.kinds.platform import Platform

_FIRST = ("Namespace", "ServiceAccount", "Role", "RoleBinding", "ConfigMap", "WorkflowTemplate")
"""What others refer to comes before them; every other kind comes after these, by its name."""


WORKFLOWS = frozenset({"ServiceAccount", "Role", "RoleBinding", "ConfigMap", "WorkflowTemplate", "CronWorkflow"})
"""The kinds that a workflow needs, and those that run it."""

GOLDEN = Path(__file__).parents[1] / "golden"


def golden() -> dict[str, Path]:
    """The folder of every golden release by its name; one case may hold several."""
    folders = (lock.parent for lock in GOLDEN.glob("*/expected/**/release.lock.json"))
    return {"-".join(p for p in f.relative_to(GOLDEN).parts if p != "expected"): f for f in sorted(folders)}


def targets(folder: Path) -> tuple[str, str]:
    """The minors of Kubernetes and Argo that a golden release's environment names, or that hold where it names none."""
    name = json.loads((folder / "release.lock.json").read_text())["environment"]
    specs = GOLDEN / folder.relative_to(GOLDEN).parts[0] / "specs"
    found = (document for file in specs.rglob("*.yaml") for document in read_all(file))
    (environment,) = (o for o in found if o["kind"] == "Environment" and o["metadata"]["name"] == name)
    return asked(environment)


def asked(environment: dict[str, Any]) -> tuple[str, str]:
    """The minors of Kubernetes and Argo that an environment names, or that hold where it names none."""
    platform = environment["spec"].get("platform", {})
    kubernetes, argo = (platform.get(key, Platform.model_fields[key].default) for key in ("kubernetes", "argo"))
    return kubernetes, argo


def fitting(kubernetes: str, argo: str) -> dict[str, Path]:
    """The golden releases whose environment names no newer versions than these."""
    found = golden()
    return {case: folder for case, folder in found.items() if fits(targets(folder), kubernetes, argo)}


def fits(versions: tuple[str, str], kubernetes: str, argo: str) -> bool:
    """Whether what is meant for some minors of Kubernetes and Argo is meant for these or for older ones."""
    return versions[0] <= kubernetes and versions[1] <= argo


def read_all(file: Path) -> list[dict[str, Any]]:
    """The objects of a file, which may be several documents."""
    documents = YAML(typ="safe", pure=False).load_all(file.read_text())
    return [document for document in documents if document]


def release(folder: Path) -> dict[str, dict[str, Any]]:
    """The objects of a release folder by the name of their file, in order of application."""
    found = {}
    for file in folder.glob("*.yaml"):
        (found[file.name],) = read_all(file)
    return dict(sorted(found.items(), key=lambda item: (_rank(item[1]["kind"]), item[0])))


def moved(objects: Mapping[str, dict[str, Any]], namespace: str) -> list[dict[str, Any]]:
    """What of a release is about workflows, in another namespace than it was rendered for."""
    found: list[dict[str, Any]] = copy.deepcopy([o for o in objects.values() if o["kind"] in WORKFLOWS])
    for content in found:
        content["metadata"]["namespace"] = namespace
        for subject in content.get("subjects", ()):
            subject["namespace"] = namespace
    return found


def _rank(kind: str) -> int:
    return _FIRST.index(kind) if kind in _FIRST else len(_FIRST)
