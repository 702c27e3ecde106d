"""Every fixture's findings, as whole multisets: nothing is found that is not announced. README.md says how."""

from pathlib import Path

import pytest
from expectations import LIST, hold_to_comments, hold_to_list, write_columns, write_list
from fixture_folders import FIXTURES, STAGES, found_in, name_of, rendered, resolved, write_pinned_project

from plimsoll.cli.starter_project import write_project


@pytest.mark.parametrize("fixture", FIXTURES, ids=name_of)
def test_what_is_announced_is_found(fixture: Path, tmp_path: Path, update: bool) -> None:
    found, listed = found_in(fixture, tmp_path / "project"), fixture / LIST
    if update:
        write_list(found, listed) if listed.exists() else write_columns(found, fixture)
    if listed.exists():
        hold_to_list(found, listed)
    else:
        hold_to_comments(found, fixture)


def test_every_stage_has_fixtures() -> None:
    assert {path.parent.name for path in FIXTURES} == set(STAGES)


def test_the_starter_has_no_findings(tmp_path: Path) -> None:
    write_project(tmp_path / "project", "parcels")
    assert resolved(tmp_path / "project" / "specs") == ()


def test_the_pinned_starter_has_no_findings(tmp_path: Path) -> None:
    write_pinned_project(tmp_path / "project")
    assert rendered(tmp_path / "project" / "specs") == ()
