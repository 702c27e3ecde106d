"""The frame: help, versions, unknown words, exit codes, and how failures look."""

import json
import resource
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from plimsoll.cli.main import VERBS
from plimsoll.cli.views.machine import MachineView
from plimsoll.contract.refusal import Refused, Unavailable
from plimsoll.contract.version import VERSION

Run = Callable[..., Any]
ROOT = Path(__file__).parents[3]


def test_the_version_is_that_of_the_package() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_version(run: Run) -> None:
    assert run("--version").out == f"plimsoll {VERSION}\n"


def test_help_names_every_verb_and_every_exit_code(run: Run) -> None:
    shown = run("--help")
    assert shown.code == 0
    assert all(f"  {name}" in shown.out and verb.summary in shown.out for name, verb in VERBS.items())
    assert all(f"  {code}  " in shown.out for code in range(4))


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys; from plimsoll.cli.main import main; main(['--help']); main(['--version']);"
        "heavy = {'pydantic', 'argparse', 'git', 'rich', 'ruamel.yaml', 'dataclasses'} & set(sys.modules);"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_no_verb_is_wrong_usage(run: Run) -> None:
    shown = run()
    assert shown.code == 2
    assert shown.out == ""
    assert "usage: plimsoll" in shown.err


def test_an_unknown_verb_names_the_nearest(run: Run) -> None:
    shown = run("chekc")
    assert (shown.code, shown.out) == (2, "")
    assert "did you mean 'check'?" in shown.err


def test_an_unknown_option_names_the_nearest(run: Run, project: Path) -> None:
    shown = run("check", "--enviroment", "local")
    assert (shown.code, shown.out) == (2, "")
    assert "did you mean '--environment'?" in shown.err


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_that_is_there_explains_itself(run: Run, verb: str) -> None:
    module = ROOT / "compiler" / f"{VERBS[verb].module.replace('.', '/')}.py"
    shown = run(verb, "--help")
    if not module.exists():
        assert shown.code == 3
        assert "not part of this installation" in shown.err
        return
    assert shown.code == 0
    assert "example:\n  plimsoll" in shown.out
    assert "--json" in shown.out


class _Verb(ModuleType):
    """A verb that fails as it is told."""

    def __init__(self, failure: BaseException) -> None:
        super().__init__("failing")
        self.failure = failure

    def configure(self, parser: object) -> None:
        """No arguments."""

    def run(self, args: object) -> int:
        """Fail."""
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "code", "text"),
    [
        (
            Refused("release", "a/b.yaml", "the file was changed", "restore it"),
            1,
            "error: release: the file was changed",
        ),
        (Unavailable("git", "is missing", "install it"), 3, "error: git: is missing"),
        (PermissionError(13, "Permission denied", "/x"), 3, "error: /x: Permission denied"),
        (OSError(28, "No space left on device"), 3, "error: the system: No space left on device"),
        (KeyboardInterrupt(), 130, "error: interrupted"),
        (
            ModuleNotFoundError("No module named 'feast'", name="feast"),
            3,
            "the Python package 'feast': is not installed",
        ),
        (ZeroDivisionError("division by zero"), 70, "please report it"),
    ],
)
def test_how_a_failure_ends(
    run: Run, monkeypatch: pytest.MonkeyPatch, failure: BaseException, code: int, text: str
) -> None:
    monkeypatch.setitem(sys.modules, VERBS["check"].module, _Verb(failure))
    shown = run("check")
    assert (shown.code, shown.out) == (code, "")
    assert text in shown.err


def test_a_bug_shows_where_it_happened(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, VERBS["check"].module, _Verb(ZeroDivisionError("division by zero")))
    assert "Traceback" in run("check").err


def test_a_refusal_as_json(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Refused("release", "a/b.yaml", "the file was changed", "restore it")
    monkeypatch.setitem(sys.modules, VERBS["check"].module, _Verb(refused))
    shown = run("check", "--json")
    assert shown.document["exit"] == 1
    assert shown.document["error"] == {
        "what": "release",
        "where": "a/b.yaml",
        "why": "the file was changed",
        "help": "restore it",
    }


def test_a_reader_that_goes_away_is_no_fault(project: Path) -> None:
    program = "import sys; from plimsoll.cli.main import main; sys.exit(main(['explain', '--json']))"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 3


def test_the_version_is_quick() -> None:
    """The bar is 0.1 s for the whole command, held in processor time, which a busy machine does not stretch as much."""
    times = []
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "plimsoll.cli.main", "--version"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(times) < 0.1


def test_a_document_of_a_verbs_own_is_all_that_machines_get(capsys: pytest.CaptureFixture[str]) -> None:
    view = MachineView("trace")
    view.own('{"links": []}')
    view.close(1)
    assert json.loads(capsys.readouterr().out) == {"links": []}


def test_a_failure_behind_a_verbs_own_document_is_still_told(capsys: pytest.CaptureFixture[str]) -> None:
    view = MachineView("trace")
    view.own("{}")
    view.unavailable(Unavailable("the disk", "is full"))
    view.close(3)
    assert '"why": "is full"' in capsys.readouterr().out
