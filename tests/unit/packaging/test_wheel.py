"""The wheel that is built holds the code of both halves and the data that they read, and runs without the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real wheel, built by the project's own backend without the network."""
    folder = tmp_path_factory.mktemp("dist")
    program = f"import hatchling.build as b; print(b.build_wheel({str(folder)!r}))"
    ended = subprocess.run((sys.executable, "-c", program), cwd=ROOT, capture_output=True, text=True, check=False)
    if "No module named 'hatchling'" in ended.stderr:
        pytest.skip("hatchling is not installed here; the build backend is not one of the project's own dependencies")
    assert ended.returncode == 0, ended.stderr
    return folder / ended.stdout.split()[-1]


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_module_of_both_halves_is_in_it(names: set[str]) -> None:
    for half in ("compiler", "runtime"):
        modules = {path.relative_to(ROOT / half).as_posix() for path in (ROOT / half).rglob("*.py")}
        assert modules <= names
    assert "plimsoll/__init__.py" not in names


@pytest.mark.parametrize("folder", ["templates", "policies"])
def test_templates_and_policies_are_in_it_byte_for_byte(wheel: Path, folder: str) -> None:
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    assert files
    with zipfile.ZipFile(wheel) as archive:
        for path in files:
            assert archive.read(f"plimsoll/_data/{path.relative_to(ROOT).as_posix()}") == path.read_bytes()


def test_nothing_else_is_in_it(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"plimsoll"}


def test_it_runs_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    program = (
        "import sys; sys.path[:] = [p for p in sys.path if '/compiler' not in p and '/runtime' not in p]\n"
        f"sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "for name in [n for n in sys.modules if n.split('.')[0] == 'plimsoll']: del sys.modules[name]\n"
        "sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f).lower()]\n"
        "import plimsoll.cli.main as main; print(main.__file__)\n"
        "code = main.main(['init', 'parcels']) or main.main(['check', 'parcels/specs'])\n"
        "sys.exit(code or main.main(['compile', 'parcels/specs']))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        (sys.executable, "-c", program), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert ended.stdout.splitlines()[0] == str(tmp_path / "site/plimsoll/cli/main.py")
    assert (tmp_path / "release/local/release.lock.json").is_file()
