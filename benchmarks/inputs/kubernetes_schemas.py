"""Kubernetes' own JSON Schemas, for kubeconform without a network: a file a kind, with all that it refers to."""

import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

KINDS = ("deployment-apps-v1", "networkpolicy-networking-v1")
_DEFINITIONS = "/api/_definitions.json"
_REFERENCE = re.compile(rf'"(?:{re.escape(_DEFINITIONS)})?#/\$defs/([^"]+)"')


def files() -> Iterator[tuple[str, str]]:
    """A schema for each kind that our manifests use, under the name by which kubeconform asks for it."""
    folder = _newest()
    definitions: dict[str, Any] = json.loads((folder / "_definitions.json").read_text())["$defs"]
    for kind in KINDS:
        schema = json.loads((folder / f"{kind}.json").read_text())
        needed = _reached(schema, definitions)
        whole = {**schema, "$id": f"/{kind}.json", "$defs": {name: definitions[name] for name in needed}}
        yield f"{kind}.json", json.dumps(whole).replace(f'"{_DEFINITIONS}#', '"#')


def _reached(schema: Any, definitions: dict[str, Any]) -> list[str]:
    """The definitions that a schema refers to, by way of others too."""
    reached: set[str] = set()
    left = [schema]
    while left:
        for name in _references(left.pop()) - reached:
            reached.add(name)
            left.append(definitions[name])
    return sorted(reached)


def _references(schema: Any) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(schema)))


def _newest() -> Path:
    """The newest strict schemas that the package kubernetes-validate brings."""
    found = find_spec("kubernetes_validate")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("kubernetes-validate is not installed; run: make setup")
    folders = (Path(found.origin).parent / "kubernetes-json-schema").glob("v*-local-strict")
    return max(folders, key=lambda folder: [int(part) for part in folder.name[1:].split("-")[0].split(".")])
