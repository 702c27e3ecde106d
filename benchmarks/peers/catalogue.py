"""Who is measured beside us, and what each is given to do."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.inputs import cloudformation, kubernetes, kubernetes_schemas, pipelines, rules, specs, workflows
from benchmarks.peers.install import GoModule, Package, PyPI

Work = Callable[[Path, int], tuple[str, ...]]
"""Writes inputs into a folder, so many, and returns the arguments of the command that checks them there."""


@dataclass(frozen=True)
class Peer:
    """A tool, where it comes from, how it tells its version and its help, and its work."""

    name: str
    source: Package
    work: Work
    version: tuple[str, ...] = ("--version",)
    help: tuple[str, ...] = ("--help",)
    program: str = ""
    """Which of its programs is run, where it is not called as the tool is."""


def _write(folder: Path, files: Iterable[tuple[str, str]]) -> list[str]:
    written = []
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        written.append(name)
    return written


def _zizmor(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, workflows.files(count))
    return ("--offline", "--no-progress", "--quiet", ".")


def _check_jsonschema(folder: Path, count: int) -> tuple[str, ...]:
    names = _write(folder, specs.files(count))
    _write(folder, [("schema.json", specs.schema())])
    return ("--schemafile", "schema.json", *names)


def _yamllint(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, specs.files(count))
    return ("-d", "{extends: relaxed, rules: {line-length: disable}}", ".")


def _cfn_lint(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, cloudformation.files(count))
    return ("--regions", "eu-central-1", "--", "*.yaml")


def _checkov(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, kubernetes.manifests(count))
    return ("--directory", ".", "--framework", "kubernetes", "--compact", "--quiet", "--skip-download")


def _kubeconform(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder / "manifests", kubernetes.manifests(count))
    _write(folder / ".schemas", kubernetes_schemas.files())
    place = ".schemas/{{.ResourceKind}}{{.KindSuffix}}.json"
    return ("-strict", "-n", str(os.cpu_count() or 1), "-schema-location", place, "manifests")


def _conftest(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder / "manifests", kubernetes.manifests(count))
    _write(folder / "policy", kubernetes.policies())
    return ("test", "--policy", "policy", "--quiet", "manifests")


def _kustomize(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, kubernetes.kustomization(count))
    return ("build", ".", "--output", "rendered.yaml")


def _helm(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder / "estate", kubernetes.chart(count))
    return ("template", "services", "estate")


def _kfp(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, [("compile.py", pipelines.KFP)])
    return ("compile.py", str(count))


def _hera(folder: Path, count: int) -> tuple[str, ...]:
    _write(folder, [("compile.py", pipelines.HERA)])
    return ("compile.py", str(count))


def evaluating(program: str) -> Work:
    """The work of an engine: a program that holds rules against values."""

    def work(folder: Path, count: int) -> tuple[str, ...]:
        _write(folder, [("work.json", rules.work(count)), ("evaluate.py", program)])
        return ("evaluate.py", rules.RESULT)

    return work


PEERS = (
    Peer("zizmor", PyPI("zizmor", "1.32.0"), _zizmor),
    Peer("check-jsonschema", PyPI("check-jsonschema", "0.39.0"), _check_jsonschema),
    Peer("yamllint", PyPI("yamllint", "1.38.0"), _yamllint),
    Peer("cfn-lint", PyPI("cfn-lint", "1.58.0"), _cfn_lint),
    Peer("checkov", PyPI("checkov", "3.3.30"), _checkov),
    Peer(
        "kubeconform",
        GoModule("github.com/yannh/kubeconform/cmd/kubeconform", "v0.8.0"),
        _kubeconform,
        ("-v",),
        ("-h",),
    ),
    Peer("conftest", GoModule("github.com/open-policy-agent/conftest", "v0.71.1"), _conftest),
)
"""Tools that check, as ``plimsoll check`` does."""

RENDERERS = (
    Peer("kustomize", GoModule("sigs.k8s.io/kustomize/kustomize/v5", "v5.8.2"), _kustomize, ("version",)),
    Peer("helm", GoModule("helm.sh/helm/v3/cmd/helm", "v3.22.0"), _helm, ("version", "--short")),
)
"""Tools that render, as ``plimsoll compile`` does."""

WORKFLOW_COMPILERS = (
    Peer("kfp", PyPI("kfp", "2.17.3"), _kfp, program="python"),
    Peer("hera", PyPI("hera[yaml]", "7.1.0"), _hera, program="python"),
)
"""Libraries that compile workflows from Python, each called by a program of its own."""

ENGINES = (
    Peer("cel-python", PyPI("cel-python", "0.5.0"), evaluating(rules.CELPY), program="python"),
    Peer(
        "common-expression-language",
        PyPI("common-expression-language", "0.10.0"),
        evaluating(rules.RUST),
        program="python",
    ),
    Peer("regopy", PyPI("regopy", "1.5.2"), evaluating(rules.REGO), program="python"),
)
"""Libraries that evaluate rules, each called by a program of its own, which the benchmark writes."""
