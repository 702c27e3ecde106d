"""Examine folders of specs in one process and in two, and print what was found: ``python in_processes.py FOLDER…``.

Work is spread from a few items on, so that small projects are spread at all. It is a program of its own since a process
with threads, such as a worker of pytest-xdist, never forks.
"""

import json
import os
import sys
from pathlib import Path

from expectations import place_of
from fixture_folders import examined

from plimsoll.compiler.cache import readings, references, verdicts

FEW = 2


def found(specs: Path, jobs: int) -> list[str]:
    """The findings of a folder, in the order in which they are told, and what each says."""
    return [f"{place_of(one)} {one.message}" for one in examined(specs, jobs).found]


def main(folders: list[str]) -> None:
    """Print the findings of each folder with one job and with two, and how many processes were forked."""
    readings.LEAST = references.LEAST = verdicts.LEAST = FEW
    forks: list[int] = []
    os.register_at_fork(before=lambda: forks.append(1))
    told = {folder: [found(Path(folder), 1), found(Path(folder), 2)] for folder in folders}
    print(json.dumps({"found": told, "forks": len(forks)}))


if __name__ == "__main__":
    main(sys.argv[1:])
