"""The memory that a command and its processes take together, from Linux's /proc."""

import threading
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
_EVERY = 0.01


class Watch:
    """Looks every 10 ms at the proportional set sizes of a process and all below it, and keeps the largest sum.

    A page that several processes share counts once, a part in each (proc(5), smaps_rollup); a sum of resident sizes
    would count it in each.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._ended.wait(_EVERY):
            self._peak = max(self._peak, sum(map(_kibibytes, _family(self._pid))))

    def peak_mib(self) -> float | None:
        """The largest sum in MiB, once the process has ended; None where nothing was seen."""
        self._ended.set()
        self._thread.join()
        return self._peak / 1024 if self._peak else None


def _family(pid: int) -> Iterator[int]:
    """A process and all below it. One that ends meanwhile has none."""
    yield pid
    for task in _listed(_PROC / str(pid) / "task"):
        for child in _read(task / "children").split():
            yield from _family(int(child))


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return []


def _read(file: Path) -> str:
    """What a file of /proc says; nothing once its process has ended."""
    try:
        return file.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _kibibytes(pid: int) -> int:
    for line in _read(_PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
