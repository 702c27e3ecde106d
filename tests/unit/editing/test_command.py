"""``plimsoll check --fix``: what is written, what is only shown, and what the exit code follows."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import main
from plimsoll.cli.starter_project import write_project

MODEL = Path("specs/models/parcels.yaml")
LOCAL = Path("specs/environments/local.yaml")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's folder, which is the current one, with one safe fix and one by name."""
    folder = tmp_path / "parcels"
    write_project(folder, "parcels")
    monkeypatch.chdir(folder)
    LOCAL.write_text(LOCAL.read_text().replace("description: One laptop, with", "description: no  # One laptop, with"))
    MODEL.write_text(MODEL.read_text().replace("timeout: 10m", "tmeout: 10m"))
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def command(*arguments: str) -> tuple[int, str]:
        code = main(["check", "--color", "never", *arguments])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return command


def data(run: Callable[..., tuple[int, str]], *arguments: str) -> tuple[dict[str, Any], list[str]]:
    """A command's result, and the codes that it found."""
    document = json.loads(run("--json", *arguments)[1])
    return document["result"], [one["code"] for one in document["findings"] or ()]


def test_safe_fixes_are_applied_and_what_remains_is_shown(run: Any, project: Path) -> None:
    code, out = run("--fix")
    assert code == 1
    assert "error[PLM-TYP-003]: unknown key 'tmeout'" in out
    assert out.endswith("fixed 1 finding in 1 file\n  specs/environments/local.yaml: 1\n")
    assert 'description: "no"  # One laptop' in LOCAL.read_text()
    assert run("--fix")[1].endswith("nothing to fix\n")


def test_an_unsafe_fix_is_applied_by_its_name(run: Any, project: Path) -> None:
    code, out = run("--fix", "spell")
    assert code == 0
    assert out.endswith("  specs/environments/local.yaml: 1\n  specs/models/parcels.yaml: 1\n")
    assert "timeout: 10m" in MODEL.read_text()


def test_a_diff_is_shown_and_nothing_is_written(run: Any, project: Path) -> None:
    before = {path: path.read_bytes() for path in (MODEL, LOCAL)}
    code, out = run("--fix", "spell", "--diff")
    assert code == 1
    assert "+++ b/specs/models/parcels.yaml\n" in out
    assert "-    tmeout: 10m\n+    timeout: 10m\n" in out
    assert "error[" not in out
    assert {path: path.read_bytes() for path in (MODEL, LOCAL)} == before
    assert "parcels.yaml" not in run("--diff")[1]
    run("--fix", "spell")
    assert run("--diff") == (0, "nothing to change\n")


def test_machines_are_told_the_same(run: Any, project: Path) -> None:
    shown, _ = data(run, "--diff")
    assert shown["files"] == ["environments/local.yaml"]
    assert shown["diff"].startswith("--- a/specs/environments/local.yaml\n")
    result, codes = data(run, "--fix")
    assert codes == ["PLM-TYP-003"]
    assert result == {"fixed": {"count": 1, "files": [{"path": "specs/environments/local.yaml", "fixes": 1}]}}


def test_a_folder_may_follow_the_option(run: Any, project: Path) -> None:
    assert run("--fix", "specs")[1].endswith("fixed 1 finding in 1 file\n  specs/environments/local.yaml: 1\n")


def test_an_unknown_name_is_refused_before_anything_is_read(run: Any, project: Path) -> None:
    code, out = run("--fix", "quote,spel")
    assert code == 1
    assert "did you mean 'spell'?" in out
    assert "description: no" in LOCAL.read_text()


def test_a_file_that_is_a_link_out_of_the_project_is_not_touched(run: Any, project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("a: no\n")
    Path("specs/link.yaml").symlink_to(outside)
    code, out = run("--fix")
    assert code == 1
    assert "PLM-SRC-001" in out
    assert outside.read_text() == "a: no\n"
