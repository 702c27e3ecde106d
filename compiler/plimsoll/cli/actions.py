"""The actions of a verb that has some, such as ``plimsoll policy``: each is a module of its own, as verbs are."""

import argparse
import importlib
from collections.abc import Mapping
from typing import NamedTuple

from plimsoll.cli.frame import VerbModule
from plimsoll.cli.views.choose import add_options


class Action(NamedTuple):
    """What a verb's ``--help`` says of an action, and the module that does it: it is made as a verb's is."""

    summary: str
    module: str


Actions = Mapping[str, Action]
"""By name. A module of one imports at its top what its arguments need, and the rest where it runs."""


def add_actions(parser: argparse.ArgumentParser, actions: Actions) -> None:
    """Have a verb take an action, each with arguments of its own."""
    group = parser.add_subparsers(
        dest="action", metavar="ACTION", required=True, help="what to do: " + ", ".join(actions)
    )
    for name, action in actions.items():
        summary = action.summary
        one = group.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        add_options(one, given_before=True)
        _module(action).configure(one)


def run_action(args: argparse.Namespace, actions: Actions) -> int:
    """Do what is asked for."""
    return _module(actions[args.action]).run(args)


def _module(action: Action) -> VerbModule:
    module: VerbModule = importlib.import_module(action.module)
    return module
