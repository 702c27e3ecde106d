"""What stands in the folders of releases is the same whatever is remembered, whatever stood there, and who rendered."""

import contextlib
import os
import random
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from benchmarks.estate.write import write_estate
from outcomes import TODAY

from plimsoll.compiler.cache.renderings import Renderings
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.examine import examine
from plimsoll.compiler.rendering import making as makings
from plimsoll.compiler.rendering.ahead import alone, look_ahead
from plimsoll.compiler.rendering.made import Part
from plimsoll.compiler.rendering.making import Making
from plimsoll.compiler.rendering.release import render
from plimsoll.compiler.rendering.standing import Look
from plimsoll.compiler.rendering.write import FileChanges
from plimsoll.compiler.resources import data_root
from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE, lock_bytes

Contents = dict[str, bytes]


def _compiled(
    root: Path, out: Path, *, cached: bool = True, jobs: int = 1
) -> tuple[tuple[Diagnostic, ...], list[FileChanges], list[str]]:
    """Compile a project: what was found, what changed, what was told."""
    renderings = Renderings.of(root, cached=cached)
    with contextlib.ExitStack() as stack:

        @cache
        def begun() -> Making:
            one = examine(root, data_root("policies"), TODAY, cached=cached, jobs=jobs)
            assert one.checked is not None, one.found
            making = Making(one.checked, out, renderings, jobs)
            making.key(sorted(one.checked.project.environments), stack)
            return making

        ahead = None
        if out.is_dir():
            stack.enter_context(alone(out))
            ahead = look_ahead(out, None, renderings, jobs, begun)
        making = begun()
        found = making.render(stack, ahead)
        changes = [] if any(one.blocks for one in found) else making.write()
    renderings.keep()
    return found, changes, renderings.told


def _anew(root: Path, out: Path) -> tuple[tuple[Diagnostic, ...], Contents]:
    """What is found and written without any memory, process or folder to begin with: as one release after the other."""
    one = examine(root, data_root("policies"), TODAY, cached=False)
    assert one.checked is not None, one.found
    shutil.rmtree(out, ignore_errors=True)
    found: list[Diagnostic] = []
    for environment in sorted(one.checked.project.environments):
        outcome = render(one.checked, environment)
        found += outcome.diagnostics
        if outcome.value is not None:
            (out / environment).mkdir(parents=True)
            for name, data in {**outcome.value.files, LOCK_FILE: lock_bytes(outcome.value.lock)}.items():
                (out / environment / name).write_bytes(data)
    return tuple(found), contents(out)


