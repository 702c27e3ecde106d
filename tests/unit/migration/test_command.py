"""``plimsoll migrate``: what is written, what is only shown, and what the exit code follows."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plimsoll.cli.main import main

OLD = Path(__file__).parent / "v1beta1"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """The reference project as it would have been in v1beta1."""
    return Path(shutil.copytree(OLD, tmp_path / "specs"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    def command(verb: str, *arguments: str | Path) -> tuple[int, str]:
        code = main([verb, *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return command


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}


def test_an_older_project_is_converted_and_then_checks_as_one_of_today_does(run: Any, specs: Path) -> None:
    code, out = run("check", specs)
    assert code == 1
    assert out.count("error[PLM-TYP-002]") == 14
    assert "help: run plimsoll migrate" in out
    code, out = run("migrate", specs)
    assert (code, out.splitlines()[0]) == (0, "migrated 12 files to v1")
    code, out = run("check", specs)
    assert code == 0, out
    assert "waived[PLM-SEC-07]" in out
    after = contents(specs)
    assert run("migrate", specs) == (0, "nothing to migrate: no file has a spec that can be converted to v1\n")
    assert contents(specs) == after


def test_what_would_change_is_shown_and_nothing_is_written(run: Any, specs: Path) -> None:
    before = contents(specs)
    code, out = run("migrate", specs, "--diff")
    assert code == 1
    assert "-  ttlSeconds: 10800\n+  ttl: 3h\n" in out
    code, out = run("migrate", specs, "--check")
    assert (code, out.splitlines()[0]) == (1, "to be migrated: 12 files to v1")
    assert contents(specs) == before
    run("migrate", specs)
    assert run("migrate", specs, "--check")[0] == 0
    assert run("migrate", specs, "--diff") == (0, "nothing to change\n")


def test_a_file_that_cannot_be_converted_stays_while_the_others_are(run: Any, specs: Path) -> None:
    stubborn = specs / "features" / "origin-weather.yaml"
    stubborn.write_text(stubborn.read_text().replace("ttlSeconds: 10800", "ttlSeconds: 3 hours"))
    before = stubborn.read_bytes()
    code, out = run("migrate", specs, "--to", "v1", "--json")
    document = json.loads(out)
    assert code == document["exit"] == 1
    (found,) = document["findings"]
    assert (found["code"], found["path"], found["line"]) == ("PLM-MIG-001", str(stubborn), 22)
    assert document["result"]["written"] is True
    assert len(document["result"]["files"]) == 11
    assert stubborn.read_bytes() == before


def test_a_version_that_nothing_is_converted_to_is_a_matter_of_usage(run: Any, specs: Path) -> None:
    assert run("migrate", specs, "--to", "v1beta1")[0] == 2
