"""Peers made ready: installed, and given their inputs; where that can't be, why."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.measure.rounds import Failure, Say, Task
from benchmarks.peers.catalogue import Peer
from benchmarks.peers.install import cache_folder, installed

TIMEOUT = 120
"""Seconds that a peer's run may take."""

PATIENCE = 30
"""Seconds: a peer that takes longer is run once, or a benchmark of an hour would be one of three."""

Programs = Mapping[Peer, Path | Failure]
_QUIET = {"NO_COLOR": "1"}


def ready(peers: Iterable[Peer], say: Say) -> Programs:
    """Each peer's program, installed where it wasn't."""
    found = {}
    for peer in peers:
        say(f"{peer.name} {peer.source.version}")
        found[peer] = installed(peer.program or peer.name, peer.source, cache_folder())
    return found


def working(programs: Programs, count: int, scratch: Path) -> list[Task]:
    """The work of each installed peer on so many files."""
    tasks = []
    for peer, program in programs.items():
        if isinstance(program, Path):
            folder = scratch / peer.name
            folder.mkdir(parents=True)
            arguments = peer.work(folder, count)
            tasks.append(
                Task(peer.name, (str(program), *arguments), folder, _QUIET, timeout=TIMEOUT, patience=PATIENCE)
            )
    return tasks


def telling(programs: Programs, what: str, scratch: Path) -> list[Task]:
    """Each installed peer's telling its ``version`` or its ``help``."""
    return [
        Task(peer.name, (str(program), *getattr(peer, what)), scratch, _QUIET, timeout=TIMEOUT)
        for peer, program in programs.items()
        if isinstance(program, Path)
    ]


def missing(programs: Programs) -> dict[str, Failure]:
    """The peers that can't be measured, and why."""
    return {peer.name: program for peer, program in programs.items() if isinstance(program, Failure)}
