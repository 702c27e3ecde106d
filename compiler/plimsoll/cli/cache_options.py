"""The options of verbs that judge a project: what they may reuse, and how many processes they may take."""

import argparse
from collections.abc import Iterable


def add_cache_options(parser: argparse.ArgumentParser) -> None:
    """The options about the cache and about processes."""
    group = parser.add_argument_group("speed")
    group.add_argument(
        "--no-cache", dest="cached", action="store_false", help="read and judge everything anew, and remember nothing"
    )
    group.add_argument(
        "--explain-cache", action="store_true", help="say what was reused from the last run, what was not, and why"
    )
    group.add_argument("--jobs", "-j", type=_jobs, metavar="N", help="how many processes; default: one a core")


def explain(args: argparse.Namespace, told: Iterable[str]) -> None:
    """Say what was reused, if that was asked for."""
    for line in told if args.explain_cache else ():
        args.view.progress(f"cache: {line}")


def _jobs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of processes, from 1 to 256")
    return int(text)
