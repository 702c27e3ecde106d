"""What ``check`` and ``compile`` cost as an estate grows: ``python -m benchmarks.compiler``."""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.bench import execute, not_installed, parser, peers_for
from benchmarks.estate.write import write_estate
from benchmarks.measure.rounds import Say
from benchmarks.peers.catalogue import PEERS, RENDERERS
from benchmarks.report.rows import Row, row, unmeasured
from benchmarks.verbs import Asked, of_verb, sizes_of, title_of

SIZES = (1, 100, 1000, 10_000, 50_000)
CHECK_ONLY = 50_000
"""From this size on nothing is compiled, and no peer is run."""

BARS = {
    ("check", 10_000, "cold"): 5.0,
    ("check", 10_000, "one file changed"): 0.5,
    ("compile", 10_000, "cold"): 15.0,
    ("compile", 10_000, "one file changed"): 1.0,
    ("check", 10_000, "memory"): 1024.0,
}
"""Seconds, and MiB of memory; the bars of the design."""

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
        rows += of_verb(Asked("check", size, specs, args.rounds), checkers if small and beside else {}, BARS, say)
        if small and size <= args.compile_up_to:
            rows += of_verb(Asked("compile", size, specs, args.rounds), renderers if beside else {}, BARS, say)
        elif small:
            rows.append(unmeasured(title_of("compile", size, "all states"), "plimsoll", "it was left out of this run"))
        shutil.rmtree(specs)
    return [*rows, *_growth(rows, args.sizes), *not_installed({**checkers, **renderers})]


def _growth(rows: Sequence[Row], sizes: Sequence[int]) -> Iterator[Row]:
    """How much longer a spec takes to be checked in a larger estate than in the next smaller one, both cold."""
    seconds = {one.metric: one.ours for one in rows}
    for small, large in pairwise(size for size in sizes if size >= LINEAR_FROM):
        few, many = seconds.get(title_of("check", small, "cold")), seconds.get(title_of("check", large, "cold"))
        if few and many:
            title = f"check, time a spec, {large:,} against {small:,}"
            yield row(title, (many / large) / (few / small), "", bar=GROWTH_BAR)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    options = parser("compiler", __doc__)
    options.add_argument(
        "--sizes", type=sizes_of, default=SIZES, metavar="N,N", help="specs; default: all of the table"
    )
    options.add_argument(
        "--compile-up-to", type=int, default=CHECK_ONLY, metavar="N", help="leave compile out above so many specs"
    )
    options.add_argument(
        "--peers-up-to", type=int, default=CHECK_ONLY, metavar="N", help="run no peers above so many specs"
    )
    return execute("compiler", options.parse_args(arguments), measure)


if __name__ == "__main__":
    sys.exit(main())
