"""Spread work over processes that share what has been loaded: children are forks, so nothing is sent to them."""

import gc
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from plimsoll.contract.refusal import Unavailable

T = TypeVar("T")
R = TypeVar("R")

_SLICES_PER_JOB = 8
"""How many slices of the work a process gets, so that none waits long for the other."""

_task: Callable[[int, int], Any] | None = None


def spread(work: Callable[[Sequence[T]], R], items: Sequence[T], *, jobs: int, least: int) -> list[R]:
    """``work`` on slices of the items, in their order; its results must be such as can be pickled.

    Below ``least`` items, with one job, where processes can't fork, or where threads run that would not survive it,
    the work is done here, in one slice.

    Raises:
        Unavailable: when a process dies, such as for want of memory.
    """
    if jobs < 2 or len(items) < least or not hasattr(os, "fork") or threading.active_count() > 1:
        return [work(items)] if items else []
    return _forked(lambda start, stop: work(items[start:stop]), len(items), jobs)


def _forked(task: Callable[[int, int], R], count: int, jobs: int) -> list[R]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    global _task
    size = -(-count // (jobs * _SLICES_PER_JOB))
    bounds = [(start, min(start + size, count)) for start in range(0, count, size)]
    _task = task
    gc.freeze()
    try:
        with ProcessPoolExecutor(jobs, mp_context=get_context("fork"), initializer=gc.disable) as pool:
            return list(pool.map(_slice, bounds))
    except BrokenProcessPool:
        why = "a process that shared the work died, most likely for want of memory"
        raise Unavailable("check", why, "try again with --jobs 1") from None
    finally:
        _task = None
        gc.unfreeze()


def _slice(bounds: tuple[int, int]) -> Any:
    assert _task is not None
    return _task(*bounds)


def default_jobs() -> int:
    """How many processes the machine has room for."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
