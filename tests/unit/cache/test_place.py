"""Where caches lie: in a folder of the user's own, and never where a pull request could bring one."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from outcomes import anew, examined

from plimsoll.compiler.cache import memory, place
from plimsoll.compiler.resources import data_root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    specs = tmp_path / "repository" / "specs"
    (specs / "code").mkdir(parents=True)
    (specs.parent / ".git").mkdir()
    shutil.copy(data_root("policies") / "fixtures" / "estate.yaml", specs)
    return specs


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PLIMSOLL_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_it_lies_in_the_home_and_only_its_owner_can_enter(root: Path, home: Path) -> None:
    examined(root)
    folder = home / ".cache" / "plimsoll"
    assert place.cache_folder(root) == folder
    assert len(list(folder.glob("*.sqlite3"))) == 2
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(one.name for one in root.parent.rglob("*")) == [".git", "code", "estate.yaml", "specs"]


def test_the_folder_of_caches_may_be_another(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "caches"))
    assert place.cache_folder(root) == home / "caches" / "plimsoll"
    monkeypatch.setenv("PLIMSOLL_CACHE", str(home / "elsewhere"))
    assert place.cache_folder(root) == home / "elsewhere"
    examined(root)
    assert stat.S_IMODE((home / "elsewhere").stat().st_mode) == 0o700


@pytest.mark.parametrize("where", ["specs", ".", "specs/deep/er"])
def test_a_home_in_the_repository_is_none(where: str, root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a job of CI calls its checkout its home: a pull request could commit ``.cache``."""
    monkeypatch.setenv("HOME", str(root.parent / where))
    assert place.cache_folder(root) is None
    found, told = examined(root)
    assert found == anew(root)
    assert told[0].startswith("nothing is remembered: ")
    assert not list(root.parent.rglob("*.sqlite3"))


def test_a_relative_place_counts_for_nothing(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setenv("XDG_CACHE_HOME", "caches")
    assert place.cache_folder(root) == home / ".cache" / "plimsoll"
    monkeypatch.setenv("HOME", "here")
    assert place.cache_folder(root) is None


def test_a_user_without_a_home_goes_without(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> object:
        raise KeyError("no such user")

    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert place.cache_folder(root) is None
    assert examined(root)[0] == anew(root)


def test_a_project_has_one_cache_by_whatever_path_it_is_named(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    examined(root)
    (root.parent.parent / "link").symlink_to(root)
    monkeypatch.chdir(root.parent)
    for other in (Path("specs"), root.parent.parent / "link", root / ".." / "specs"):
        found, told = examined(other)
        assert found == anew(root)
        assert told[-1] == "9 of 9 verdicts are as they were"
    assert len(list(cache.iterdir())) == 2


def test_each_version_of_the_compiler_has_its_own_and_old_ones_go(
    root: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(6):
        monkeypatch.setattr(memory, "code_fingerprint", lambda version=version: f"v{version}")
        assert examined(root)[1][0].startswith("nothing is remembered of this project")
        for number, path in enumerate(sorted(cache.iterdir())):
            os.utime(path, (version + number, version + number))
    assert len(list(cache.iterdir())) == 2 * memory.VERSIONS_KEPT
    assert examined(root)[1][-1] == "9 of 9 verdicts are as they were"


def test_any_change_of_code_is_another_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, contract = tmp_path / "compiler", tmp_path / "contract"
    shutil.copytree(Path(place.__file__).parents[1], compiler, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(place.version.__file__).parent, contract, ignore=shutil.ignore_patterns("__pycache__"))
    same = place.code_fingerprint.__wrapped__()
    monkeypatch.setattr(place, "_CODE", (compiler, contract))
    assert place.code_fingerprint.__wrapped__() == same, "wherever it is installed, and whenever"
    seen = {same}
    for path in ("examine.py", "project/references/names.py", "kinds/scalars/text.py"):
        (compiler / path).write_text((compiler / path).read_text() + "\n")
        seen.add(place.code_fingerprint.__wrapped__())
    (contract / "requests.py").unlink()
    seen.add(place.code_fingerprint.__wrapped__())
    (tmp_path / "site-packages" / "pydantic-9.9.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "site-packages"))
    seen.add(place.code_fingerprint.__wrapped__())
    assert len(seen) == 6


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = "from plimsoll.compiler.cache.place import code_fingerprint; print(code_fingerprint())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == place.code_fingerprint.__wrapped__()
