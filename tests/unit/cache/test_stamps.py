"""A file that changed is read again, however little of the change can be seen from outside."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from outcomes import anew, examined

from plimsoll.compiler.cache import snapshot
from plimsoll.compiler.cache.snapshot import SETTLED, Snapshot
from plimsoll.compiler.resources import data_root

SOON = 200_000_000
OLD = 1_600_000_000_000_000_000
BEFORE, AFTER = b"retention: 1095d", b"retention: 9999d"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    root = tmp_path / "specs"
    (root / "code").mkdir(parents=True)
    shutil.copy(data_root("policies") / "fixtures" / "estate.yaml", root)
    assert BEFORE in (root / "estate.yaml").read_bytes()
    return root / "estate.yaml"


def _in_place(path: Path, data: bytes) -> None:
    """The same size, inode and time of change of what it holds."""
    known = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_ino) == (known.st_size, known.st_ino)


def _with_another_file(path: Path, data: bytes) -> None:
    """The same size and time, another inode."""
    known = path.stat()
    other = path.with_suffix(".new")
    other.write_bytes(data)
    os.utime(other, ns=(known.st_atime_ns, known.st_mtime_ns))
    other.replace(path)


def _and_longer(path: Path, data: bytes) -> None:
    """The same time, another size."""
    known = path.stat()
    path.write_bytes(data + b"# longer\n")
    os.utime(path, ns=(known.st_atime_ns, known.st_mtime_ns))


def _as_usual(path: Path, data: bytes) -> None:
    path.write_bytes(data)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file settles sooner than in life, but not before the clock of the file system has ticked."""
    monkeypatch.setattr(snapshot, "SETTLED", SOON)


def _settle() -> None:
    time.sleep(SOON / 1e9 + 0.02)


CHANGES = (_in_place, _with_another_file, _and_longer, _as_usual)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("settled", [False, True])
def test_a_change_of_a_few_bytes_is_seen(
    change: Callable[[Path, bytes], None], settled: bool, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.utime(file, ns=(OLD, OLD))
    if settled:
        _settle()
    else:
        monkeypatch.setattr(snapshot, "SETTLED", 10**15)
    examined(file.parent)
    assert examined(file.parent)[1][0] == f"{settled:d} of 1 files are as they were"
    change(file, file.read_bytes().replace(BEFORE, AFTER))
    found, told = examined(file.parent)
    assert found == anew(file.parent)
    assert "estate.yaml has changed" in told


def test_a_file_that_was_touched_is_not_parsed_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", 10**15)
    first, _ = examined(file.parent)
    os.utime(file)
    found, told = examined(file.parent)
    assert found == first
    assert told == (
        "0 of 1 files are as they were",
        "estate.yaml was touched, and says the same",
        "9 of 9 specs refer to nothing that changed",
        "9 of 9 verdicts are as they were",
    )
    assert examined(file.parent)[1][1] == "estate.yaml was written just before it was read, and says the same"


def test_a_file_is_trusted_once_it_has_settled(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined(file.parent)
    monkeypatch.setattr(snapshot, "SETTLED", time.time_ns() - file.stat().st_ctime_ns)
    time.sleep(0.001)
    assert "just before" in examined(file.parent)[1][1]
    assert examined(file.parent)[1][0] == "1 of 1 files are as they were"


def test_a_file_from_the_future_is_not_trusted(file: Path) -> None:
    ahead = time.time_ns() + 3600 * 10**9
    os.utime(file, ns=(ahead, ahead))
    examined(file.parent)
    for _ in range(3):
        assert examined(file.parent)[1][0] == "0 of 1 files are as they were"


def test_what_a_link_leads_to_is_looked_at_each_time(file: Path) -> None:
    inside, outside = file.with_suffix(".txt"), file.parent.parent / "outside.yaml"
    file.rename(inside)
    os.link(inside, outside)
    file.symlink_to(inside)
    first, _ = examined(file.parent)
    assert first.specs is not None
    file.unlink()
    file.symlink_to(outside)  # The same size, times and inode, but from outside of the project.
    found, _ = examined(file.parent)
    assert found == anew(file.parent)
    assert [one.code for one in found.found] == ["PLM-SRC-001"]


@pytest.mark.parametrize(("age", "settled"), [(SETTLED + 1, True), (SETTLED, False), (0, False), (-1, False)])
def test_two_seconds_settle_a_file(age: int, settled: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "SETTLED", SETTLED)
    taken = 10 * SETTLED
    assert Snapshot(taken=taken).settled((1, taken - age, 0, 1)) is settled
    assert Snapshot(taken=taken).settled((1, 0, taken - age, 1)) is settled
