"""A cache that is not what was written is noticed, told and made anew, and never changes what is found."""

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from benchmarks.estate.write import write_estate
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import Whole, anew, examined

from plimsoll.compiler.cache import snapshot
from plimsoll.compiler.cache.place import name_of

PAGE = 4096
NOTICED = "the cache is damaged and is made anew"


@dataclass(frozen=True)
class Remembered:
    """A folder of specs, the caches that it left, and what is found in it."""

    root: Path
    caches: dict[Path, bytes]
    found: Whole

    def restored(self) -> tuple[Path, Path]:
        """The caches as they were left: the project's and the catalogue's."""
        folder = next(iter(self.caches)).parent
        shutil.rmtree(folder)
        folder.mkdir()
        for path, data in self.caches.items():
            path.write_bytes(data)
        catalogue, project = sorted(self.caches, key=lambda path: path.name.startswith(name_of(self.root)))
        return project, catalogue

    def is_found_again(self) -> tuple[str, ...]:
        """What is told by the first of two runs, which both find what there is; the second finds its cache sound."""
        found, told = examined(self.root)
        assert found == self.found
        found, later = examined(self.root)
        assert found == self.found
        assert not [line for line in later if NOTICED in line]
        return told


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Remembered:
    folder = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLIMSOLL_CACHE", str(folder / "cache"))
        patch.setattr(snapshot, "SETTLED", 0)
        write_estate(folder / "specs", 12)
        model = min((folder / "specs").rglob("models/*.yaml"))
        model.write_text(model.read_text().replace("retries: ", "retries: 7 # "))
        time.sleep(0.011)
        examined(folder / "specs")
        caches = {path: path.read_bytes() for path in (folder / "cache").iterdir()}
    return Remembered(folder / "specs", caches, anew(folder / "specs"))


@pytest.fixture(autouse=True)
def _of_the_module(left: Remembered, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    monkeypatch.setenv("PLIMSOLL_CACHE", str(next(iter(left.caches)).parent))
    monkeypatch.setattr(snapshot, "SETTLED", 0)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("part", range(0, 100, 7))
def test_what_was_cut_off_is_noticed(part: int, which: int, left: Remembered) -> None:
    path = left.restored()[which]
    path.write_bytes(left.caches[path][: len(left.caches[path]) * part // 100])
    told = left.is_found_again()
    assert part == 0 or any(NOTICED in line for line in told), told


@settings(max_examples=40, deadline=None)
@given(st.integers(0), st.integers(0, 7), st.booleans())
def test_a_flipped_bit_changes_nothing(left: Remembered, place: int, bit: int, of_catalogue: bool) -> None:
    path = left.restored()[of_catalogue]
    data = bytearray(left.caches[path])
    data[place % len(data)] ^= 1 << bit
    path.write_bytes(data)
    left.is_found_again()


@pytest.mark.parametrize("seed", range(10))
def test_pages_that_are_lost_or_exchanged_change_nothing(seed: int, left: Remembered) -> None:
    chance = random.Random(seed)
    path = left.restored()[seed % 2]
    data = bytearray(left.caches[path])
    one, other = (PAGE * chance.randrange(len(data) // PAGE) for _ in range(2))
    kept = data[one : one + PAGE]
    data[one : one + PAGE] = bytes(PAGE) if seed < 5 else data[other : other + PAGE]
    if seed >= 5:
        data[other : other + PAGE] = kept
    path.write_bytes(data)
    left.is_found_again()


ROWS = {
    "no snapshot": "DELETE FROM part",
    "no facts": "DELETE FROM facts",
    "no facts of models": "DELETE FROM facts WHERE path LIKE '%models%'",
    "other facts": "UPDATE facts SET body = (SELECT min(body) FROM facts)",
    "text for bytes": "UPDATE facts SET body = 'text'",
    "a number for bytes": "UPDATE part SET body = 5",
    "another sum": "UPDATE part SET checksum = checksum + 1",
    "no table of facts": "DROP TABLE facts",
    "another table of parts": "ALTER TABLE part RENAME COLUMN body TO content",
}


@pytest.mark.parametrize("name", ROWS)
@pytest.mark.parametrize("which", [0, 1])
def test_rows_that_nobody_wrote_change_nothing(name: str, which: int, left: Remembered) -> None:
    path = left.restored()[which]
    with sqlite3.connect(path) as connection:
        connection.execute(ROWS[name])
    connection.close()
    left.is_found_again()


def _of_the_other(path: Path, left: Remembered) -> None:
    path.write_bytes(next(data for other, data in left.caches.items() if other != path))


def _a_folder(path: Path, left: Remembered) -> None:
    path.unlink()
    path.mkdir()


def _a_strange_journal(path: Path, left: Remembered) -> None:
    Path(f"{path}-journal").write_bytes(os.urandom(5000))


def _not_a_database(path: Path, left: Remembered) -> None:
    path.write_bytes(b"kind: Model\n" * 1000)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("harm", "noticed"),
    [
        (_of_the_other, NOTICED),
        (_not_a_database, NOTICED),
        (_a_folder, "nothing could be remembered"),
        (_a_strange_journal, ""),
    ],
)
def test_what_lies_in_the_place_of_a_cache_is_told(
    harm: Callable[[Path, Remembered], None], noticed: str, which: int, left: Remembered
) -> None:
    harm(left.restored()[which], left)
    told = left.is_found_again()
    assert any(noticed in line for line in told), told


def test_a_place_where_nothing_can_lie_is_done_without(
    left: Remembered, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path / "file", Path("/proc/nowhere")):
        (tmp_path / "file").write_text("not a folder")
        monkeypatch.setenv("PLIMSOLL_CACHE", str(place))
        found, told = examined(left.root)
        assert found == left.found
        assert any("nothing could be remembered" in line for line in told), told


def test_a_cache_that_another_run_is_writing_is_not_taken_for_damaged(
    left: Remembered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plimsoll.compiler.cache.store.BUSY_SECONDS", 0.05)
    project, _ = left.restored()
    other = sqlite3.connect(project, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    found, told = examined(left.root)
    assert found == left.found
    assert any("the cache is not used" in line and "locked" in line for line in told), told
    other.execute("ROLLBACK")
    other.close()
    assert examined(left.root)[1][0] == "12 of 12 files are as they were"
