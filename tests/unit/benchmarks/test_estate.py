"""Estates: the same seed gives the same bytes, and every size keeps every rule."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
from benchmarks.estate.firm import counts
from benchmarks.estate.make import estate
from benchmarks.estate.text import yaml_text
from benchmarks.estate.write import write_estate
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from plimsoll.cli.main import main
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.runtime.features.columns import DUCKDB_TYPES
from plimsoll.runtime.features.quoting import view_name

WORDS = st.text(alphabet=st.characters(max_codepoint=0x2FF, categories=["L", "N", "P", "S", "Zs"]), max_size=20)
LEAVES = WORDS | st.integers() | st.booleans() | st.floats(-1e6, 1e6)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLIMSOLL_CACHE", str(tmp_path / "cache"))


def _loaded(specs: int, folder: Path) -> Project:
    write_estate(folder, specs)
    sources = find_sources(folder).value
    assert sources is not None
    outcome = load_project(sources)
    assert outcome.value is not None, outcome.diagnostics
    return outcome.value


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert list(estate(300, 7)) == list(estate(300, 7))
    assert list(estate(300, 7)) != list(estate(300, 8))


@pytest.mark.parametrize("specs", [1, 2, 5, 12, 30, 300])
def test_an_estate_is_found_without_errors(specs: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_estate(tmp_path / "estate", specs)
    assert main(["check", str(tmp_path / "estate")]) == 0, capsys.readouterr()


def test_an_estate_compiles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_estate(tmp_path / "estate", 30)
    code = main(["compile", str(tmp_path / "estate"), "--out", str(tmp_path / "release"), "--validate"])
    assert code == 0, capsys.readouterr()
    assert {one.name for one in (tmp_path / "release").iterdir()} >= {"staging", "production"}


@given(st.integers(1, 60_000))
def test_the_kinds_add_up_to_what_was_asked_for(specs: int) -> None:
    assert counts(specs).total == specs
    assert min(vars(counts(specs)).values()) >= 0


@pytest.mark.parametrize("specs", [1, 7, 30, 300, 3000])
def test_an_estate_has_as_many_specs_as_were_asked_for(specs: int) -> None:
    files = list(estate(specs, 7))
    assert len({file.path for file in files}) == len(files)
    assert sum(file.text.count("apiVersion: ") for file in files if file.path.endswith(".yaml")) == specs


def test_an_estate_is_as_tangled_as_a_firms(tmp_path: Path) -> None:
    project = _loaded(300, tmp_path)
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        sources = project.feature_sets[name].spec.spec.sources
        depth[name] = 1 + max((deep(one) for one in sources if one in project.feature_sets), default=0)
        return depth[name]

    assert max(map(deep, project.feature_sets)) == 5
    assert {one.spec.spec.jurisdiction for one in project.data_sources.values()} == {"AE", "DE"}
    readers = Counter(used.set for model in project.models.values() for used in model.spec.spec.features)
    assert readers.most_common(1)[0][1] > 10
    assert {len(one.spec.spec.environments) for one in project.deployments.values()} >= {2, 3}


def test_the_sql_of_every_feature_set_gives_the_features_it_declares(tmp_path: Path) -> None:
    project = _loaded(100, tmp_path)
    database = duckdb.connect()
    for name, source in project.data_sources.items():
        columns = ", ".join(f"{column} {DUCKDB_TYPES[type_]}" for column, type_ in source.spec.spec.columns.items())
        database.execute(f"CREATE TABLE {view_name(name)} ({columns})")
    made: set[str] = set()

    def build(name: str) -> None:
        if name in made or name in project.data_sources:
            return
        located = project.feature_sets[name]
        spec = located.spec.spec
        for source in spec.sources:
            build(source)
        sql = spec.transformation.sql or project.beside(located, spec.transformation.file or "").read_text()
        database.execute(f"CREATE TABLE {view_name(name)} AS {sql}")
        result = [row[0] for row in database.execute(f"DESCRIBE {view_name(name)}").fetchall()]
        assert result == [*spec.entity.keys, spec.timestamp, *spec.features]
        made.add(name)

    for name in project.feature_sets:
        build(name)
    assert made == set(project.feature_sets)


@given(st.dictionaries(WORDS, LEAVES | st.dictionaries(WORDS, LEAVES | st.lists(LEAVES), min_size=1), min_size=1))
def test_what_is_written_reads_as_it_was(value: dict[str, object]) -> None:
    assert YAML(typ="safe").load(yaml_text({"spec": {"deep": value}})) == {"spec": {"deep": value}}


def test_a_larger_estate_is_no_other_estate_in_small(tmp_path: Path) -> None:
    sizes = [counts(specs).models / specs for specs in (100, 1000, 10_000, 50_000)]
    assert all(abs(one - other) < 0.02 for one, other in pairwise(sizes))
