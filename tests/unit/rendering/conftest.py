"""Projects to render: the golden case with everything in it, changed where a test wants it otherwise."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.release import Release, render

GOLDEN = Path(__file__).parents[2] / "golden"


def check(folder: Path) -> CheckedProject:
    """The project in a folder, judged by no rule at all."""
    sources = find_sources(folder).value
    assert sources is not None
    loaded = load_project(sources)
    assert loaded.value is not None, loaded.diagnostics
    checked = judge(loaded.value, catalogue=Catalogue(folder, {}), today=date(2026, 1, 1)).value
    assert checked is not None
    return checked


@pytest.fixture
def checking() -> Callable[[Path], CheckedProject]:
    return check


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A copy of the specs of a model with an online and a batch deployment, both pinned."""
    return Path(shutil.copytree(GOLDEN / "pinned" / "specs", tmp_path / "specs"))


@pytest.fixture
def gpu_specs(tmp_path: Path) -> Path:
    """A copy of the specs of a model that trains on GPUs, from a feature set made from another."""
    return Path(shutil.copytree(GOLDEN / "gpu" / "specs", tmp_path / "gpu"))


@pytest.fixture(scope="session")
def release() -> Release:
    """The release of the specs as they are."""
    rendered = render(check(GOLDEN / "pinned" / "specs"), "live").value
    assert rendered is not None
    return rendered
