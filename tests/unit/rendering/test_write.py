"""A release is written whole or not at all, and one that is there already is left alone."""

import contextlib
import resource
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from plimsoll.compiler.cache.renderings import Renderings
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.rendering.making import Making
from plimsoll.compiler.rendering.release import Release
from plimsoll.compiler.rendering.write import FileChanges
from plimsoll.contract.refusal import Refused
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, read_lock

Compile = Callable[[], FileChanges]
SERVICE = "service-churn-live.yaml"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder of releases, which is not there yet."""
    return tmp_path / "deep" / "out"


@pytest.fixture
def compiled(specs: Path, out: Path, checking: Callable[[Path], CheckedProject]) -> Compile:
    """Renders and writes the release of the specs as they are now, without any memory."""

    def make() -> FileChanges:
        making = Making(checking(specs), out, Renderings())
        with contextlib.ExitStack() as stack:
            making.key(["live"], stack)
            making.render(stack)
            [changes] = making.write()
        return changes

    return make


@pytest.fixture
def edit(specs: Path) -> Callable[[], None]:
    """Takes a deployment out of the specs, and changes the other: many files are changed, and some are gone."""

    def change() -> None:
        (specs / "churn-nightly.yaml").unlink()
        online = specs / "churn-live.yaml"
        online.write_text(online.read_text().replace("cpu: ", "cpu: 1"))

    return change


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_is_written_is_the_release(release: Release, compiled: Compile, out: Path) -> None:
    assert compiled() == FileChanges(new=tuple(sorted(release.files)))
    written = _content(out / "live")
    assert written.pop(LOCK_FILE)
    assert written == release.files
    assert read_lock(out / "live") == release.lock
    assert [path.name for path in out.iterdir()] == ["live"]


def test_an_unchanged_release_is_not_touched(release: Release, compiled: Compile, out: Path) -> None:
    compiled()
    (out / "live" / BUNDLE_FILE).write_text("signed")
    before = {path: path.stat().st_mtime_ns for path in [out / "live", *(out / "live").iterdir()]}
    assert compiled() == FileChanges(unchanged=len(release.files))
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_a_changed_release_takes_the_place_of_the_old_one_and_its_signature(
    compiled: Compile, edit: Callable[[], None], out: Path
) -> None:
    compiled()
    (out / "live" / BUNDLE_FILE).write_text("signed")
    place = (out / "live").stat().st_ino
    edit()
    changes = compiled()
    assert changes.changed
    assert {name for name in changes.removed if "nightly" in name} == {*changes.removed} != set()
    assert (out / "live").stat().st_ino != place
    assert _content(out / "live").keys() == {*read_lock(out / "live").files, LOCK_FILE}


def test_a_file_that_was_edited_or_removed_is_put_right(release: Release, compiled: Compile, out: Path) -> None:
    compiled()
    (out / "live" / SERVICE).write_text("edited")
    assert compiled().changed == (SERVICE,)
    (out / "live" / SERVICE).unlink()
    assert compiled().new == (SERVICE,)
    assert (out / "live" / SERVICE).read_bytes() == release.files[SERVICE]


def test_a_folder_of_something_else_is_refused(compiled: Compile, out: Path) -> None:
    (out / "live").mkdir(parents=True)
    (out / "live" / "thesis.tex").write_text("years of work")
    with pytest.raises(Refused, match="not a release"):
        compiled()
    assert _content(out / "live") == {"thesis.tex": b"years of work"}


def test_a_foreign_file_in_a_release_is_refused(compiled: Compile, edit: Callable[[], None], out: Path) -> None:
    compiled()
    (out / "live" / "notes.txt").write_text("mine")
    edit()
    with pytest.raises(Refused, match=r"notes\.txt"):
        compiled()
    assert (out / "live" / "notes.txt").read_text() == "mine"


def test_a_link_or_a_file_in_the_folders_place_is_refused(compiled: Compile, out: Path, tmp_path: Path) -> None:
    out.mkdir(parents=True)
    (out / "live").write_text("")
    with pytest.raises(Refused, match="not a folder"):
        compiled()
    (out / "live").unlink()
    (out / "live").symlink_to(tmp_path)
    with pytest.raises(Refused, match="not a folder"):
        compiled()


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
    compiled: Compile, edit: Callable[[], None], out: Path, request: pytest.FixtureRequest
) -> None:
    compiled()
    before = _content(out / "live")
    edit()
    request.getfixturevalue("small_disk")
    with pytest.raises(OSError, match="large"):
        compiled()
    assert _content(out / "live") == before
    assert [path.name for path in out.iterdir()] == ["live"]
