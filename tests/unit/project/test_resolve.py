"""What a project is does not depend on how its files are cut, named or ordered."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, Sources, find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.project.typed import type_document

SPECS = Path(__file__).parents[3] / "specs"


def reference() -> Sources:
    sources = find_sources(SPECS).value
    assert sources is not None
    return sources


def project(sources: Sources) -> Project:
    outcome = load_project(sources)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def content(found: Project) -> dict[str, Any]:
    """Every spec and every placed deployment, as values."""
    specs = {one.key: one.spec.model_dump(mode="json") for one in found.located()}
    placed = {(p.name, p.environment.key): p.spec.model_dump(mode="json") for p in found.placed}
    return {"specs": list(specs.items()), "placed": list(placed.items())}


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_count(chance: random.Random) -> None:
    files = list(reference().files)
    chance.shuffle(files)
    assert content(project(Sources(SPECS, tuple(files)))) == content(project(reference()))


def test_every_fault_is_found_whatever_the_order_of_files() -> None:
    files = [
        SourceFile(file.path, file.text.replace("carrier-record", "carrier-recrod"))
        if file.path.startswith("models/")
        else file
        for file in reference().files
    ]
    found = [set(load_project(Sources(SPECS, tuple(order))).diagnostics) for order in (files, files[::-1])]
    assert found[0] == found[1]
    assert {one.code for one in found[0]} == {"PLM-REF-002"}


def test_specs_that_name_no_file_may_stand_in_one(tmp_path: Path) -> None:
    together = [file for file in reference().files if file.path.split("/")[0] in ("deployments", "environments")]
    rest = tuple(file for file in reference().files if file not in together)
    joined = SourceFile("all.yaml", "\n---\n".join(file.text for file in together))
    assert content(project(Sources(SPECS, (*rest, joined)))) == content(project(reference()))


def test_a_project_may_lie_anywhere(tmp_path: Path) -> None:
    moved = find_sources(Path(shutil.copytree(SPECS, tmp_path / "elsewhere"))).value
    assert moved is not None
    assert content(project(moved)) == content(project(reference()))


@pytest.mark.parametrize("file", reference().files, ids=lambda file: file.path)
def test_a_spec_that_is_written_out_and_read_again_is_the_same(file: SourceFile, tmp_path: Path) -> None:
    """load ∘ dump is the identity on the values of a document, and so on the spec that they are."""
    for document in parse(file).value or ():
        typed = type_document(document).value
        assert typed is not None
        written = tmp_path / "written.yaml"
        YAML(typ="safe").dump(document.value, written)
        (again,) = parse(SourceFile("written.yaml", written.read_text())).value or ()
        assert again.value == document.value
        reloaded = type_document(again).value
        assert reloaded is not None
        assert reloaded.spec == typed.spec


def test_every_kind_of_the_reference_project_is_a_kind() -> None:
    assert {one.spec.kind_name for one in project(reference()).located()} <= set(KINDS)


def test_a_deployment_is_placed_once_in_each_of_its_environments() -> None:
    placed = [(p.name, p.environment.spec.metadata.name) for p in project(reference()).placed]
    assert placed == sorted(placed)
    assert placed == [
        ("flight-delay-nightly", "local"),
        ("flight-delay-nightly", "production"),
        ("flight-delay-online", "local"),
        ("flight-delay-online", "production"),
        ("flight-delay-online", "staging"),
    ]


def test_an_effective_value_leads_to_the_line_that_it_was_written_in() -> None:
    (placed,) = (p for p in project(reference()).placed_in("production") if p.name == "flight-delay-online")
    lines = placed.deployment.document.source.text.splitlines()
    for route, text in (
        (("spec", "online", "scaling", "max"), "{min: 3, max: 8}"),
        (("spec", "online", "port"), "port: 8080"),
        (("spec", "resources", "memory"), "memory: 2Gi"),
    ):
        assert text in lines[placed.span(*route).line - 1], route
    assert (placed.spec.online.scaling.max, placed.spec.online.port) == (8, 8080)
    assert placed.has("spec", "online", "scaling", "max")
    assert not placed.has("spec", "online", "rollout", "canary")
