"""Arguments that several verbs take in the same way."""

import argparse
from datetime import date
from pathlib import Path

SPECS = Path("specs")


def day(text: str) -> date:
    """A day of a command line."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day, such as 2013-07-01") from None


def every(text: str) -> int:
    """Of how many days one is taken."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days, such as 5")
    return int(text)


def add_specs(parser: argparse.ArgumentParser) -> None:
    """The argument that names the folder of the specs, for verbs that work on something else."""
    parser.add_argument(
        "--specs", type=Path, default=SPECS, metavar="DIR", help=f"where the signers are declared; default: {SPECS}"
    )


def add_release(parser: argparse.ArgumentParser) -> None:
    """The arguments that name a release, and who must have signed it."""
    parser.add_argument(
        "--release", type=Path, required=True, metavar="FOLDER", help="a signed release, such as release/local"
    )
    add_specs(parser)
