"""Commands where the locale is ASCII, where what they print can't be written, and where they are interrupted."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from git import Repo

from plimsoll.cli.starter_project import write_project

ROOT = Path(__file__).parents[3]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
READS_BY_LOCALE = re.compile(r"\.(read_text\(\)|write_text\((?!.*encoding=)|open\((\"[rwa]\")?\))|\btext=True")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that is described in other letters than English has."""
    folder = tmp_path_factory.mktemp("project")
    write_project(folder / "parcels", "parcels")
    model = folder / "parcels/specs/models/parcels.yaml"
    model.write_text(model.read_text(encoding="utf-8").replace("Will this", "包裹 Päckchen 📦"), encoding="utf-8")
    made = Repo.init(folder / "parcels")
    made.git.add(all=True)
    made.index.commit("a model")
    return folder / "parcels"


def plimsoll(project: Path, *arguments: str, **given: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "plimsoll.cli.main", *arguments]
    environment = {**os.environ, **ASCII}
    return subprocess.run(
        command, cwd=project, env=environment, stderr=subprocess.PIPE, encoding="utf-8", check=False, **given
    )  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["plan"],
        ["plan", "--format", "markdown"],
        ["show", "model/parcels"],
        ["flow", "datasource/parcels"],
        ["audit", "--environment", "local"],
        ["compile"],
    ],
    ids=" ".join,
)
def test_what_is_said_is_utf_8_in_every_locale(project: Path, arguments: list[str]) -> None:
    ended = plimsoll(project, *arguments, stdout=subprocess.PIPE)
    assert ended.returncode == 0, ended.stderr
    assert "\\u" not in ended.stdout
    assert arguments[0] != "show" or "包裹 Päckchen 📦" in ended.stdout


@pytest.mark.parametrize("look", ["human", "json", "github", "gitlab", "sarif", "junit", "markdown"])
def test_a_full_disk_is_no_finding(project: Path, look: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = plimsoll(project, "check", "--format", look, stdout=full)
    assert ended.returncode == 3
    assert "No space left on device" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_that_nobody_hears_ends_without_a_traceback(project: Path, word: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = plimsoll(project, word, stdout=full)
    assert (ended.returncode, "No space left on device" in ended.stderr, "Traceback" in ended.stderr) == (
        3,
        True,
        False,
    )
    reading, writing = os.pipe()
    os.close(reading)
    gone = plimsoll(project, word, stdout=writing)
    assert (gone.returncode, gone.stderr) == (3, "")
    closed = subprocess.run(
        ("sh", "-c", f"exec {sys.executable} -m plimsoll.cli.main {word} >&-"), stderr=subprocess.PIPE, check=False
    )
    assert (closed.returncode, closed.stderr) == (0, b"")


def test_an_interruption_while_a_verb_is_loaded_is_told(project: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "plimsoll.cli.main", "sign", "release/local"]
    with subprocess.Popen(command, cwd=project, stderr=subprocess.PIPE, encoding="utf-8") as loading:
        assert loading.stderr is not None
        next(line for line in loading.stderr if "pydantic_core" in line)
        loading.send_signal(signal.SIGINT)
        told = loading.stderr.read()
    assert loading.returncode == 130
    assert "error: interrupted" in told
    assert "Traceback" not in told


def test_no_text_is_read_or_written_by_the_locale() -> None:
    places = [path for part in ("compiler", "runtime") for path in sorted((ROOT / part).rglob("*.py"))]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in places
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if READS_BY_LOCALE.search(line)
    ]
    assert found == []
