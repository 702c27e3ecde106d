"""A program as a process group of its own: started, watched, and never outlived by its children."""

import asyncio
import errno
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from plimsoll.runtime.runner.program import Program

POLL_SECONDS = 0.2
"""How often the progress file is looked at."""

GRACE_SECONDS = 5.0
"""How long a program may take to end after SIGTERM, before SIGKILL."""

COMMAND_NOT_FOUND = 127
"""What a shell answers for a program that isn't there or can't be run."""

_UNSTARTABLE = frozenset({errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.E2BIG, errno.ENOEXEC})

TAIL_LINES = 20
_TAIL_BYTES = 8192


@dataclass(frozen=True)
class Exit:
    """How a program ended: its exit code (128 + n after signal n), and why it was stopped if it was."""

    code: int
    overran: bool = False
    unstartable: str = ""


async def run_program(
    program: Program, log: Path, progress: Path, seconds: float | None, report: Callable[[int, int], None]
) -> Exit:
    """Run a program until it ends or its seconds are over, its output going to the log file.

    Whatever it started and left in its process group is killed with it, also when the caller is cancelled.

    Raises:
        OSError: when the log can't be written.
    """
    try:
        process = await _start(program, log)
    except ValueError as error:
        return Exit(COMMAND_NOT_FOUND, unstartable=f"`{program.arguments[0]}` can't be started: {error}")
    except OSError as error:
        if error.errno not in _UNSTARTABLE:
            raise
        return Exit(COMMAND_NOT_FOUND, unstartable=f"`{program.arguments[0]}` can't be started: {error}")
    try:
        overran = await _watch(process, progress, seconds, report)
    finally:
        await _end(process)
    code = process.returncode if process.returncode is not None else -signal.SIGKILL
    return Exit(code if code >= 0 else 128 - code, overran)


async def _start(program: Program, log: Path) -> asyncio.subprocess.Process:
    """Start a program; when the caller is cancelled meanwhile, wait for the start and end the whole group.

    On its own, asyncio would then kill the program and leave alive what it had started.
    """
    with log.open("wb") as stream:
        starting = asyncio.ensure_future(
            asyncio.create_subprocess_exec(
                *program.arguments,
                cwd=program.folder,
                env=program.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stream,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        )
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            with suppress(OSError, ValueError):
                await _end(await starting)
            raise


async def _watch(
    process: asyncio.subprocess.Process, progress: Path, seconds: float | None, report: Callable[[int, int], None]
) -> bool:
    """Wait for the process, passing its progress on; True when its time was over first."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds if seconds is not None else None
    waiter = asyncio.ensure_future(process.wait())
    shown: tuple[int, int] | None = None
    try:
        while True:
            patience = POLL_SECONDS if deadline is None else max(0.0, min(POLL_SECONDS, deadline - loop.time()))
            await asyncio.wait({waiter}, timeout=patience)
            now = read_progress(progress)
            if now is not None and now != shown:
                shown = now
                report(*now)
            if waiter.done():
                return False
            if deadline is not None and loop.time() >= deadline:
                return True
    finally:
        waiter.cancel()


async def _end(process: asyncio.subprocess.Process) -> None:
    """End whatever is left of the process group, gently at first if the program itself still runs."""
    try:
        if process.returncode is None:
            _signal(process.pid, signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    finally:
        _signal(process.pid, signal.SIGKILL)
    await process.wait()


def _signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def read_progress(file: Path) -> tuple[int, int] | None:
    """The last whole ``N/M`` line of a progress file; None when there is none yet."""
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        done, slash, total = line.strip().partition("/")
        if slash and done.isdecimal() and total.isdecimal() and 0 < int(total) >= int(done):
            return int(done), int(total)
    return None


def tail(log: Path) -> str:
    """The last lines of a log."""
    with log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        lines = stream.read().decode(errors="replace").rstrip().splitlines()
    return "\n".join(lines[-TAIL_LINES:])
