"""Paths as a repository knows them."""

from pathlib import Path

import pytest

from plimsoll.cli.views.places import Places


def test_below_the_repository_around_the_current_folder(folder: Path) -> None:
    assert Places().path("specs/a.yaml") == "ml/specs/a.yaml"
    assert Places().path("../a.yaml") == "a.yaml"
    assert Places().path(str(folder / "specs" / "a.yaml")) == "ml/specs/a.yaml"


def test_below_another_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "specs").mkdir(parents=True)
        (tmp_path / name / ".git").write_text("gitdir: elsewhere")
    monkeypatch.chdir(tmp_path / "one")
    assert Places().path("../two/specs/a.yaml") == "specs/a.yaml"


def test_outside_of_every_repository_it_is_what_people_see() -> None:
    assert Places().path("/nowhere/a b.yaml") == "/nowhere/a b.yaml"
    assert Places().location("/nowhere/a b.yaml") == {"uri": "file:///nowhere/a%20b.yaml"}


def test_a_folder_whose_name_begins_alike_is_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one" / ".git").mkdir(parents=True)
    (tmp_path / "one-more" / ".git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "one")
    assert Places().path("../one-more/a.yaml") == "a.yaml"


def test_the_current_folder_was_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert Places().path("specs/a.yaml") == "specs/a.yaml"


def test_bytes_that_are_no_text_stay_in_an_address() -> None:
    assert Places().location("a\udcff")["uri"].startswith("ml/a%")
