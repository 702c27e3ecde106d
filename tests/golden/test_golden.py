"""Releases as they have always been: a file that differs, is missing, or is too many fails."""

from datetime import date
from pathlib import Path

import pytest

from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.release import Release, render
from plimsoll.compiler.rendering.write import write_release
from plimsoll.compiler.validation.release import validate_release
from plimsoll.contract.release import LOCK_FILE, lock_bytes

_HERE = Path(__file__).parent
_CASES = sorted(folder.parent.name for folder in _HERE.glob("*/specs"))


def _releases(case: str) -> dict[Path, Release]:
    """The releases of a case by the folder that each is expected in: one an environment, where there are several."""
    sources = find_sources(_HERE / case / "specs").value
    assert sources is not None
    loaded = load_project(sources)
    assert loaded.value is not None, loaded.diagnostics
    checked = judge(loaded.value, catalogue=Catalogue(_HERE, {}), today=date(2026, 1, 1)).value
    assert checked is not None
    names = list(loaded.value.environments)
    expected = _HERE / case / "expected"
    found = {}
    for environment in names:
        release = render(checked, environment).value
        assert release is not None
        found[expected / environment if len(names) > 1 else expected] = release
    return found


@pytest.mark.parametrize("case", _CASES)
def test_release_is_as_expected(case: str, request: pytest.FixtureRequest) -> None:
    for expected, release in _releases(case).items():
        if request.config.getoption("--update-golden", default=False):
            write_release(release, expected)
        rendered = {**release.files, LOCK_FILE: lock_bytes(release.lock)}
        assert sorted(path.name for path in expected.iterdir()) == sorted(rendered)
        for name, data in rendered.items():
            assert data.decode() == (expected / name).read_text(), name


@pytest.mark.parametrize("case", _CASES)
def test_release_passes_every_oracle(case: str) -> None:
    for release in _releases(case).values():
        assert validate_release(release.files, release.platform) == ()


def test_there_are_cases() -> None:
    assert _CASES == ["blue-green", "enterprise", "gpu", "kserve", "linkerd", "pinned", "shadow", "two-sizes"]
