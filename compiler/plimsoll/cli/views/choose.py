"""Which view a command line asks for."""

import argparse

from plimsoll.cli.views.view import View

FORMATS = ("human", "json", "github", "sarif")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every verb has."""
    looks = parser.add_argument_group("looks")
    looks.add_argument("--json", action="store_true", help="short for --format json")
    looks.add_argument(
        "--format",
        choices=FORMATS,
        help="human: as shown here; json: one document, for machines; github: with annotations; sarif: findings only",
    )
    looks.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours; default: auto")


def choose_view(verb: str, args: argparse.Namespace) -> View:
    """The view that the options ask for; only its module is imported."""
    match args.format or ("json" if args.json else "human"):
        case "json":
            from plimsoll.cli.views.machine import MachineView

            return MachineView(verb)
        case "github":
            from plimsoll.cli.views.github import GithubView

            return GithubView(args.color)
        case "sarif":
            from plimsoll.cli.views.sarif import SarifView

            return SarifView()
        case _:
            from plimsoll.cli.views.human import HumanView

            return HumanView(args.color)
