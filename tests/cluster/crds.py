"""CRDs of other projects, taken from their Go modules; nothing of these modules is compiled."""

import hashlib
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import binaries
import toolchain

MODULE = binaries.MODULES / "crds"
_GROUP = re.compile(r"(?m)^  group: (\S+)$")
_KIND = re.compile(r"(?m)^    kind: (\S+)$")


@dataclass(frozen=True)
class Source:
    """A Go module of ``modules/crds/go.mod``, which pins its version, and the files in it that hold CRDs (globs)."""

    module: str
    files: tuple[str, ...]

    @property
    def name(self) -> str:
        """The module as a name of a folder."""
        return self.module.replace("/", "_")


SOURCES = (
    Source("github.com/argoproj/argo-cd/v3", ("manifests/crds/*-crd.yaml",)),
    Source("github.com/argoproj/argo-events", ("manifests/base/crds/argoproj.io_*.yaml",)),
    Source("github.com/argoproj/argo-rollouts", ("manifests/crds/*-crd.yaml",)),
    Source("github.com/external-secrets/external-secrets", ("config/crds/bases/external-secrets.io_*.yaml",)),
    Source("github.com/fluxcd/kustomize-controller", ("config/crd/bases/*.yaml",)),
    Source("github.com/fluxcd/source-controller", ("config/crd/bases/*.yaml",)),
    Source("github.com/kedacore/keda/v2", ("config/crd/bases/keda.sh_*.yaml",)),
    Source("github.com/kserve/kserve", ("config/crd/full/serving.kserve.io_*.yaml",)),
    Source("github.com/kubeflow/trainer/v2", ("manifests/base/crds/*.yaml",)),
    Source(
        "github.com/prometheus-operator/prometheus-operator",
        ("example/prometheus-operator-crd-full/monitoring.coreos.com_*.yaml",),
    ),
    Source("istio.io/api", ("kubernetes/customresourcedefinitions.gen.yaml",)),
    Source("sigs.k8s.io/gateway-api", ("config/crd/standard/gateway.networking.k8s.io_*.yaml",)),
)

UNSERVED = {"policy.linkerd.io": "Linkerd keeps its CRDs in templates of a Helm chart, and serves no Go module"}
"""API groups whose real CRDs the tests do not have, and why; no object of them is applied as part of a release."""

OPEN = Path(__file__).with_name("linkerd.yaml")
"""CRDs of those groups' kinds that take whatever comes, so that rules can be asked about their objects."""


def defining(objects: Iterable[Mapping[str, Any]], files: Iterable[Path]) -> list[Path]:
    """Those of the files that define a kind of which there is an object."""
    kinds = {(o["apiVersion"].partition("/")[0], o["kind"]) for o in objects}
    groups = {group for group, _ in kinds}
    found = []
    for file in files:
        text = file.read_text()
        defined = set(_GROUP.findall(text)) & groups
        if defined and any((group, kind) in kinds for group in defined for kind in _KIND.findall(text)):
            found.append(file)
    return found


def ensure() -> Path:
    """The folder that holds the CRDs of all sources, one folder each; fetched first where the cache lacks it.

    Raises:
        toolchain.Unfit: when they are to be fetched and Go is missing or too old.
        subprocess.CalledProcessError: when Go can't fetch one.
        LookupError: when go.mod and ``SOURCES`` differ, a module isn't what go.sum says, or a file isn't in it.
    """
    target = binaries.cache() / f"crds-{binaries.digest_of(MODULE)}-{_digest()}"
    with binaries.made_once(target) as folder:
        if folder is not None:
            _fetch(folder)
    return target


def _digest() -> str:
    return hashlib.sha256(repr(SOURCES).encode()).hexdigest()[:8]


def _fetch(folder: Path) -> None:
    toolchain.require((MODULE,))
    print(f"CRDs: fetching {len(SOURCES)} Go modules, once", flush=True)
    found = {module["Path"]: module for module in toolchain.downloaded(MODULE)}
    if found.keys() != {source.module for source in SOURCES}:
        raise LookupError(f"{MODULE}/go.mod and SOURCES name different modules")
    sums = {tuple(line.split()) for line in (MODULE / "go.sum").read_text().splitlines()}
    for source in SOURCES:
        module = found[source.module]
        if (module["Path"], module["Version"], module["Sum"]) not in sums:
            raise LookupError(f"{source.module} {module['Version']} is not what go.sum says")
        _copy(source, Path(module["Dir"]), folder / source.name)


def _copy(source: Source, origin: Path, target: Path) -> None:
    target.mkdir()
    for pattern in source.files:
        files = sorted(path for path in origin.glob(pattern) if path.name != "kustomization.yaml")
        if not files:
            raise LookupError(f"{source.module} holds no {pattern}")
        for file in files:
            shutil.copyfile(file, target / file.name)
