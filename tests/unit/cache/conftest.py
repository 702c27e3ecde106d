"""Folders of specs to edit, and caches of their own for them."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[3]))  # for benchmarks.estate
sys.path.append(str(Path(__file__).parent))  # for what these tests share


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all caches, empty at first."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("PLIMSOLL_CACHE", str(folder))
    return folder
