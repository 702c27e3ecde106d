"""``plimsoll policy``: the governance rules themselves. Each action is a module of its own, as verbs are."""

import argparse
import importlib
from typing import NamedTuple

from plimsoll.cli.frame import VerbModule
from plimsoll.cli.views.choose import add_options

EXAMPLE = """\
example:
  plimsoll policy list --framework GDPR
  plimsoll policy explain RES-01
  plimsoll policy test company-policies
  plimsoll policy try RES-01 --on deployment/flight-delay-online
  plimsoll policy export --to vap --environment production --out admission

plimsoll policy ACTION --help explains an action. A rule is a Policy spec; PolicyBinding specs say how hard it is
enforced where, and Waiver specs who may pass it until when.
"""


class Action(NamedTuple):
    """What ``plimsoll policy --help`` says of an action, and the module that does it: it is made as a verb's is."""

    summary: str
    module: str


ACTIONS: dict[str, Action] = {
    "list": Action("list the rules in force, and how hard each is enforced where", "plimsoll.cli.policy.listing"),
    "explain": Action("explain a rule: why, when, what must hold, how to keep it", "plimsoll.cli.policy.explaining"),
    "try": Action("evaluate an expression or a rule on a spec, part by part", "plimsoll.cli.policy.trying"),
    "export": Action("write the rules as policies that the API server holds", "plimsoll.cli.policy.exporting"),
    "test": Action("run the passing and the failing cases of rules", "plimsoll.cli.policy.testing"),
    "bundle": Action("pack a folder of rules into one signed file", "plimsoll.cli.policy.bundling"),
}
"""Every action. A module of one imports at its top what its arguments need, and the rest where it runs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy``: an action, with arguments of its own."""
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
