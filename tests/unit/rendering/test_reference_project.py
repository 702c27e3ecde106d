"""The reference project's releases pass every oracle, before and after a promotion, and the runner reads them."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.validation.release import validate_release
from plimsoll.runtime.runner.load import load_workflow

_SPECS = Path(__file__).parents[3] / "specs"
_PIN = f'pin: {{version: 3, digest: "sha256:{"a" * 64}"}}'


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    """The reference project as it is once a version was promoted everywhere."""
    specs = Path(shutil.copytree(_SPECS, tmp_path / "specs"))
    for path in (specs / "deployments").glob("*.yaml"):
        without = re.sub(r"(?m)^  pin:.*\n(    .*\n)*", "", path.read_text())
        path.write_text(without.replace("\nspec:\n", f"\nspec:\n  {_PIN}\n"))
    return specs


def _releases(specs: Path) -> dict[str, Release]:
    catalogue, sources = load_catalogue(data_root("policies")).value, find_sources(specs).value
    assert catalogue is not None
    assert sources is not None
    project = load_project(sources).value
    assert project is not None
    judged = judge(project, catalogue=catalogue, today=date(2026, 11, 1))
    assert judged.value is not None, judged.diagnostics
    rendered = {name: render(judged.value, name).value for name in project.environments}
    return {name: release for name, release in rendered.items() if release is not None}


def test_releases_are_sound(pinned: Path) -> None:
    for specs in (_SPECS, pinned):
        releases = _releases(specs)
        assert releases.keys() == {"local", "staging", "production"}
        for release in releases.values():
            assert validate_release(release.files, release.platform) == ()


def test_the_runner_reads_every_workflow(pinned: Path, tmp_path: Path) -> None:
    for name, data in _releases(pinned)["production"].files.items():
        (tmp_path / name).write_bytes(data)
    shutil.rmtree(pinned)
    names = ("train", "online-monitor", "online-refresh", "nightly-score")
    for name in (f"flight-delay-{one}" for one in names):
        assert load_workflow(tmp_path, name).name.startswith(f"{name}-")
