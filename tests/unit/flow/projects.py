"""Projects by chance, small ones drawn whole; and what the flow rules find in a project."""

import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from by_hand import Specs, Told
from hypothesis import strategies as st

from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.loading.sources import SourceFile, Sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

TODAY = date(2027, 3, 1)
IMAGE = f"registry.example.org/x@sha256:{'1' * 64}"


@cache
def flow_rules() -> tuple[Rule, ...]:
    catalogue = load_catalogue(data_root("policies")).value
    assert catalogue is not None
    return tuple(rule for rule in catalogue.rules.values() if rule.judges == "Flow")


def project_of(specs: Specs) -> Project:
    """Some specs as a project: the whole way from text is walked."""
    files = []
    for (kind, name), spec in specs.items():
        whole = {"apiVersion": "plimsoll.dev/v1", "kind": kind, "metadata": {"name": name, "owner": "o@example.org"}}
        files.append(SourceFile(f"{kind}-{name}.yaml".lower(), json.dumps({**whole, "spec": spec})))
    (code,) = {Path(__file__).parent}
    loaded = load_project(Sources(code, tuple(files)))
    assert loaded.value is not None, loaded.diagnostics
    return loaded.value


def judged(project: Project) -> set[tuple[Told, str]]:
    """What the flow rules find, each with the condition that is broken."""
    judge = Judge(flow_rules(), Estate(project, TODAY))
    findings = [finding for unit in judge.objects() for finding in judge.verdict(unit).findings]
    assert not any(finding.failed for finding in findings)
    return {
        (Told(one.rule, one.object, place, _source(one.labels)), one.condition)
        for one in findings
        for place in one.reached or ("",)
    }


def _source(labels: Iterable[Any]) -> str:
    first = next(label for label in labels if label.hop == 1)
    return str(first.text.partition(":")[0].removeprefix("DataSource/"))


PURPOSES = st.lists(st.sampled_from(["care", "planning", "research"]), unique=True, max_size=3)
LAWS = st.sampled_from([("AE", "me-central-1"), ("AE-DIFC", "uaenorth"), ("DE", "eu-central-1"), ("IN", "ap-south-1")])


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Any]:
    law, region = draw(LAWS)
    personal = draw(st.sampled_from(["none", "pseudonymous", "pseudonymous", "personal", "special"]))
    spec: dict[str, Any] = {
        "location": {"type": "file", "path": "x.parquet"},
        "region": region,
        "jurisdiction": law,
        "classification": draw(st.sampled_from(["public", "internal", "confidential", "restricted"])),
        "personalData": personal,
        "purposes": draw(PURPOSES),
        "timestamp": "at",
        "columns": {"key": "string", "at": "timestamp", "value": "float"},
    }
    if draw(st.booleans()):
        spec["retention"] = f"{draw(st.sampled_from([30, 100, 1000]))}d"
    if draw(st.booleans()):
        spec["transfers"] = [{"country": draw(st.sampled_from(["AE", "DE", "IN"])), "basis": "consent"}]
    if draw(st.booleans()):
        spec["licence"] = draw(st.sampled_from(["MIT", "CC-BY-NC-4.0"]))
    return spec


@st.composite
def feature_sets(draw: st.DrawFn, name: str, readable: list[str]) -> dict[str, Any]:
    features: dict[str, Any] = {}
    for feature in ("a", "b"):
        written = draw(st.sampled_from([None, "none", "pseudonymous", "special"]))
        features[f"{name}_{feature}"] = {"type": "float", **({"personalData": written} if written else {})}
    spec: dict[str, Any] = {
        "entity": {"name": "thing", "keys": {"key": "string"}},
        "sources": draw(st.lists(st.sampled_from(readable), min_size=1, max_size=3, unique=True)),
        "transformation": {"sql": "SELECT 1"},
        "timestamp": "at",
        "purposes": draw(PURPOSES),
        "features": features,
    }
    if lowered := draw(st.lists(declassifications(list(features)), max_size=2)):
        spec["declassify"] = lowered
    return spec


