"""``plimsoll data``: the data itself. Each action is a module of its own, as verbs are."""

import argparse
import importlib
from typing import NamedTuple

from plimsoll.cli.frame import VerbModule
from plimsoll.cli.views.choose import add_options

EXAMPLE = """\
example:
  plimsoll data check
  plimsoll data check parcels --json
  plimsoll data propose orders.csv > specs/sources/orders.yaml

plimsoll data ACTION --help explains an action.
"""


class Action(NamedTuple):
    """What ``plimsoll data --help`` says of an action, and the module that does it: it is made as a verb's is."""

    summary: str
    module: str


ACTIONS: dict[str, Action] = {
    "check": Action("hold the files of data sources against their specs", "plimsoll.cli.data.checking"),
    "propose": Action("print a DataSource for a file that has none yet", "plimsoll.cli.data.proposing"),
}
"""Every action. A module of one imports at its top what its arguments need, and the rest where it runs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``data``: an action, with arguments of its own."""
    parser.epilog = EXAMPLE
    actions = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, help="what to do: " + ", ".join(ACTIONS)
    )
    for name, action in ACTIONS.items():
        summary = action.summary
        one = actions.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        add_options(one, given_before=True)
        _module(action).configure(one)


def run(args: argparse.Namespace) -> int:
    """Do what is asked for."""
    return _module(ACTIONS[args.action]).run(args)


def _module(action: Action) -> VerbModule:
    module: VerbModule = importlib.import_module(action.module)
    return module
