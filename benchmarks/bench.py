"""What every benchmark shares: options, progress, scratch space, and where the figures go."""

import argparse
import compileall
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.measure.rounds import Say
from benchmarks.measure.yardstick import yardstick
from benchmarks.peers.catalogue import Peer
from benchmarks.peers.work import Programs, missing, ready
from benchmarks.report.page import PAGE, machine, pace, write_between_marks
from benchmarks.report.rows import RESULTS, Row, unmeasured, write_json
from benchmarks.report.tables import tables

CHECKOUT = Path(__file__).parents[1]

Measure = Callable[[argparse.Namespace, Path, Say], list[Row]]


def parser(name: str, description: str | None) -> argparse.ArgumentParser:
    """The options of every benchmark."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=description)
    made.add_argument(
        "--rounds", type=int, default=10, metavar="N", help="at most; slow commands get fewer; default: 10"
    )
    made.add_argument("--no-peers", action="store_true", help="measure ours alone")
    made.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="default: benchmarks/results")
    made.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="default: docs/benchmarks.md")
    return made


def execute(name: str, args: argparse.Namespace, measure: Measure) -> int:
    """Measure in scratch space, write the figures as JSON and into the page, show them; 1 where a bar is missed."""
    taken_on, before = machine(), yardstick()
    _compile_bytecode()
    with tempfile.TemporaryDirectory(prefix="plimsoll-bench-") as scratch:
        rows = measure(args, Path(scratch), progress())
    taken_on += f" {pace(before, yardstick())}"
    path = write_json(name, rows, args.results)
    text = tables(rows)
    write_between_marks(args.page, name, f"{taken_on}\n\n{text}")
    sys.stdout.write(f"\n{text}\nwritten to {path} and {args.page}\n")
    return int(any(row.holds is False for row in rows))


def _compile_bytecode() -> None:
    """As an installation leaves it: Python does so by itself, but not where it is told to write no bytecode."""
    for folder in ("compiler", "runtime"):
        if not compileall.compile_dir(CHECKOUT / folder, quiet=1):
            raise RuntimeError(f"not all of {folder} can be compiled")


def peers_for(args: argparse.Namespace, peers: Sequence[Peer], say: Say) -> Programs:
    """The peers to measure beside ours: none where none are wanted."""
    return {} if args.no_peers else ready(peers, say)


def not_installed(programs: Programs) -> list[Row]:
    """A row for each peer that isn't here."""
    return [unmeasured("every figure", name, failure.why) for name, failure in missing(programs).items()]


def progress() -> Say:
    """Tells what is going on, with the time since the start, on standard error."""
    started = time.monotonic()

    def say(text: str) -> None:
        sys.stderr.write(f"[{time.monotonic() - started:6.0f} s] {text}\n")
        sys.stderr.flush()

    return say
