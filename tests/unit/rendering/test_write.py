"""A release is written whole or not at all, and one that is there already is left alone."""

import dataclasses
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from plimsoll.compiler.rendering.release import Release
from plimsoll.compiler.rendering.write import write_release
from plimsoll.contract import digests
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, read_lock


@pytest.fixture
def other(release: Release) -> Release:
    """A release with one file changed and one file less."""
    files = {"service-a.yaml": b"a: 1\n" * 1000}
    lock = release.lock.model_copy(update={"files": {name: digests.of_bytes(data) for name, data in files.items()}})
    return dataclasses.replace(release, files=files, lock=lock)


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_written_is_the_release(release: Release, tmp_path: Path) -> None:
    assert write_release(release, tmp_path / "out" / "live")
    written = _content(tmp_path / "out" / "live")
    assert written.pop(LOCK_FILE)
    assert written == release.files
    assert read_lock(tmp_path / "out" / "live") == release.lock
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["live"]


def test_an_unchanged_release_is_not_touched(release: Release, tmp_path: Path) -> None:
    write_release(release, tmp_path / "live")
    (tmp_path / "live" / BUNDLE_FILE).write_text("signed")
    before = {path: path.stat().st_mtime_ns for path in [tmp_path / "live", *(tmp_path / "live").iterdir()]}
    assert not write_release(release, tmp_path / "live")
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_release_takes_the_place_of_the_old_one_and_its_signature(
    release: Release, other: Release, tmp_path: Path
) -> None:
    write_release(release, tmp_path / "live")
    (tmp_path / "live" / BUNDLE_FILE).write_text("signed")
    assert write_release(other, tmp_path / "live")
    assert _content(tmp_path / "live").keys() == {"service-a.yaml", LOCK_FILE}


def test_a_file_that_was_edited_or_removed_is_put_right(release: Release, tmp_path: Path) -> None:
    write_release(release, tmp_path / "live")
    (tmp_path / "live" / "service-churn-live.yaml").write_text("edited")
    assert write_release(release, tmp_path / "live")
    (tmp_path / "live" / "service-churn-live.yaml").unlink()
    assert write_release(release, tmp_path / "live")
    assert (tmp_path / "live" / "service-churn-live.yaml").read_bytes() == release.files["service-churn-live.yaml"]


def test_a_folder_of_something_else_is_refused(release: Release, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(Refused, match="not a release"):
        write_release(release, tmp_path)
    assert _content(tmp_path) == {"thesis.tex": b"years of work"}


def test_a_foreign_file_in_a_release_is_refused(release: Release, other: Release, tmp_path: Path) -> None:
    write_release(release, tmp_path / "live")
    (tmp_path / "live" / "notes.txt").write_text("mine")
    with pytest.raises(Refused, match=r"notes\.txt"):
        write_release(other, tmp_path / "live")
    assert (tmp_path / "live" / "notes.txt").read_text() == "mine"


def test_a_link_or_a_file_in_the_folders_place_is_refused(release: Release, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(Refused, match="not a folder"):
            write_release(release, tmp_path / name)


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of more than 2 kB can be written, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_leaves_the_old_release_whole(
    release: Release, other: Release, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    write_release(release, tmp_path / "live")
    before = _content(tmp_path / "live")
    request.getfixturevalue("small_disk")
    with pytest.raises(OSError, match="large"):
        write_release(other, tmp_path / "live")
    assert _content(tmp_path / "live") == before
    assert [path.name for path in tmp_path.iterdir()] == ["live"]
