"""Peers: those that are missing are told, and those that are there get inputs in their own language."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.bench import not_installed
from benchmarks.compiler import main
from benchmarks.inputs import kubernetes_schemas, specs
from benchmarks.measure.rounds import Failure
from benchmarks.ours import edit
from benchmarks.peers.catalogue import PEERS, RENDERERS, WORKFLOW_COMPILERS, Peer
from benchmarks.peers.install import GoModule, PyPI, installed
from benchmarks.peers.work import ready
from benchmarks.report.page import PAGE
from jsonschema import Draft202012Validator
from kubernetes_validate import validate
from ruamel.yaml import YAML

ALL = (*PEERS, *RENDERERS)


def _yaml(path: Path) -> list[object]:
    return [one for one in YAML(typ="safe").load_all(path.read_text()) if one is not None]


def test_a_peer_whose_builder_is_missing_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = installed("tool", GoModule("example.org/tool", "v1.0.0"), tmp_path)
    assert found == Failure("can't be installed: there is no go")


def test_a_package_that_is_missing_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    found = installed("tool", PyPI("plimsoll-no-such-package", "1.0"), tmp_path)
    assert isinstance(found, Failure)
    assert "plimsoll-no-such-package==1.0" in found.why


def test_what_was_installed_whole_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    source = GoModule("example.org/tool", "v1.0.0")
    program = tmp_path / source.folder / "bin" / "tool"
    program.parent.mkdir(parents=True)
    program.touch()
    assert isinstance(installed("tool", source, tmp_path), Failure), "half an installation is none"
    program.parent.mkdir(parents=True)
    (tmp_path / source.folder / ".complete").touch()
    assert installed("tool", source, tmp_path) == program


def test_a_missing_peer_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PLIMSOLL_BENCH_CACHE", str(tmp_path))
    peer = Peer("tool", GoModule("example.org/tool", "v1.0.0"), lambda _folder, _count: ())
    said: list[str] = []
    (row,) = not_installed(ready([peer], said.append))
    assert row.metric == "every figure: tool not measured, can't be installed: there is no go"
    assert said == ["tool v1.0.0"]


@pytest.mark.parametrize("peer", ALL, ids=lambda peer: peer.name)
def test_each_peer_gets_as_many_files_as_were_asked_for(peer: Peer, tmp_path: Path) -> None:
    peer.work(tmp_path, 40)
    own = {"kustomization.yaml", "Chart.yaml", "values.yaml"}
    files = [path for path in tmp_path.rglob("*.yaml") if path.name not in own]
    several = 3 if peer.name in ("check-jsonschema", "yamllint") else 0
    assert len(files) == 40 - several, "three bindings share a file, which is left out"


def test_the_manifests_are_valid_for_kubernetes(tmp_path: Path) -> None:
    next(peer for peer in PEERS if peer.name == "kubeconform").work(tmp_path, 2)
    objects = [one for path in (tmp_path / "manifests").iterdir() for one in _yaml(path)]
    assert len(objects) == 3
    for one in objects:
        validate(one, "1.34", strict=True)


def test_kubeconforms_schemas_stand_alone() -> None:
    for _, text in kubernetes_schemas.files():
        schema = json.loads(text)
        Draft202012Validator.check_schema(schema)
        assert "_definitions.json" not in text
        assert not Draft202012Validator(schema).is_valid({"spec": {"replicas": "two", "podSelector": 1}})


def test_one_schema_holds_each_spec_to_its_kind(tmp_path: Path) -> None:
    next(peer for peer in PEERS if peer.name == "check-jsonschema").work(tmp_path, 30)
    rules = json.loads(specs.schema())["allOf"]
    kinds = {rule["if"]["properties"]["kind"]["const"]: rule["then"]["$ref"] for rule in rules}
    assert {"DataSource", "FeatureSet", "Model", "Deployment", "Environment"} <= set(kinds)
    for path in tmp_path.rglob("*.yaml"):
        (spec,) = _yaml(path)
        assert isinstance(spec, dict)
        schema = json.loads(Path(kinds[spec["kind"]].removeprefix("file://")).read_text())
        Draft202012Validator(schema).validate(spec)


def test_an_edit_changes_one_models_description_each_time(tmp_path: Path) -> None:
    for name in ("environments/a.yaml", "models/b.yaml", "models/c.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("metadata:\n  description: Old.\nspec: {}\n")
    texts = set()
    for _ in range(3):
        edit(tmp_path)
        texts.add((tmp_path / "models/b.yaml").read_text())
    assert len(texts) == 3
    assert all(text.endswith(" time.\nspec: {}\n") for text in texts)
    assert "Old." in (tmp_path / "models/c.yaml").read_text()
    with pytest.raises(ValueError, match="has a description"):
        edit(tmp_path / "nowhere")


def test_a_whole_benchmark_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text())
    options = ["--sizes", "1", "--rounds", "1", "--no-peers", "--results", str(tmp_path), "--page", str(page)]
    assert main(options) == 0
    rows = json.loads((tmp_path / "compiler.json").read_text())
    whats = ("cold", "warm", "one file changed", "memory")
    assert [one["metric"] for one in rows] == [
        f"{verb}, 1 spec, {what}" for verb in ("check", "compile") for what in whats
    ]
    assert all(0 < one["ours"] < 500 for one in rows)
    assert "| compile, 1 spec, memory " in page.read_text()
    assert "| check, 1 spec, cold " in capsys.readouterr().out


@pytest.mark.parametrize("peer", WORKFLOW_COMPILERS, ids=lambda peer: peer.name)
def test_a_workflow_compiler_gets_a_program_that_python_reads(peer: Peer, tmp_path: Path) -> None:
    name, count = peer.work(tmp_path, 40)
    ast.parse((tmp_path / name).read_text())
    assert (peer.program, count) == ("python", "40")


def test_heras_program_builds_workflows_of_the_size_of_ours(tmp_path: Path) -> None:
    name, count = WORKFLOW_COMPILERS[1].work(tmp_path, 2)
    subprocess.run([sys.executable, name, count], cwd=tmp_path, check=True)
    built = sorted(tmp_path.glob("*.yaml"))
    assert [path.name for path in built] == ["workflow-1.yaml", "workflow-2.yaml"]
    assert all(14_000 < path.stat().st_size < 17_000 for path in built)
