"""The analysis against an oracle that walks every path, on projects by chance; and that more never means less."""

import copy
from pathlib import Path
from random import Random

import pytest
import yaml
from benchmarks.estate.make import estate
from by_hand import Specs, Told, found
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import IMAGE, feature_sets, judged, model, project_of, projects, sources

from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project

RULES = {"RES-01", "PRV-05", "PRV-13", "FLW-07", "FLW-08"}
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


def _told(everything: set[tuple[Told, str]]) -> set[Told]:
    """What both know of."""
    return {told for told, _ in everything if told.rule in RULES or (told.rule == "FLW-06" and "Model" in told.object)}


@settings(max_examples=35, deadline=None, suppress_health_check=SLOW)
@given(projects())
def test_what_rules_find_is_what_every_path_by_hand_comes_to(specs: Specs) -> None:
    assert _told(judged(project_of(specs))) == found(specs)


@settings(max_examples=35, deadline=None, suppress_health_check=SLOW)
@given(projects(), st.data())
def test_one_more_source_or_reference_takes_no_finding_away(specs: Specs, data: st.DataObject) -> None:
    before = judged(project_of(specs))
    more = copy.deepcopy(specs)
    more["DataSource", "s9"] = data.draw(sources())
    readers = [key for key in more if key[0] in ("FeatureSet", "Model")]
    reader = data.draw(st.sampled_from(readers))
    tables = [name for kind, name in more if kind == "DataSource"]
    if reader[0] == "FeatureSet":
        read = more[reader]["sources"]
        read += [name for name in data.draw(st.lists(st.sampled_from(tables), unique=True)) if name not in read]
    else:
        more["FeatureSet", "f9"] = data.draw(feature_sets("f9", tables))
        more[reader]["features"].append({"set": "f9", "use": ["f9_a"]})
    assert before <= judged(project_of(more))


def test_a_place_that_admits_more_does_not_thereby_admit_less() -> None:
    """Pseudonymous data may not enter, and still may not when the model reads it by way of special features as well."""
    feature = {"type": "float", "personalData": "special"}
    place = {
        "stage": "production",
        "cluster": "e",
        "namespace": "e",
        "region": "me-central-1",
        "jurisdiction": "AE",
        "personalData": ["none", "special"],
        "runtimeImage": IMAGE,
        "registries": ["registry.example.org"],
        "quota": {"cpu": "9", "memory": "9Gi"},
        "budget": {"monthly": 1, "costCentre": "c"},
        "signers": {"issuer": "https://i.invalid", "release": "r@x.org", "model": "m@x.org", "approval": "a@x.org"},
    }
    specs: Specs = {
        ("DataSource", "s"): {
            "location": {"type": "file", "path": "x.parquet"},
            "region": "me-central-1",
            "jurisdiction": "AE",
            "classification": "internal",
            "personalData": "pseudonymous",
            "purposes": ["care"],
            "timestamp": "at",
            "columns": {"key": "string", "at": "timestamp", "value": "float"},
        },
        ("FeatureSet", "f"): {
            "entity": {"name": "thing", "keys": {"key": "string"}},
            "sources": ["s"],
            "transformation": {"sql": "SELECT 1"},
            "timestamp": "at",
            "purposes": [],
            "features": {"f_a": feature},
        },
        ("Environment", "e"): place,
        ("Model", "m"): model("s", {}, ["care"], 10),
        ("Deployment", "d"): {"model": "m", "online": {}, "environments": {"e": {}}},
    }
    expected = Told("PRV-13", "Deployment/d", "e", "s")
    assert expected in {told for told, _ in judged(project_of(specs))}
    specs["Model", "m"] = model("s", {"f": ["f_a"]}, ["care"], 10)
    assert expected in {told for told, _ in judged(project_of(specs))}


@pytest.mark.parametrize("seed", [1, 2])
def test_violations_planted_among_a_thousand_specs_are_found_and_no_others(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    files = {file.path: file.text for file in estate(1000, seed)}
    specs: dict[str, dict[str, object]] = {
        path: yaml.safe_load(text)
        for path, text in files.items()
        if path.endswith(".yaml") and not path.startswith("governance/")
    }
    by_kind = {
        kind: [path for path, spec in specs.items() if spec["kind"] == kind]
        for kind in ("DataSource", "Environment", "FeatureSet", "Model")
    }
    assert found(_specs(specs)) == set()
    for path in chance.sample(by_kind["DataSource"], 12):
        spec = specs[path]["spec"]
        plants = (
            {"personalData": "special"},
            {"jurisdiction": "SG", "classification": "restricted"},
            {"licence": "CC-BY-NC-4.0"},
            {"retention": "20d"},
            {"personalData": "pseudonymous", "purposes": ["something-else"]},
        )
        spec.update(chance.choice(plants))
    for path in chance.sample(by_kind["Environment"], 3):
        specs[path]["spec"].update(chance.choice(({"clearance": "internal"}, {"personalData": ["none"]})))
    for path in chance.sample(by_kind["FeatureSet"], 8):
        spec = specs[path]["spec"]
        spec["declassify"] = [
            {
                "method": "anonymised",
                "features": chance.sample(sorted(spec["features"]), 1),
                "to": {"personalData": "none", "classification": "public"},
                "reason": "As the board has agreed.",
                "approver": "dpo@example.org",
            }
        ]
    for path, text in files.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(yaml.safe_dump(specs[path]) if path in specs else text)
    listed = find_sources(tmp_path).value
    assert listed is not None
    loaded = load_project(listed)
    assert loaded.value is not None, loaded.diagnostics[:3]
    planted = found(_specs(specs))
    assert len({told.rule for told in planted}) >= 4
    assert _told(judged(loaded.value)) == planted


def _specs(files: dict[str, dict[str, object]]) -> Specs:
    return {(str(one["kind"]), str(one["metadata"]["name"])): one["spec"] for one in files.values()}
