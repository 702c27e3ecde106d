"""Spread work over processes that share what has been loaded: children are forks, so nothing is sent to them."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from plimsoll.compiler.forks import Ahead

T = TypeVar("T")
R = TypeVar("R")

_SLICES_PER_JOB = 24
"""How many slices of the work a process begins with, so that none waits long for the other at the end."""


def nothing() -> None:
    """Nothing to do meanwhile."""


def spread(
    work: Callable[[Sequence[T]], R],
    items: Sequence[T],
    *,
    jobs: int,
    least: int,
    meanwhile: Callable[[], object] = nothing,
) -> list[R]:
    """``work`` on slices of the items, in their order; its results must be such as can be pickled.

    Below ``least`` items, with one job, where processes can't fork, or where threads run that would not survive it,
    the work is done here, in one slice, and ``meanwhile`` is left to whoever needs it; else that is done here while
    others work. What the work raises is raised here.

    Raises:
        Unavailable: when a process dies, such as for want of memory.
    """
    if not items:
        return []
    if len(items) < least or not _can_fork(jobs):
        return [work(items)]
    from plimsoll.compiler.forks import MOST, in_forks

    size = -(-len(items) // min(jobs * _SLICES_PER_JOB, MOST))
    slices = [items[start : start + size] for start in range(0, len(items), size)]
    return in_forks(lambda number: work(slices[number]), len(slices), min(jobs, len(slices)), meanwhile)


def aside(work: Callable[[], R], meanwhile: Callable[[], object], *, jobs: int) -> R:
    """What ``work`` gives, done in another process, and ``meanwhile`` here: for two things that both take their start.

    Where there can be no other process, the work is done here and the other thing is left to whoever needs it.

    Raises:
        Unavailable: when the process dies, such as for want of memory.
    """
    if not _can_fork(jobs):
        return work()
    from plimsoll.compiler.forks import in_forks

    (found,) = in_forks(lambda _: work(), 1, 1, meanwhile)
    return found


@contextmanager
def ahead(load: Callable[[], object], work: Callable[[T], R], *, jobs: int) -> "Iterator[Ahead[T, R] | None]":
    """A process that loads what a piece of work takes while it turns out what that is; none where there can't be any.

    It ends with the context, asked or not.
    """
    if not _can_fork(jobs):
        yield None
        return
    from plimsoll.compiler.forks import Ahead

    try:
        one = Ahead(load, work)
    except OSError:
        yield None
        return
    try:
        yield one
    finally:
        one.end()


def _can_fork(jobs: int) -> bool:
    """Whether there may be processes beside this one."""
    return jobs > 1 and hasattr(os, "fork") and threading.active_count() == 1


def default_jobs() -> int:
    """How many processes the machine has room for."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
