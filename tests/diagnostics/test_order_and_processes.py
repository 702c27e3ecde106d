"""Laws: what is found depends neither on the order of files nor on how many processes look for it."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from expectations import hold, place_of
from fixture_folders import FIXTURES, Findings, lay_out, name_of

from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.kinds.platform import Platform
from plimsoll.compiler.loading.sources import Sources, find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.validation.release import validate_release

HERE = Path(__file__).parent
SPECS = [path for path in FIXTURES if path.parent.name not in ("validated", "migrated")]
RELEASES = [path for path in FIXTURES if path.parent.name == "validated"]


def without_twice(found: Findings) -> list[Diagnostic]:
    """Findings but for those of a name that stands twice: they are told at the second, in the order of files."""
    return [one for one in found if one.code != "PLM-REF-001"]


@pytest.mark.parametrize("fixture", SPECS, ids=name_of)
def test_specs_in_another_order(fixture: Path, tmp_path: Path) -> None:
    sources = find_sources(lay_out(fixture, tmp_path / "project")).value
    assert sources is not None
    one, other = load_project(sources), load_project(Sources(sources.root, sources.files[::-1]))
    hold(map(place_of, without_twice(other.diagnostics)), map(place_of, without_twice(one.diagnostics)))
    assert Counter(found.code for found in other.diagnostics) == Counter(found.code for found in one.diagnostics)


@pytest.mark.parametrize("fixture", RELEASES, ids=name_of)
def test_rendered_files_in_another_order(fixture: Path) -> None:
    files = {path.name: path.read_bytes() for path in sorted(fixture.iterdir())}
    assert validate_release(dict(reversed(files.items())), Platform()) == validate_release(files, Platform())


def test_in_one_process_and_in_two(tmp_path: Path) -> None:
    folders = [str(lay_out(fixture, tmp_path / name_of(fixture))) for fixture in SPECS]
    ran = subprocess.run(
        [sys.executable, str(HERE / "in_processes.py"), *folders], check=True, capture_output=True, text=True
    )
    told = json.loads(ran.stdout)
    assert told["forks"] > len(SPECS)
    assert list(told["found"]) == folders
    for folder, (one, two) in told["found"].items():
        assert one == two, folder
    assert any(one for one, _ in told["found"].values())
