"""Programs that serve while the tests run, and never longer."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
READY_SECONDS = 120.0
"""How long a server may take until it answers, on a busy machine."""
END_SECONDS = 10.0
TAIL_LINES = 40


class NotReady(Exception):
    """A server ended, or didn't answer in time; the message ends with its log."""


@dataclass(frozen=True)
class Server:
    """A started program and its log."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Wait until the server is ready.

        Raises:
            NotReady: when it has ended, or isn't in time.
        """
        until = time.monotonic() + READY_SECONDS
        while not ready():
            if self.process.poll() is not None:
                raise NotReady(f"{self.name} ended with {self.process.returncode}\n{self.tail()}")
            if time.monotonic() > until:
                raise NotReady(f"{self.name} was not ready in {READY_SECONDS:.0f} s\n{self.tail()}")
            time.sleep(0.1)

    def tail(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


@contextmanager
def serving(name: str, command: tuple[str, ...], logs: Path, env: Mapping[str, str]) -> Iterator[Server]:
    """Start a program in a process group of its own; at the end it and all that it started are gone."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=dict(env),
            start_new_session=True,
            preexec_fn=_die_with_the_tests if sys.platform == "linux" else None,
        )
    with ExitStack() as stack:
        stack.callback(_end, process)
        yield Server(name, process, log)


def _die_with_the_tests() -> None:
    """Have the kernel end the program when the tests are killed, and so can't end it themselves (prctl(2))."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on now, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
