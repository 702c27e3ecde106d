"""``plimsoll check``: find, load and judge the specs, and show what was found."""

import argparse

from plimsoll.cli.project_files import add_path, judge_folder, spec_folder
from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``check``."""
    parser.epilog = "example:\n  plimsoll check specs --environment production"
    add_path(parser)
    parser.add_argument("--environment", metavar="E", help="leave out what concerns other environments only")


def run(args: argparse.Namespace) -> int:
    """Check a project."""
    view: View = args.view
    judged = judge_folder(spec_folder(args))
    view.findings(judged.findings)
    return CLEAN if judged.outcome.ok else FINDINGS
