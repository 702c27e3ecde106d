"""Which view a command line asks for."""

import argparse

from plimsoll.cli.views.human import HumanView
from plimsoll.cli.views.machine import MachineView
from plimsoll.cli.views.view import View


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every verb has."""
    looks = parser.add_argument_group("looks")
    looks.add_argument("--json", action="store_true", help="one JSON document on standard output, for machines")
    looks.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours; default auto")


def choose_view(verb: str, args: argparse.Namespace) -> View:
    """The view that the options ask for."""
    return MachineView(verb) if args.json else HumanView(args.color)
