"""What ``compile`` costs beside other renderers and compilers of workflows: ``python -m benchmarks.rendering``."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bench import execute, not_installed, parser, peers_for
from benchmarks.compiler import BARS
from benchmarks.estate.write import write_estate
from benchmarks.measure.rounds import Say
from benchmarks.peers.catalogue import RENDERERS, WORKFLOW_COMPILERS
from benchmarks.report.rows import Row
from benchmarks.verbs import Asked, of_verb, sizes_of

SIZES = (100, 1000, 10_000)


def measure(args: argparse.Namespace, scratch: Path, say: Say) -> list[Row]:
    """Every size: ours cold, warm and after a change, the peers beside the cold runs, and memory."""
    peers = peers_for(args, (*RENDERERS, *WORKFLOW_COMPILERS), say)
    rows: list[Row] = []
    for size in args.sizes:
        specs = scratch / f"{size} specs"
        write_estate(specs, size)
        beside = peers if size <= args.peers_up_to else {}
        rows += of_verb(Asked("compile", size, specs, args.rounds), beside, BARS, say)
        shutil.rmtree(specs)
    return [*rows, *not_installed(peers)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark from the command line."""
    options = parser("rendering", __doc__)
    options.add_argument(
        "--sizes", type=sizes_of, default=SIZES, metavar="N,N", help="specs; default: all of the table"
    )
    options.add_argument(
        "--peers-up-to", type=int, default=max(SIZES), metavar="N", help="run no peers above so many specs"
    )
    return execute("rendering", options.parse_args(arguments), measure)


if __name__ == "__main__":
    sys.exit(main())
