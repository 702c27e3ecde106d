"""What ``check`` and ``compile`` cost as an estate grows: ``python -m benchmarks.compiler``."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.bench import execute, not_installed, parser, peers_for
from benchmarks.estate.write import write_estate
from benchmarks.measure.rounds import Failure, Say, Task, Timing, in_turns, once
from benchmarks.ours import in_states
from benchmarks.peers.catalogue import PEERS, RENDERERS
from benchmarks.peers.work import Programs, working
from benchmarks.report.rows import Row, row, timed, unmeasured

SIZES = (1, 100, 1000, 10_000, 50_000)
CHECK_ONLY = 50_000
"""From this size on nothing is compiled, and no peer is run."""

BARS = {
    ("check", 10_000, "cold"): 5.0,
    ("check", 10_000, "one file changed"): 0.5,
    ("compile", 10_000, "cold"): 15.0,
    ("compile", 10_000, "one file changed"): 1.0,
}
"""Seconds; the bars of the design."""

MEMORY_BARS = {("check", 10_000): 1024.0}
"""MiB."""

LINEAR_FROM = 1000
"""Below so many specs a run is mostly its start."""

GROWTH_BAR = 1.25
"""How much longer a spec may take in an estate five or ten times as large, if time grows linearly."""


def measure(args: argparse.Namespace, scratch: Path, say: Say) -> list[Row]:
    """Every size: ours cold, warm and after a change, the peers beside the cold runs, and memory; then the growth."""
    checkers, renderers = peers_for(args, PEERS, say), peers_for(args, RENDERERS, say)
    rows: list[Row] = []
    for size in args.sizes:
        specs = scratch / f"{size} specs"
        write_estate(specs, size)
        small = size < CHECK_ONLY
        beside = size <= args.peers_up_to
        rows += _verb("check", size, specs, checkers if small and beside else {}, args.rounds, say)
        if small and size <= args.compile_up_to:
            rows += _verb("compile", size, specs, renderers if beside else {}, args.rounds, say)
        elif small:
            rows.append(unmeasured(_title("compile", size, "all states"), "plimsoll", "it was left out of this run"))
        shutil.rmtree(specs)
    return [*rows, *_growth(rows, args.sizes), *not_installed({**checkers, **renderers})]


def _verb(verb: str, size: int, specs: Path, peers: Programs, rounds: int, say: Say) -> Iterator[Row]:
    """One command on one estate."""
    with tempfile.TemporaryDirectory(dir=specs.parent) as name:
        place = Path(name)
        states = in_states(verb, specs, place)
        beside = working(peers, size, place)
        once(states["warm"])
        times = in_turns([*states.values(), *beside], say, rounds)
        own = {state: times.pop(task.name) for state, task in states.items()}
        for state, timing in own.items():
            peers_times = times if state == "cold" else {}
            yield from timed(_title(verb, size, state), timing, peers_times, BARS.get((verb, size, state)))
        finished = [task for task in beside if isinstance(times[task.name], Timing)]
        yield from _memory(
            _title(verb, size, "memory"), [states["cold"], *finished], say, MEMORY_BARS.get((verb, size))
        )


def _title(verb: str, size: int, what: str) -> str:
    return f"{verb}, {size:,} spec{'s' if size > 1 else ''}, {what}"


def _memory(title: str, tasks: Sequence[Task], say: Say, bar: float | None) -> Iterator[Row]:
    """The peak memory of the first task, ours, and of the peers; each is run once more, watched."""
    peaks: dict[str, float | None] = {}
    for task in tasks:
        ran = once(task, memory=True)
        if isinstance(ran, Failure):
            yield unmeasured(title, task.name, ran.why)
        else:
            say(f"{task.name}: {ran.peak_mib or 0:.0f} MiB")
            peaks[task.name] = ran.peak_mib
    yield row(title, peaks.pop(tasks[0].name, None), "MiB", bar=bar, **peaks)


def _growth(rows: Sequence[Row], sizes: Sequence[int]) -> Iterator[Row]:
    """How much longer a spec takes to be checked in a larger estate than in the next smaller one, both cold."""
    seconds = {one.metric: one.ours for one in rows}
    for small, large in pairwise(size for size in sizes if size >= LINEAR_FROM):
        few, many = seconds.get(_title("check", small, "cold")), seconds.get(_title("check", large, "cold"))
        if few and many:
            title = f"check, time a spec, {large:,} against {small:,}"
            yield row(title, (many / large) / (few / small), "", bar=GROWTH_BAR)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    options = parser("compiler", __doc__)
    options.add_argument("--sizes", type=_sizes, default=SIZES, metavar="N,N", help="specs; default: all of the table")
    options.add_argument(
        "--compile-up-to", type=int, default=CHECK_ONLY, metavar="N", help="leave compile out above so many specs"
    )
    options.add_argument(
        "--peers-up-to", type=int, default=CHECK_ONLY, metavar="N", help="run no peers above so many specs"
    )
    return execute("compiler", options.parse_args(arguments), measure)


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(word) for word in text.split(",")}))


if __name__ == "__main__":
    sys.exit(main())