def contents(out: Path) -> Contents:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def _stamps(out: Path) -> dict[Path, tuple[int, int, int]]:
    states = {path: path.stat() for path in out.rglob("*")}
    return {path: (one.st_mtime_ns, one.st_ctime_ns, one.st_ino) for path, one in states.items()}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An estate with several models in several environments."""
    write_estate(tmp_path / "specs", 50)
    return tmp_path / "specs"


def _reword(path: Path, chance: random.Random) -> None:
    lines = path.read_text().splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.startswith("  description:"))
    lines[place] = f"  description: Number {chance.random()}.\n"
    path.write_text("".join(lines))


def _edits(root: Path, out: Path) -> dict[str, Callable[[random.Random], None]]:
    """What engineers do to specs, to what lies beside them, and to what was rendered."""

    def spec(chance: random.Random) -> None:
        _reword(chance.choice(sorted(root.rglob("*s/*.yaml"))), chance)

    def code(chance: random.Random) -> None:
        path = chance.choice(sorted(root.rglob("*.py")))
        path.write_text(path.read_text() + f"# {chance.random()}\n")

    def sql(chance: random.Random) -> None:
        path = chance.choice(sorted(root.rglob("*.sql")))
        path.write_text(path.read_text() + f"-- {chance.random()}\n")

    def moved(chance: random.Random) -> None:
        path = chance.choice(sorted(root.rglob("models/*.yaml")))
        path.write_text(f"# moved\n{path.read_text()}")

    def rendered(chance: random.Random) -> None:
        path = chance.choice(sorted(out.rglob("*.yaml")))
        state = path.stat()
        path.write_bytes(bytes(reversed(path.read_bytes())))
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    def gone(chance: random.Random) -> None:
        chance.choice(sorted(out.rglob("*.yaml"))).unlink()

    def signed(chance: random.Random) -> None:
        (chance.choice(sorted(out.iterdir())) / BUNDLE_FILE).write_text("signed")

    def released(chance: random.Random) -> None:
        shutil.rmtree(chance.choice(sorted(out.iterdir())))

    def linked(chance: random.Random) -> None:
        path = chance.choice(sorted(out.rglob("*.yaml")))
        path.unlink()
        path.symlink_to(root)

    return {edit.__name__: edit for edit in (spec, code, sql, moved, rendered, gone, signed, released, linked)}


@pytest.mark.parametrize("seed", range(2))
def test_folders_are_the_same_after_any_chain_of_edits(root: Path, tmp_path: Path, seed: int) -> None:
    chance, out = random.Random(seed), tmp_path / "release"
    edits = _edits(root, out)
    _compiled(root, out)
    for number in range(8):
        name = chance.choice(sorted(edits))
        edits[name](chance)
        signatures = set(out.rglob(BUNDLE_FILE))
        found, changes, _ = _compiled(root, out, jobs=chance.choice((1, 2)))
        expected, files = _anew(root, tmp_path / "anew")
        kept = {path: data for path, data in contents(out).items() if not path.endswith(BUNDLE_FILE)}
        assert (found, kept) == (expected, files), f"{name}, the {number}. edit"
        assert signatures == {*out.rglob(BUNDLE_FILE)} or any(one.changed or one.new for one in changes)
        assert not [path for path in out.iterdir() if path.name.startswith(".")]


WAIVER = """\
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {{name: guarded, owner: support@example.org}}
spec:
  policy: {policy}
  object: {about}
  reason: Allowed for the months of the trial.
  ticket: GOV-1
  approver: dpo@example.org
  expires: "{day}"
