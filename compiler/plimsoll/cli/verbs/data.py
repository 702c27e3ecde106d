"""``plimsoll data``: the data itself. Each action is a module of its own, as verbs are."""

import argparse

from plimsoll.cli.actions import Action, Actions, add_actions, run_action

EXAMPLE = """\
example:
  plimsoll data check
  plimsoll data check parcels --json
  plimsoll data propose orders.csv > specs/sources/orders.yaml

plimsoll data ACTION --help explains an action.
"""

ACTIONS: Actions = {
    "check": Action("hold the files of data sources against their specs", "plimsoll.cli.data.checking"),
    "propose": Action("print a DataSource for a file that has none yet", "plimsoll.cli.data.proposing"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``data``: an action, with arguments of its own."""
    parser.epilog = EXAMPLE
    add_actions(parser, ACTIONS)


def run(args: argparse.Namespace) -> int:
    """Do what is asked for."""
    return run_action(args, ACTIONS)
