"""``plimsoll policy``: the governance rules themselves. Each action is a module of its own, as verbs are."""

import argparse

from plimsoll.cli.actions import Action, Actions, add_actions, run_action

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

ACTIONS: Actions = {
    "list": Action("list the rules in force, and how hard each is enforced where", "plimsoll.cli.policy.listing"),
    "explain": Action("explain a rule: why, when, what must hold, how to keep it", "plimsoll.cli.policy.explaining"),
    "try": Action("evaluate an expression or a rule on a spec, part by part", "plimsoll.cli.policy.trying"),
    "export": Action("write the rules as policies that the API server holds", "plimsoll.cli.policy.exporting"),
    "test": Action("run the passing and the failing cases of rules", "plimsoll.cli.policy.testing"),
    "bundle": Action("pack a folder of rules into one signed file", "plimsoll.cli.policy.bundling"),
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy``: an action, with arguments of its own."""
    parser.epilog = EXAMPLE
    add_actions(parser, ACTIONS)


def run(args: argparse.Namespace) -> int:
    """Do what is asked for."""
    return run_action(args, ACTIONS)