@st.composite
def declassifications(draw: st.DrawFn, features: list[str]) -> dict[str, Any]:
    to: dict[str, Any] = {"personalData": draw(st.sampled_from(["none", "pseudonymous", "personal"]))}
    if draw(st.booleans()):
        to["classification"] = draw(st.sampled_from(["public", "internal"]))
    if draw(st.booleans()):
        to["purposes"] = ["research"]
    if draw(st.booleans()):
        to["retention"] = "500d"
    spec: dict[str, Any] = {"to": to, "reason": "As the board has agreed.", "approver": "dpo@example.org"}
    method = draw(st.sampled_from(["anonymised", "aggregated", "consented"]))
    spec["method"] = method
    if method == "aggregated":
        spec["k"] = draw(st.sampled_from([5, 20]))
    if draw(st.booleans()):
        spec["features"] = [draw(st.sampled_from(features))]
    return spec


def model(source: str, uses: dict[str, list[str]], purposes: list[str], training: int) -> dict[str, Any]:
    return {
        "task": "regression",
        "purposes": purposes,
        "examples": {
            "source": source,
            "id": "key",
            "timestamp": "at",
            "keys": ["key"],
            "label": {"name": "y", "expression": "value", "knownAfter": "1h"},
        },
        "features": [{"set": name, "use": used} for name, used in uses.items()],
        "window": {"training": f"{training}d", "evaluation": "10d"},
        "training": {"image": IMAGE, "code": ".", "command": ["x"]},
        "format": {"name": "skops"},
    }


@st.composite
def environments(draw: st.DrawFn, name: str) -> dict[str, Any]:
    law, region = draw(LAWS)
    admitted = draw(st.lists(st.sampled_from(["pseudonymous", "personal", "special"]), unique=True))
    spec: dict[str, Any] = {
        "stage": draw(st.sampled_from(["development", "production"])),
        "cluster": name,
        "namespace": name,
        "region": region,
        "jurisdiction": law,
        "personalData": ["none", *admitted],
        "runtimeImage": IMAGE,
        "registries": ["registry.example.org"],
        "quota": {"cpu": "9", "memory": "9Gi"},
        "budget": {"monthly": 1, "costCentre": "c"},
        "signers": {"issuer": "https://i.invalid", "release": "r@x.org", "model": "m@x.org", "approval": "a@x.org"},
    }
    if draw(st.booleans()):
        spec["clearance"] = draw(st.sampled_from(["public", "internal", "confidential"]))
    if draw(st.booleans()):
        there, place = draw(LAWS)
        spec["logs"] = {"sinks": [{"name": "s", "region": place, "jurisdiction": there, "retention": "400d"}]}
    return spec


@st.composite
def projects(draw: st.DrawFn) -> Specs:
    """Sources, feature sets that read sources and sets before them, models and deployments."""
    specs: Specs = {}
    tables = [f"s{number}" for number in range(draw(st.integers(1, 3)))]
    for name in tables:
        specs["DataSource", name] = draw(sources())
    sets: list[str] = []
    for name in (f"f{number}" for number in range(draw(st.integers(2, 4)))):
        specs["FeatureSet", name] = draw(feature_sets(name, [*tables, *sets]))
        sets.append(name)
    places = [f"e{number}" for number in range(3)]
    for name in places:
        specs["Environment", name] = draw(environments(name))
    for number in range(3):
        used = draw(st.lists(st.sampled_from(sets), unique=True, max_size=2))
        uses = {name: draw(st.sampled_from([[f"{name}_a"], [f"{name}_a", f"{name}_b"]])) for name in used}
        purposes = draw(PURPOSES.filter(bool))
        specs["Model", f"m{number}"] = model(draw(st.sampled_from(tables)), uses, purposes, draw(st.integers(1, 200)))
        chosen = draw(st.lists(st.sampled_from(places), unique=True, min_size=1))
        batch = {"schedule": {"cron": "0 1 * * *"}}
        specs["Deployment", f"d{number}"] = {
            "model": f"m{number}",
            **({"batch": batch} if draw(st.booleans()) else {"online": {}}),
            "environments": {name: {} for name in chosen},
        }
    return specs
