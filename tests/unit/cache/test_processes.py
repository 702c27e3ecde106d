"""Work that is shared among processes: in order, whatever becomes of them, and with none left behind."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from select import select

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.compiler.forks import MOST, in_forks
from plimsoll.compiler.workers import ahead, aside, spread
from plimsoll.contract.refusal import Refused, Unavailable

SLOWLY = """
import os, sys, time
from plimsoll.compiler.workers import spread

def work(items):
    time.sleep(0.05)
    return items

print("ready", flush=True)
spread(work, list(range(2000)), jobs=3, least=1)
"""


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(), max_size=70), st.integers(1, 5), st.integers(0, 40))
def test_results_come_in_the_order_of_the_items(items: list[int], jobs: int, least: int) -> None:
    slices = spread(lambda some: [2 * one for one in some], items, jobs=jobs, least=least)
    assert [one for some in slices for one in some] == [2 * one for one in items]


def test_the_slowest_slice_comes_where_it_belongs() -> None:
    def work(items: Sequence[int]) -> int:
        time.sleep(0.1 if items[0] == 0 else 0)
        return items[0]

    assert spread(work, range(37), jobs=3, least=1) == sorted(spread(work, range(37), jobs=3, least=1))


def test_a_process_begins_in_a_part_of_its_own_and_helps_with_the_others_when_that_is_done() -> None:
    done, said = os.pipe()
    turns = list[int]()

    def work(items: Sequence[int]) -> tuple[int, int]:
        turns.append(items[0])
        if items[0] == 0:
            assert select([done], [], [], 60)[0], "the other process has done the rest meanwhile"
        elif items[0] == 1:
            os.write(said, b"!")
        return os.getpid(), len(turns)

    slices = spread(work, range(48), jobs=2, least=1)
    os.close(done)
    os.close(said)
    slow, quick = slices[0][0], slices[1][0]
    assert slow != quick
    assert slices[24:] == [(quick, turn) for turn in range(1, 25)], "its own part first, in order"
    assert (quick, 25) == slices[1], "then what the other has not come to"


def test_a_machine_may_have_a_hundred_cores() -> None:
    items = list(range(2_300))
    assert [one for some in spread(lambda some: some, items, jobs=100, least=1) for one in some] == items


def test_results_may_be_larger_than_a_pipe() -> None:
    assert spread(lambda some: b"x" * 3_000_000 * len(some), range(4), jobs=2, least=1) == [b"x" * 3_000_000] * 4


def test_little_work_is_done_here() -> None:
    assert spread(lambda _: os.getpid(), range(9), jobs=2, least=10) == [os.getpid()]
    assert os.getpid() not in spread(lambda _: os.getpid(), range(10), jobs=2, least=10)


def test_two_things_are_done_at_once() -> None:
    done = list[int]()
    other = aside(os.getpid, lambda: done.append(os.getpid()), jobs=2)
    assert done == [os.getpid()]
    assert other != os.getpid()
    pids = spread(lambda _: os.getpid(), range(4), jobs=2, least=1, meanwhile=lambda: done.append(os.getpid()))
    assert done == [os.getpid()] * 2
    assert os.getpid() not in pids


def test_with_one_process_nothing_is_done_meanwhile() -> None:
    done = list[int]()
    assert aside(os.getpid, lambda: done.append(1), jobs=1) == os.getpid()
    assert spread(len, [1], jobs=1, least=1, meanwhile=lambda: done.append(1)) == [1]
    assert not done


def test_what_is_done_meanwhile_and_fails_ends_the_others() -> None:
    def fail() -> None:
        raise Refused("it", "there", "no")

    started = time.monotonic()
    with pytest.raises(Refused):
        aside(lambda: time.sleep(30), fail, jobs=2)
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "ends", [lambda: os._exit(3), lambda: os.kill(os.getpid(), signal.SIGKILL), lambda: os._exit(0)]
)
def test_a_process_that_dies_is_told(ends: object) -> None:
    def work(items: Sequence[int]) -> Sequence[int]:
        if 5 in items:
            ends()  # type: ignore[operator]
        return items

    with pytest.raises(Unavailable) as told:
        spread(work, range(40), jobs=2, least=1)
    assert "--jobs 1" in told.value.mend
    assert _children() == []


def test_what_the_work_raises_is_raised_here() -> None:
    def refuse(items: Sequence[int]) -> Sequence[int]:
        if 7 in items:
            raise Refused(what="a file", where="here", why="it is odd")
        return items

    with pytest.raises(RuntimeError, match="a file: it is odd") as told:
        spread(refuse, range(20), jobs=2, least=1)
    assert "in refuse" in told.value.__notes__[0]

    def deny(items: Sequence[int]) -> Sequence[int]:
        raise Refused("a file", "here", "it is odd")

    with pytest.raises(Refused, match="it is odd"):
        spread(deny, range(20), jobs=2, least=1)
    assert _children() == []


def test_work_goes_on_with_fewer_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    fork, started = os.fork, list[int]()

    def one_only() -> int:
        if started:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        started.append(1)
        return fork()

    monkeypatch.setattr(os, "fork", one_only)
    assert in_forks(lambda number: number, 9, 4) == list(range(9))
    with pytest.raises(Unavailable, match="Resource temporarily unavailable"):
        in_forks(lambda number: number, 9, 4)


def _open_files() -> set[int]:
    return {int(one.name) for one in Path("/proc/self/fd").iterdir() if one.exists()}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks Linux which files are open")
@pytest.mark.parametrize("left", range(14))
def test_too_many_open_files_are_told_and_leave_none(left: int) -> None:
    before, limits = _open_files(), resource.getrlimit(resource.RLIMIT_NOFILE)
    free = [one for one in range(max(before) + left + 2) if one not in before]
    resource.setrlimit(resource.RLIMIT_NOFILE, (free[left], limits[1]))
    try:
        found: object = in_forks(lambda number: number, 9, 4)
    except Unavailable as told:
        found = str(told)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    why = "check: no process can be started to share the work: Too many open files\n  help: try again with --jobs 1"
    assert found == (why if left < 9 else list(range(9)))
    assert _open_files() == before
    assert _children() == []


def test_there_are_no_more_pieces_than_a_pipe_can_number() -> None:
    assert in_forks(lambda number: number, MOST, 2) == list(range(MOST))
    with pytest.raises(ValueError, match="more than 2048"):
        in_forks(lambda number: number, MOST + 1, 2)


@pytest.mark.parametrize("whom", ["all", "parent"])
def test_an_interruption_leaves_no_process_and_no_word_of_them(whom: str) -> None:
    parent = _slow_parent()
    children = _children(parent.pid)
    assert len(children) == 3
    (os.killpg if whom == "all" else os.kill)(parent.pid, signal.SIGINT)
    _, said = parent.communicate(timeout=10)
    assert parent.returncode in (1, -signal.SIGINT)
    assert said.count("KeyboardInterrupt") == 1, said
    _wait_until_gone(children)


def test_no_process_outlives_a_parent_that_is_killed() -> None:
    parent = _slow_parent()
    children = _children(parent.pid)
    assert len(children) == 3
    parent.kill()
    parent.communicate(timeout=10)
    _wait_until_gone(children)


def _slow_parent() -> "subprocess.Popen[str]":
    parent = subprocess.Popen(
        [sys.executable, "-c", SLOWLY],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == "ready\n"
    for _ in range(100):
        if len(_children(parent.pid)) == 3:
            break
        time.sleep(0.02)
    return parent


def _children(parent: int | None = None) -> list[int]:
    """The processes that another one started; by the way of Linux."""
    tasks = Path(f"/proc/{parent or os.getpid()}/task")
    return [int(pid) for one in tasks.iterdir() for pid in (one / "children").read_text().split()]


def _wait_until_gone(pids: list[int]) -> None:
    for _ in range(200):
        if not any(_lives(pid) for pid in pids):
            return
        time.sleep(0.02)
    pytest.fail(f"{pids} are still there")


def _lives(pid: int) -> bool:
    """Whether a process is there and has not ended; one that nobody waited for has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_process_is_ready_before_it_is_known_what_for() -> None:
    done = list[int]()
    loaded = list[int]()
    with ahead(lambda: loaded.append(os.getpid()), lambda items: (loaded, sum(items)), jobs=2) as process:
        assert process is not None
        (there, *more), total = process.ask(list(range(100_000)), lambda: done.append(os.getpid()))
    assert total == sum(range(100_000))
    assert not more
    assert done == [os.getpid()] != [there]
    assert not loaded


def test_with_one_process_none_is_ready() -> None:
    with ahead(lambda: None, len, jobs=1) as process:
        assert process is None


def test_a_process_that_nobody_asks_ends() -> None:
    with ahead(lambda: None, len, jobs=2) as process:
        assert process is not None
        pid = process._child.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_a_ready_process_raises_is_raised_here() -> None:
    def fail(_: object) -> None:
        raise Refused("it", "there", "no")

    with ahead(lambda: None, fail, jobs=2) as process:
        assert process is not None
        with pytest.raises(Refused):
            process.ask([1], lambda: None)


def test_a_process_that_dies_while_it_loads_is_unavailable() -> None:
    def unloadable() -> None:
        raise Refused("templates", "folder", "one is no template")

    with ahead(unloadable, len, jobs=2) as process:
        assert process is not None
        time.sleep(0.2)
        with pytest.raises(Refused, match="one is no template"):
            process.ask("x" * 100_000, lambda: None)
    with ahead(lambda: os._exit(3), len, jobs=2) as process:
        assert process is not None
        with pytest.raises(Unavailable):
            process.ask([b"x" * 1_000_000], lambda: None)
