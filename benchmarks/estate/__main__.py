"""``python -m benchmarks.estate --specs N --seed S FOLDER``: write an estate into an empty folder."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.estate.write import write_estate


def main(arguments: Sequence[str] | None = None) -> int:
    """Write an estate and say how large it is; 2 where the folder isn't empty."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estate", description=__doc__)
    parser.add_argument("--specs", type=int, required=True, metavar="N", help="how many specs, from 1")
    parser.add_argument("--seed", type=int, default=7, metavar="S", help="the same seed gives the same bytes")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="empty, or not there yet")
    args = parser.parse_args(arguments)
    if args.specs < 1:
        parser.error("an estate holds at least one spec")
    if args.folder.exists() and any(args.folder.iterdir()):
        parser.error(f"{args.folder} is not empty")
    written = write_estate(args.folder, args.specs, args.seed)
    sys.stdout.write(f"{args.specs:,} specs in {written:,} files below {args.folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
