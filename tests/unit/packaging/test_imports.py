"""The import package is cut in two, stays a namespace, and a verb imports no more than it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HEAVY = ("feast", "mlflow", "whylogs", "sigstore", "sklearn", "pandas", "duckdb", "pyarrow", "numpy", "skops")
CHEAP = ("cryptography", "git", "rich")
"""Light enough for a verb that uses them, and not for one that does not."""


def imported(words: list[str], names: tuple[str, ...], folder: Path = ROOT) -> list[str]:
    """Which of the modules a whole command imports, in a process of its own."""
    program = (
        "import sys; from plimsoll.cli.main import main\n"
        f"code = main({words!r})\n"
        "assert code == 0, code\n"
        f"print(','.join(name for name in {names!r} if name in sys.modules))"
    )
    ended = subprocess.run((sys.executable, "-c", program), cwd=folder, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return [name for name in ended.stdout.splitlines()[-1].split(",") if name]


@pytest.mark.parametrize("half", ["compiler", "runtime"])
def test_neither_half_claims_the_namespace(half: str) -> None:
    assert (ROOT / half / "plimsoll").is_dir()
    assert not (ROOT / half / "plimsoll" / "__init__.py").exists()


@pytest.mark.parametrize("half", ["compiler", "runtime"])
def test_every_other_package_says_what_it_is_for(half: str) -> None:
    for package in (path for path in (ROOT / half / "plimsoll").rglob("*") if any(path.glob("*.py"))):
        init = package / "__init__.py"
        assert init.is_file(), f"{package} is no package, and would not be found by its linters"
        assert init.read_text().startswith('"""'), init


@pytest.mark.parametrize("words", [["--version"], ["--help"]], ids=" ".join)
def test_the_first_words_import_next_to_nothing(words: list[str]) -> None:
    assert imported(words, (*HEAVY, *CHEAP, "pydantic", "ruamel.yaml")) == []


@pytest.mark.parametrize(
    "words", [["check", "specs"], ["check", "specs", "--json"], ["explain", "PLM-REF-002"]], ids=" ".join
)
def test_a_check_imports_nothing_heavy(words: list[str]) -> None:
    assert imported(words, HEAVY) == []


def test_a_check_needs_no_git_and_no_cryptography() -> None:
    assert imported(["check", "specs", "--json"], ("cryptography", "git", "jinja2")) == []


def test_a_check_of_what_is_known_loads_no_models() -> None:
    """Pydantic takes longer to load than ten thousand known specs take to be looked at."""
    check = ["check", "specs", "--json"]
    assert imported(check, ()) == [], "this is the run that gets to know them"
    assert imported(check, ("pydantic",)) == []


def test_compiling_imports_nothing_heavy(tmp_path: Path) -> None:
    assert imported(["compile", str(ROOT / "specs"), "--out", str(tmp_path / "release")], HEAVY, tmp_path) == []
    assert (tmp_path / "release/local/release.lock.json").is_file()


def test_nothing_is_imported_against_the_order_of_the_parts() -> None:
    """The contracts of import-linter: contract ← runtime, contract ← compiler, and only cli sees both."""
    linter = Path(sys.executable).with_name("lint-imports")
    ended = subprocess.run((linter, "--no-cache"), cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert "3 kept, 0 broken" in ended.stdout
