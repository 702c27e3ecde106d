"""How long the shortest commands take, whole: ``python -m benchmarks.startup``."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import execute, not_installed, parser, peers_for
from benchmarks.measure.rounds import Failure, Say, Task, Timing, in_turns, once
from benchmarks.ours import PROGRAM, in_states
from benchmarks.peers.catalogue import PEERS, RENDERERS
from benchmarks.peers.work import Programs, telling, working
from benchmarks.report.rows import Row, timed

REFERENCE = Path(__file__).parents[1] / "specs"
VERSION_BAR = 0.1
CHANGED_BAR = 0.3
"""Seconds; the bars of the design."""


def measure(args: argparse.Namespace, scratch: Path, say: Say) -> list[Row]:
    """The version, the help, and a check of the reference project; peers tell theirs and check one file."""
    programs = peers_for(args, (*PEERS, *RENDERERS), say)
    rows = []
    for what, bar in (("version", VERSION_BAR), ("help", None)):
        own = Task(f"plimsoll --{what}", (str(PROGRAM), f"--{what}"), scratch)
        times = in_turns([own, *telling(programs, what, scratch)], say, args.rounds)
        rows += timed(f"--{what}", times.pop(own.name), times, bar)
    return [*rows, *_reference(args, programs, scratch, say), *not_installed(programs)]


def _reference(args: argparse.Namespace, programs: Programs, scratch: Path, say: Say) -> list[Row]:
    specs = scratch / "the reference project"
    shutil.copytree(REFERENCE, specs)
    states = in_states("check", specs, scratch)
    once(states["warm"])
    times = in_turns([*states.values(), *working(programs, 1, scratch / "one")], say, args.rounds)
    own = {state: times.pop(task.name) for state, task in states.items()}
    none: dict[str, Timing | Failure] = {}
    return [
        *timed("check of the reference project, cold", own["cold"], none),
        *timed("check of the reference project, warm", own["warm"], none),
        *timed("check of one changed spec; one file", own["one file changed"], times, CHANGED_BAR),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    return execute("startup", parser("startup", __doc__).parse_args(arguments), measure)


if __name__ == "__main__":
    sys.exit(main())
