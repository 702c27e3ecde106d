"""Which view a command line asks for."""

import argparse

from plimsoll.cli.views.view import View

FORMATS = ("human", "json", "github", "gitlab", "sarif", "junit", "markdown")


def add_options(parser: argparse.ArgumentParser, *, given_before: bool = False) -> None:
    """The options that every verb has.

    ``given_before`` says that they may as well stand before an action of the verb, whose parser this is: what is not
    given to the action must not take back what was given to the verb.
    """
    looks = parser.add_argument_group("looks")
    looks.add_argument("--json", action="store_true", help="short for --format json")
    looks.add_argument(
        "--format",
        choices=FORMATS,
        help="human: as shown here; json: one document, for machines; github: with annotations and a step summary; "
        "gitlab: Code Quality; sarif and junit: findings only; markdown: for a comment on a pull request",
    )
    looks.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="colours; default: auto")
    for action in looks._group_actions if given_before else ():
        action.default = argparse.SUPPRESS


def choose_view(verb: str, args: argparse.Namespace) -> View:
    """The view that the options ask for; only its module is imported."""
    match args.format or ("json" if args.json else "human"):
        case "json":
            from plimsoll.cli.views.machine import MachineView

            return MachineView(verb)
        case "github":
            from plimsoll.cli.views.github import GithubView

            return GithubView(args.color, verb)
        case "gitlab":
            from plimsoll.cli.views.gitlab import GitlabView

            return GitlabView()
        case "junit":
            from plimsoll.cli.views.junit import JunitView

            return JunitView()
        case "markdown":
            from plimsoll.cli.views.markdown import MarkdownView

            return MarkdownView(verb)
        case "sarif":
            from plimsoll.cli.views.sarif import SarifView

            return SarifView()
        case _:
            from plimsoll.cli.views.human import HumanView

            return HumanView(args.color)
