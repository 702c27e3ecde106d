"""Look at the folders of releases while it is being found out what they are to hold: both take as long."""

import contextlib
import fcntl
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from plimsoll.compiler.cache.renderings import Renderings
from plimsoll.compiler.rendering.place import recall_seal
from plimsoll.compiler.rendering.standing import Look, Seal, compared
from plimsoll.compiler.workers import aside
from plimsoll.contract.refusal import Refused

Seen = Mapping[Path, tuple[Look | None, Seal | None]]
"""What ``standing.compared`` tells of folders."""


def look_ahead(
    out: Path, environments: Iterable[str] | None, renderings: Renderings, jobs: int, meanwhile: Callable[[], object]
) -> Seen:
    """Hold the folders that a run left below ``out`` against how it left them, in another process.

    It is for those environments, or for all where none are named. What is left out is for later: folders of which
    nothing is known, and such as can't be looked at. ``meanwhile`` is done here; where there can be no other process,
    or nothing is known, it is left to whoever needs it. The folder is to be held by ``alone`` all the while, and until
    what was seen is used.

    Raises:
        Unavailable: when the process dies.
    """
    names = _folders(out) if environments is None else environments
    lasts = {out / name: recall_seal(out / name, renderings) for name in names}
    known = [(folder, seal) for folder, seal in lasts.items() if seal is not None]
    if not known or jobs < 2:
        return {}
    return aside(lambda: dict(_compared(known)), meanwhile, jobs=jobs)


def _folders(out: Path) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(out) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _compared(known: Iterable[tuple[Path, Seal]]) -> Iterator[tuple[Path, tuple[Look | None, Seal | None]]]:
    for folder, seal in known:
        with contextlib.suppress(OSError, Refused):
            yield folder, compared(folder, seal)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Have other runs wait that would write into a folder: what was seen there is to hold until all is written."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # A file system without locks.
            fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)
