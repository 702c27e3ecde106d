"""A few files are put into a folder that stays: completely, or not at all, or so that the next run completes it."""

import dataclasses
import os
from pathlib import Path

import pytest

from plimsoll.compiler.rendering.release import Release
from plimsoll.compiler.rendering.standing import look, standing
from plimsoll.compiler.rendering.write import put, staged
from plimsoll.contract import digests
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, lock_bytes, read_lock

CHANGED, REMOVED, NEW = "deployment-churn-live.yaml", "service-churn-live.yaml", "service-new.yaml"


@pytest.fixture
def release(release: Release) -> Release:
    """The release, and as much again, so that a few of its files are few."""
    more = {f"role-{number}.yaml": b"a: 1\n" * number for number in range(30)}
    return _with(release, {**release.files, **more})


@pytest.fixture
def other(release: Release) -> Release:
    """One file changed, one new, one gone."""
    files = {**release.files, CHANGED: b"a: 2\n", NEW: b"b: 1\n"}
    del files[REMOVED]
    return _with(release, files)


def _with(release: Release, files: dict[str, bytes]) -> Release:
    digest = {name: digests.of_bytes(data) for name, data in files.items()}
    return dataclasses.replace(release, files=files, lock=release.lock.model_copy(update={"files": digest}))


def _put(release: Release, folder: Path) -> None:
    """Put a release into its folder, as a compilation does that rendered all of it."""
    seen = look(folder)
    with staged(folder) as stage:
        for name, data in release.files.items():
            (stage / name).write_bytes(data)
        put(lock_bytes(release.lock), release.lock.files, standing(folder, seen), folder, stage, odd=bool(seen.odd))


@pytest.fixture
def folder(release: Release, tmp_path: Path) -> Path:
    """The release in its folder, signed."""
    _put(release, tmp_path / "live")
    (tmp_path / "live" / BUNDLE_FILE).write_text("signed")
    return tmp_path / "live"


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _whole(release: Release) -> dict[str, bytes]:
    return {**release.files, LOCK_FILE: lock_bytes(release.lock)}


def test_only_what_differs_is_touched(folder: Path, other: Release) -> None:
    before = {path.name: path.stat() for path in folder.iterdir()}
    place = folder.stat().st_ino
    _put(other, folder)
    assert _content(folder) == _whole(other)
    assert folder.stat().st_ino == place
    for path in folder.iterdir():
        if path.name not in (CHANGED, NEW, LOCK_FILE):
            state = path.stat()
            assert (state.st_ino, state.st_ctime_ns) == (before[path.name].st_ino, before[path.name].st_ctime_ns)
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("number", range(3))
def test_what_fails_on_its_way_is_taken_back(
    folder: Path, other: Release, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, replace, calls = _content(folder), Path.replace, iter(range(100))

    def failing(self: Path, target: Path) -> Path:
        if next(calls) == number:
            raise OSError(5, "input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="input/output"):
        _put(other, folder)
    assert _content(folder) == before


@pytest.mark.parametrize("number", range(5))
def test_what_is_killed_on_its_way_is_no_release_and_is_completed(
    folder: Path, release: Release, other: Release, number: int
) -> None:
    pid = os.fork()
    if pid == 0:
        _killed_before_step(number)
        _put(other, folder)
        os._exit(1)
    assert os.waitpid(pid, 0)[1] == 9
    lock, present = read_lock(folder), _content(folder)
    unlocked = present.keys() - lock.files.keys() - {LOCK_FILE, BUNDLE_FILE}
    assert not unlocked
    found = {name: digests.of_bytes(data) for name, data in present.items() if name in lock.files}
    assert found != lock.files or BUNDLE_FILE in present or lock == release.lock
    for left in folder.parent.glob(f".{folder.name}-*"):
        assert left.is_dir()
    _put(other, folder)
    assert _content(folder) == _whole(other)


def _killed_before_step(number: int) -> None:
    """Have this process be killed before it takes the given step that changes the folder."""
    replace, unlink, steps = Path.replace, Path.unlink, iter(range(100))

    def count() -> None:
        if next(steps) == number:
            os.kill(os.getpid(), 9)

    def replacing(self: Path, target: Path) -> Path:
        count()
        return replace(self, target)

    def unlinking(self: Path, missing_ok: bool = False) -> None:
        count()
        unlink(self, missing_ok)

    Path.replace, Path.unlink = replacing, unlinking  # type: ignore[method-assign, assignment]
