"""Run one command to its end or to its time limit."""

import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from benchmarks.measure.memory import Watch

_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Run:
    """How a command ended: its wall time in seconds, what it said last, its peak memory in MiB where that was asked."""

    seconds: float
    exit_code: int
    timed_out: bool
    said: str
    peak_mib: float | None = None


def run(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    memory: bool = False,
) -> Run:
    """Run a command in a session of its own, with no input, and end all of that session at the time limit.

    Watching memory takes time from the command, so that a run is either timed or watched.

    Args:
        command: the program and its arguments.
        cwd: where it runs.
        env: variables beside those of this process.
        timeout: seconds.
        memory: whether to watch its memory.

    Raises:
        OSError: when the program can't be started.
    """
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        limit = _Limit(process.pid, timeout)
        watch = Watch(process.pid) if memory else None
        try:
            # Popen.wait polls where it is given a time limit, which would add up to 50 ms to what is measured; and as
            # long as the process is not reaped, its number belongs to no other.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            seconds = time.perf_counter() - started
        finally:
            limit.lift()
            _end_session(process.pid)
            process.wait()
        return Run(seconds, process.returncode, limit.reached, _last(said), watch.peak_mib() if watch else None)


class _Limit:
    """Ends a process's session after some seconds, unless it is lifted before."""

    def __init__(self, pid: int, seconds: float) -> None:
        self.reached = False
        self._pid = pid
        self._timer = threading.Timer(seconds, self._reach)
        self._timer.daemon = True
        self._timer.start()

    def _reach(self) -> None:
        self.reached = True
        _end_session(self._pid)

    def lift(self) -> None:
        """Return once the limit can't be reached any more."""
        self._timer.cancel()
        self._timer.join()


def _end_session(leader: int) -> None:
    """End a process and what it left running; it leads a process group of its own and is not reaped yet."""
    os.killpg(leader, signal.SIGKILL)


def _last(said: IO[bytes]) -> str:
    """The last line that a command wrote, for a reason why it failed."""
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - 2000))
    lines = _ESCAPE.sub("", said.read().decode(errors="replace")).strip().splitlines()
    return lines[-1].strip()[:200] if lines else ""