"""


@pytest.mark.parametrize(
    ("policy", "about"),
    [("PRV-13", "Deployment/support-sharjah-churn-online"), ("PRV-05", "Model/support-sharjah-churn")],
)
def test_a_waiver_that_comes_or_changes_is_told_in_the_requests_that_it_is_about(
    root: Path, tmp_path: Path, policy: str, about: str
) -> None:
    out = tmp_path / "release"
    for day in ("2030-01-31", "2031-02-28"):
        _compiled(root, out)
        (root / "guarded.yaml").write_text(WAIVER.format(policy=policy, about=about, day=day))
        _compiled(root, out)
        told = {path.rpartition("/")[2] for path, data in contents(out).items() if day.encode() in data}
        assert "configmap-support-sharjah-churn-online.yaml" in told
        assert all("churn" in file for file in told)
        assert contents(out) == _anew(root, tmp_path / "anew")[1]


@pytest.mark.parametrize("cached", [True, False])
def test_nothing_is_rendered_or_written_again(root: Path, tmp_path: Path, cached: bool) -> None:
    out = tmp_path / "release"
    first, new, _ = _compiled(root, out, cached=cached)
    before = _stamps(out)
    again, changes, told = _compiled(root, out, cached=cached)
    assert again == first
    assert [one.counts for one in changes] == [
        {"new": 0, "changed": 0, "removed": 0, "unchanged": len(one.new)} for one in new
    ]
    assert _stamps(out) == before
    if cached:
        (line,) = told
        assert line.split(" of ")[0] == line.split(" of ")[1].split()[0]


def test_only_the_units_of_a_change_are_rendered_and_only_their_files_written(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    _compiled(root, out)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.yaml")}
    model = min(root.rglob("models/*.yaml"))
    _reword(model, random.Random(1))
    _, changes, told = _compiled(root, out)
    assert all(model.stem in line or "of its own" in line for line in told[1:])
    assert len(told) > 1
    named = {name for one in changes for name in one.changed}
    written = {path.name for path, time in before.items() if path.stat().st_mtime_ns != time}
    assert written == named
    assert all(model.stem in name for name in named)


def test_few_units_are_rendered_by_a_process_that_got_ready_meanwhile(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, log = tmp_path / "release", tmp_path / "log"
    _compiled(root, out, jobs=2)
    made = makings._made

    def logged(*args: Any) -> Part:
        with log.open("a") as lines:
            lines.write(f"{os.getpid()}\n")
        return made(*args)

    monkeypatch.setattr(makings, "_made", logged)
    _reword(min(root.rglob("models/*.yaml")), random.Random(1))
    _compiled(root, out, jobs=2)
    (pid,) = set(log.read_text().split())
    assert int(pid) != os.getpid()
    assert contents(out) == _anew(root, tmp_path / "anew")[1]


def test_processes_change_nothing(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(makings, "LEAST", 2)
    monkeypatch.setattr(makings, "_PLACES", 2)
    one = _compiled(root, tmp_path / "one", cached=False)
    three = _compiled(root, tmp_path / "three", cached=False, jobs=3)
    assert one == three
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_memory_of_other_bytes_is_noticed_and_made_anew(root: Path, tmp_path: Path, cache: Path) -> None:
    out = tmp_path / "release"
    found, _, _ = _compiled(root, out)
    expected = contents(out)
    (memory,) = cache.glob("rendered-*.sqlite3")
    data = bytearray(memory.read_bytes())
    for place in range(5000, len(data), 997):
        data[place] ^= 0x55
    memory.write_bytes(data)
    again, changes, told = _compiled(root, out)
    assert (again, contents(out)) == (found, expected)
    assert not any(one.new or one.changed or one.removed for one in changes)
    assert any("damaged" in line for line in told)
    assert _compiled(root, out)[0] == found


def test_a_file_edited_within_a_tick_of_the_clock_is_noticed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a stamp says nothing yet, what a file holds is looked at, though all stamps are as they were."""
    monkeypatch.setattr(Look, "sum", property(lambda _: b"as it was"))
    out = tmp_path / "release"
    _compiled(root, out)
    victim = min(out.rglob("configmap-*.yaml"))
    expected = victim.read_bytes()
    victim.write_bytes(bytes(reversed(expected)))
    _compiled(root, out)
    assert victim.read_bytes() == expected


def test_what_blocks_writes_nothing_anywhere(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "release"
    _compiled(root, out)
    before = contents(out)
    code = min(root.rglob("*.py"))
    code.with_name("link.py").symlink_to(code)
    found, _, _ = _compiled(root, out)
    assert [one.code for one in found if one.blocks].count("PLM-REN-004") >= 1
    assert contents(out) == before
    code.with_name("link.py").unlink()
    assert not any(one.changed or one.new for one in _compiled(root, out)[1])


def test_folders_are_looked_at_while_specs_are_judged(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _compiled(root, out, jobs=2)
    renderings, done = Renderings.of(root, cached=True), list[str]()
    names = sorted(one.name for one in out.iterdir())
    (out / "other").mkdir()
    shutil.rmtree(out / names[0])
    (out / names[0]).write_text("no folder\n")
    seen = look_ahead(out, None, renderings, 2, lambda: done.append("judged"))
    assert done == ["judged"]
    assert sorted(one.name for one in seen) == names[1:]
    assert all(seal is not None for _, seal in seen.values())
    assert look_ahead(out, [names[0], "other"], renderings, 2, lambda: done.append("again")) == {}
    assert look_ahead(out, None, Renderings.of(root, cached=False), 2, lambda: done.append("again")) == {}
