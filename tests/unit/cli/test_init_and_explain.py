"""``init`` and ``explain``."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.starter_project import starter_files
from plimsoll.compiler.codes import CODES

Run = Callable[..., Any]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_new_project_passes_its_checks(run: Run, here: Path) -> None:
    shown = run("init", "Parcel Delay")
    assert shown.code == 0
    assert "next: cd 'Parcel Delay' && plimsoll check" in shown.out
    assert (here / "Parcel Delay" / ".gitignore").is_file()
    assert run("check", "Parcel Delay/specs").code == 0
    assert "name: parcel-delay-online" in (here / "Parcel Delay/specs/deployments/parcel-delay-online.yaml").read_text()


def test_an_outcome_among_the_inputs_of_a_new_project_is_an_error(run: Run, here: Path) -> None:
    assert run("init", "mine").code == 0
    model = here / "mine/specs/models/mine.yaml"
    model.write_text(model.read_text().replace("    inputs:\n", "    inputs:\n      hours: {type: float}\n"))
    shown = run("check", "mine/specs")
    assert (shown.code, "'hours' is not known yet when a prediction is asked for" in shown.out) == (1, True)


def test_the_longest_name_passes_too(run: Run, here: Path) -> None:
    name = "a" * 30
    assert run("init", "project", "--name", name).code == 0
    assert run("check", "project/specs").code == 0


def test_the_current_folder(run: Run, here: Path) -> None:
    (here / "mine").mkdir()
    os.chdir(here / "mine")
    assert "next: plimsoll check" in run("init").out
    assert run("check").code == 0
    assert [path.name for path in Path().glob(".*")] == [".gitignore"]


def test_an_empty_repository_is_an_empty_folder(run: Run, here: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "mine"], check=True)
    assert run("init", "mine").code == 0
    assert run("check", "mine/specs").code == 0


def test_a_folder_that_is_not_empty_is_refused_without_force(run: Run, here: Path) -> None:
    (here / "mine").mkdir()
    (here / "mine" / "notes.txt").write_text("mine")
    shown = run("init", "mine")
    assert shown.code == 1
    assert "--force" in shown.err
    assert [path.name for path in (here / "mine").iterdir()] == ["notes.txt"]
    assert run("init", "mine", "--force").code == 0
    assert (here / "mine" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("obstacle", ["specs/models/mine.yaml/in-the-way", "specs"])
def test_nothing_is_half_written(run: Run, here: Path, obstacle: str) -> None:
    target = here / "mine" / obstacle
    target.parent.mkdir(parents=True)
    target.write_text("something else")
    before = sorted(path for path in (here / "mine").rglob("*"))
    shown = run("init", "mine", "--force")
    assert shown.code == 1
    assert "stands in the way" in shown.err
    assert sorted(path for path in (here / "mine").rglob("*")) == before


def test_a_name_that_cannot_be_one(run: Run, here: Path) -> None:
    shown = run("init", "123")
    assert shown.code == 1
    assert "--name" in shown.err
    assert list(here.iterdir()) == []


def test_no_placeholder_is_left() -> None:
    files = starter_files("parcels")
    assert not [path for path, text in files.items() if "__NAME__" in text or "NAME" in str(path)]


def test_every_code_has_a_page(run: Run) -> None:
    for code, known in CODES.items():
        shown = run("explain", code)
        assert shown.code == 0
        assert shown.out.startswith(f"{code}: {known.title}\n")


def test_a_rule_explains_itself_by_id_or_code(run: Run) -> None:
    by_id, by_code = run("explain", "sec-07"), run("explain", "PLM-SEC-07")
    assert by_id.out == by_code.out
    assert "to mend it: declare stores.encryptedWith" in by_id.out


def test_the_list_of_codes_is_whole(run: Run) -> None:
    codes = run("explain", "--json").document["result"]["codes"]
    assert set(CODES) < set(codes)
    assert "PLM-SEC-07" in codes


def test_an_unknown_code_names_the_nearest(run: Run) -> None:
    shown = run("explain", "PLM-REF-02")
    assert shown.code == 1
    assert "did you mean PLM-REF-0" in shown.err
