"""What the options about the cache do, on the command line."""

import sqlite3
from pathlib import Path

import pytest
from benchmarks.estate.write import write_estate

from plimsoll.cli.main import main

FILES = 20


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    write_estate(tmp_path / "specs", 20)
    assert len(list((tmp_path / "specs").rglob("*.yaml"))) == FILES
    return tmp_path / "specs"


def _told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    said = capsys.readouterr()
    assert "cache:" not in said.out
    return [line.removeprefix("cache: ") for line in said.err.splitlines() if line.startswith("cache: ")]


def _checked(specs: Path, *options: str) -> int:
    return main(["check", str(specs), *options])


def test_it_is_explained_what_was_reused_and_why_the_rest_was_not(
    specs: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _checked(specs, "--explain-cache") == 0
    first = _told(capsys)
    assert first[:2] == [f"nothing is remembered of this project in {cache}", f"0 of {FILES} files are as they were"]
    assert sum(line.endswith(" is new") for line in first) == FILES

    model, source = min(specs.rglob("models/*.yaml")), min(specs.rglob("sources/*.yaml"))
    place = specs / "environments" / "production.yaml"
    model.write_text(f"# moved\n{model.read_text()}")
    source.rename(source.with_name("moved.yaml"))
    place.touch()
    assert _checked(specs, "--explain-cache") == 0
    told = _told(capsys)
    inside = source.parent.relative_to(specs)
    assert {
        f"{model.relative_to(specs)} has changed",
        f"{inside / 'moved.yaml'} is new",
        f"{source.relative_to(specs)} is gone",
        "environments/production.yaml was touched, and says the same",
    } <= set(told)
    assert any(line.startswith("Model/") and line.endswith("is judged anew") for line in told)
    assert any(line.endswith("of 20 specs refer to nothing that changed") for line in told)


def test_without_being_asked_nothing_is_explained(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(specs) == 0
    assert _told(capsys) == []


def test_without_a_cache_nothing_is_read_and_nothing_left(
    specs: Path, cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*given: object, **named: object) -> None:
        pytest.fail("the cache was opened")

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", never)
        assert _checked(specs, "--no-cache", "--explain-cache") == 0
    assert not cache.exists()
    assert _told(capsys)[0] == f"0 of {FILES} files are as they were"
    assert _checked(specs) == 0
    left = {path: path.read_bytes() for path in cache.iterdir()}
    assert len(left) == 2
    min(specs.rglob("models/*.yaml")).touch()
    assert _checked(specs, "--no-cache") == 0
    assert {path: path.read_bytes() for path in cache.iterdir()} == left


def test_a_damaged_cache_is_told(specs: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(specs) == 0
    for path in cache.iterdir():
        path.write_bytes(b"not a database" * 1000)
    capsys.readouterr()
    assert _checked(specs, "--explain-cache") == 0
    told = [line for line in _told(capsys) if "the cache is damaged and is made anew" in line]
    assert len(told) == 2
    assert told[1].startswith("of the policies: ")
    assert _checked(specs, "--explain-cache") == 0
    assert not [line for line in _told(capsys) if "damaged" in line]


@pytest.mark.parametrize("jobs", ["0", "-1", "many", "257", "1.5"])
def test_a_number_of_processes_is_one(jobs: str, specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _checked(specs, f"--jobs={jobs}") == 2
    assert "is not a number of processes, from 1 to 256" in capsys.readouterr().err
