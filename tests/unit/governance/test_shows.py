"""What a rule can tell of another object's spec: what it reads of it, and nothing that is left out of its context."""

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.project.unit import Facts

SPECS = Path(__file__).parents[3] / "specs"


@pytest.fixture(scope="module")
def project() -> Project:
    sources = find_sources(SPECS).value
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    return project


def _shows(project: Project, rules: Catalogue, kind: str, edit: Callable[[dict[str, Any]], object]) -> bool:
    """Whether an edit of a spec's values, and of those in each of its environments, shows."""
    before = next(iter(project.tables[kind].values())).facts
    values, placed = copy.deepcopy(before.values), copy.deepcopy(before.placed)
    edit(values)
    for spec in placed.values():
        edit({**values, "spec": spec})
    after = Facts.of(before.written, values, placed)
    return Judge(rules.rules.values(), Estate(project, date(2026, 11, 30))).shows(kind, before, after)


def _toggle(spec: dict[str, Any], key: str) -> None:
    if spec.pop(key, None) is None:
        spec[key] = "consent"


@pytest.mark.parametrize("kind", ["DataSource", "FeatureSet", "Model", "Deployment"])
def test_a_description_does_not_show(kind: str, project: Project, catalogue: Catalogue) -> None:
    assert not _shows(project, catalogue, kind, lambda values: values["metadata"].update(description="other words"))
    assert not _shows(project, catalogue, kind, lambda values: None)


@pytest.mark.parametrize(
    ("kind", "edit"),
    [
        ("DataSource", lambda values: values["spec"].update(jurisdiction="US")),
        ("DataSource", lambda values: _toggle(values["spec"], "legalBasis")),
        ("FeatureSet", lambda values: values["spec"].update(purposes=["another"])),
        ("Model", lambda values: values["spec"].update(features=[])),
        ("Model", lambda values: values["spec"].update(riskTier="high")),
        ("Deployment", lambda values: _toggle(values["spec"], "monitoring")),
        ("Deployment", lambda values: values["spec"].update(pin={"version": 9, "digest": "sha256:" + "0" * 64})),
    ],
)
def test_what_some_rule_reads_shows(
    kind: str, edit: Callable[[dict[str, Any]], object], project: Project, catalogue: Catalogue
) -> None:
    assert _shows(project, catalogue, kind, edit)


def test_an_environment_always_shows(project: Project, catalogue: Catalogue) -> None:
    assert _shows(project, catalogue, "Environment", lambda values: None)


def test_a_field_of_the_context_of_which_nothing_is_known_shows_everything(
    project: Project, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plimsoll.compiler.governance.findings.DERIVED", frozenset({"environment"}))
    assert _shows(project, catalogue, "Model", lambda values: None)
