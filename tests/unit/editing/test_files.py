"""Edited specs are written whole, inside the project, and only over what was read."""

import os
from pathlib import Path

import pytest

from plimsoll.compiler.editing.files import Rewrite, write_back
from plimsoll.contract.refusal import Refused


def test_the_mark_the_ends_of_lines_and_the_mode_stay(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: NO\r\nb: 1")
    path.chmod(0o640)
    write_back(tmp_path, [Rewrite("a.yaml", "a: NO\r\nb: 1", 'a: "NO"\r\nb: 1')])
    assert path.read_bytes() == b'\xef\xbb\xbfa: "NO"\r\nb: 1'
    assert path.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_that_changed_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "b.yaml").write_text("b: changed\n")
    with pytest.raises(Refused, match="has changed since it was read"):
        write_back(tmp_path, [Rewrite("a.yaml", "a: 1\n", "a: 2\n"), Rewrite("b.yaml", "b: 1\n", "b: 2\n")])
    assert (tmp_path / "a.yaml").read_text() == "a: 1\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.yaml", "b.yaml"]


def test_a_link_that_leaves_the_project_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("a: 1\n")
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "a.yaml").symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(Refused, match="a link that leaves the project"):
        write_back(specs, [Rewrite("a.yaml", "a: 1\n", "a: 2\n")])
    assert (tmp_path / "outside.yaml").read_text() == "a: 1\n"


def test_a_folder_that_became_a_link_is_never_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.yaml").write_text("a: 1\n")
    specs = tmp_path / "specs"
    specs.mkdir()
    (specs / "below").symlink_to(tmp_path / "outside")
    with pytest.raises(Refused, match="a link that leaves the project"):
        write_back(specs, [Rewrite("below/a.yaml", "a: 1\n", "a: 2\n")])


def test_a_link_inside_stays_a_link_and_what_it_leads_to_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    rewrites = [Rewrite("a.yaml", "a: 1\n", "a: 2\n"), Rewrite("b.yaml", "a: 1\n", "a: 2\n")]
    write_back(tmp_path, rewrites)
    assert (tmp_path / "b.yaml").is_symlink()
    assert (tmp_path / "a.yaml").read_text() == "a: 2\n"
    with pytest.raises(Refused, match="leads to a file that gets another text"):
        write_back(tmp_path, [Rewrite("a.yaml", "a: 2\n", "a: 3\n"), Rewrite("b.yaml", "a: 2\n", "a: 4\n")])


def test_what_is_no_file_any_more_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is no longer a file"):
        write_back(tmp_path, [Rewrite("a.yaml", "", "a: 1\n")])


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_an_environment_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        write_back(tmp_path, [Rewrite("a.yaml", "a: 1\n", "a: 2\n")])
