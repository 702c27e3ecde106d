"""Plimsoll's own commands, in the three states of a cache: cold, warm, and after one file changed."""

import re
import shutil
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path

from benchmarks.measure.rounds import Task

PROGRAM = Path(sys.executable).parent / "plimsoll"
CACHE = "PLIMSOLL_CACHE"
"""The variable that names the folder of ``plimsoll``'s cache."""

_DESCRIPTION = re.compile(r"^  description: .*$", re.MULTILINE)
_EDITS = count(1)


def edit(specs: Path) -> None:
    """Change the description in one spec, a model's where there is one, to a text it never had.

    Raises:
        ValueError: when no spec has a description.
    """
    files = sorted(specs.rglob("*.yaml"), key=lambda path: ("models" not in path.parts, path))
    for path in files:
        text = path.read_text(encoding="utf-8")
        changed, found = _DESCRIPTION.subn(f"  description: Edited for the {next(_EDITS)}. time.", text, count=1)
        if found:
            path.write_text(changed, encoding="utf-8")
            return
    raise ValueError(f"no spec below {specs} has a description to edit")


def empty(folder: Path) -> None:
    """Leave an empty folder."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def fresh(folder: Path) -> None:
    """Leave an empty folder, and what it held beside it, to be removed when all is measured.

    For minutes after many files were deleted, ext4 takes ten times as long to make new ones: it does not give out their
    inodes anew so soon, and looks at each of them. Nobody deletes 94,000 files just before compiling.
    """
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}-{next(_EDITS)}"))
    folder.mkdir(parents=True)


def in_states(verb: str, specs: Path, scratch: Path, timeout: float = 600) -> dict[str, Task]:
    """The command ``check`` or ``compile`` in each state: cold, warm, and with one file changed.

    Cold has a cache and a release folder of its own, fresh for each run. The other two share theirs, which is to
    be filled by a run of the warm one before any counts. After a run with a changed file that cache knows the change,
    and is warm again.
    """

    def task(state: str, place: Path, prepare: Callable[[], None]) -> Task:
        command = [str(PROGRAM), verb, str(specs), *(["--out", str(place / "release")] if verb == "compile" else [])]
        name = f"{verb} of {specs.name}, {state}"
        return Task(name, tuple(command), scratch, {CACHE: str(place / "cache")}, prepare, timeout)

    cold, warm = scratch / f"{verb}-cold", scratch / f"{verb}-warm"
    empty(warm)
    return {
        "cold": task("cold", cold, lambda: fresh(cold)),
        "warm": task("warm", warm, lambda: None),
        "one file changed": task("one file changed", warm, lambda: edit(specs)),
    }
