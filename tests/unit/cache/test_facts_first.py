"""Facts that a first run leaves before the rest: they are there once, and mislead nobody if the rest never comes."""

import sqlite3
from pathlib import Path

import pytest
from benchmarks.estate.write import write_estate
from outcomes import anew, examined

from plimsoll.compiler.cache import readings, snapshot
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.cache.place import cache_folder
from plimsoll.compiler.cache.store import Store
from plimsoll.compiler.loading.sources import list_files


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    monkeypatch.setattr(snapshot, "SETTLED", 0)
    write_estate(tmp_path / "specs", 12)
    return tmp_path / "specs"


def _memory(root: Path) -> Memory:
    """The memory of a run that has read its files."""
    folder = cache_folder(root)
    assert folder is not None
    memory = Memory.of(root, folder)
    readings.take(root, list_files(root), memory, jobs=1)
    return memory


def test_a_run_that_dies_after_its_facts_leaves_the_next_one_as_it_was(root: Path) -> None:
    memory = _memory(root)
    memory.keep_facts()
    assert memory.left == memory.after.files.keys()
    found, told = examined(root)
    assert found == anew(root)
    assert any("nothing is remembered" in line for line in told)
    found, told = examined(root)
    assert found == anew(root)
    assert any(line.startswith(f"{len(memory.left)} of") for line in told), told


def test_facts_are_written_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory, written = _memory(root), list[str]()
    keep = Store.keep

    def noted(store: Store, parts, facts, gone) -> None:  # type: ignore[no-untyped-def]
        rows = list(facts)
        written.extend(path for path, _, _ in rows)
        keep(store, parts, rows, gone)

    monkeypatch.setattr(Store, "keep", noted)
    memory.keep_facts()
    memory.keep(checked=False)
    assert sorted(written) == sorted(memory.after.files)
    again = _memory(root)
    kept = again.after.files
    assert all(again.remembered(path, one.digest) is not None for path, one in kept.items())


def test_facts_of_a_file_that_changed_wait_for_the_rest(root: Path) -> None:
    _memory(root).keep(checked=False)
    model = min(root.rglob("models/*.yaml"))
    path = model.relative_to(root).as_posix()
    model.write_text(model.read_text().replace("retries: ", "retries: 7 # "))
    memory = _memory(root)
    memory.keep_facts()
    assert path in memory.facts
    assert memory.remembered(path, memory.before.files[path].digest) is not None
    assert memory.remembered(path, memory.after.files[path].digest) is None


def test_facts_that_could_not_be_left_come_with_the_rest(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = _memory(root)
    assert memory.store is not None
    memory.store.path.parent.mkdir(parents=True, exist_ok=True)
    other = sqlite3.connect(memory.store.path, isolation_level=None)
    monkeypatch.setattr("plimsoll.compiler.cache.store.BUSY_SECONDS", 0.01)
    other.execute("BEGIN IMMEDIATE")
    memory.keep_facts()
    other.execute("ROLLBACK")
    other.close()
    assert not memory.left
    assert not memory.troubles
    memory.keep(checked=False)
    again = _memory(root)
    assert all(again.remembered(path, one.digest) is not None for path, one in again.after.files.items())
