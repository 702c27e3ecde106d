"""Releases as they have always been: a file that differs, is missing, or is too many fails."""

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.naming import units_of
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.rendering.units import made_in, rendition
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.validation.release import validate_release
from plimsoll.contract.release import LOCK_FILE, lock_bytes

_HERE = Path(__file__).parent
_CASES = sorted(folder.parent.name for folder in _HERE.glob("*/specs"))


def _checked(case: str) -> CheckedProject:
    sources = find_sources(_HERE / case / "specs").value
    assert sources is not None
    loaded = load_project(sources)
    assert loaded.value is not None, loaded.diagnostics
    checked = judge(loaded.value, catalogue=Catalogue(_HERE, {}), today=date(2026, 1, 1)).value
    assert checked is not None
    return checked


def _releases(case: str) -> dict[Path, Release]:
    """The releases of a case by the folder that each is expected in: one an environment, where there are several."""
    checked = _checked(case)
    names = list(checked.project.environments)
    expected = _HERE / case / "expected"
    found = {}
    for environment in names:
        rendered = render(checked, environment)
        release = rendered.value
        assert release is not None, rendered.diagnostics
        found[expected / environment if len(names) > 1 else expected] = release
    return found


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    """Have a folder hold these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("case", _CASES)
def test_release_is_as_expected(case: str, request: pytest.FixtureRequest) -> None:
    for expected, release in _releases(case).items():
        rendered = {**release.files, LOCK_FILE: lock_bytes(release.lock)}
        if request.config.getoption("--update-golden", default=False):
            _write(rendered, expected)
        assert sorted(path.name for path in expected.iterdir()) == sorted(rendered)
        for name, data in rendered.items():
            assert data.decode() == (expected / name).read_text(), name


@pytest.mark.parametrize("case", _CASES)
def test_release_passes_every_oracle(case: str) -> None:
    for release in _releases(case).values():
        assert validate_release(release.files, release.platform) == ()


@pytest.mark.parametrize("case", _CASES)
def test_release_keeps_every_rule_about_what_is_rendered(case: str) -> None:
    catalogue = load_catalogue(data_root("policies")).value
    assert catalogue is not None
    project = _checked(case).project
    gate = Gate(catalogue.rules, lambda found: [], project, date(2026, 1, 1))
    for environment in project.environments:
        made = [made_in(project, unit).value or () for unit in units_of(project, environment)]
        rendered = [rendition(one) for objects in made for one in objects]
        assert {one.kind for one in rendered} >= {"ServiceAccount", "WorkflowTemplate"}
        assert [*gate.findings(environment, rendered)] == []


def test_there_are_cases() -> None:
    assert _CASES == [
        "blue-green",
        "enterprise",
        "flux",
        "gpu",
        "kserve",
        "linkerd",
        "pinned",
        "several-classes",
        "shadow",
        "two-sizes",
    ]
