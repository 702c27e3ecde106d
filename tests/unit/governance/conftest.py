"""Estates for governance tests: the fixtures' own estate, patched, as files in a folder."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from changed_estate import BREAKS, changed_estate

from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.resources import data_root

TODAY = date(2027, 3, 1)

CHANGES = {
    **BREAKS,
    "staging abroad": (
        "staging-uae\n  namespace: readmission\n  region: me-central-1\n  jurisdiction: AE",
        "staging\n  namespace: readmission\n  region: eu-central-1\n  jurisdiction: DE",
    ),
    "many retries": ("retries: 2", "retries: 9"),
}
"""Changes of the estate's text that break a rule: those above, RES-01, COST-04."""


def changed(*names: str) -> str:
    """The text of the fixtures' estate with some of ``CHANGES``."""
    return changed_estate({name: CHANGES[name] for name in names})


@pytest.fixture(scope="session")
def estate_text() -> Callable[..., str]:
    """``changed``."""
    return changed


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    loaded = load_catalogue(data_root("policies"))
    assert loaded.value is not None, loaded.diagnostics
    return loaded.value


@pytest.fixture
def estate(tmp_path: Path) -> Callable[..., Project]:
    """Build a project from the fixtures' estate with some of ``CHANGES``, and further specs."""

    def build(*changes: str, more: str = "") -> Project:
        text = changed(*changes)
        (tmp_path / "estate.yaml").write_text(text)
        (tmp_path / "more.yaml").write_text(more)
        sources = find_sources(tmp_path).value
        assert sources is not None
        loaded = load_project(sources)
        assert loaded.value is not None, loaded.diagnostics
        return loaded.value

    return build


@pytest.fixture
def judged(estate: Callable[..., Project], catalogue: Catalogue) -> Callable[..., Outcome[CheckedProject]]:
    """Build a project as ``estate`` does and judge it."""

    def build(*changes: str, more: str = "", today: date = TODAY) -> Outcome[CheckedProject]:
        return judge(estate(*changes, more=more), catalogue=catalogue, today=today)

    return build
