"""``plimsoll check``: find, load and judge the specs, and show what was found."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.cli.judging import Judged, judge_folder
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic

EXAMPLE = """\
example:
  plimsoll check specs --environment production

Reading, typing and resolving come first; only when nothing is wrong there are the governance policies asked. Policies
of your own are Policy specs in the project.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``check``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument("--environment", "-e", metavar="E", help="leave out what concerns other environments only")


def run(args: argparse.Namespace) -> int:
    """Check a project. Only findings that are shown count for the exit code."""
    view: View = args.view
    judged = judge_folder(spec_folder(args))
    found = judged.findings.diagnostics
    if args.environment is not None:
        _require(judged, args.environment)
        found = tuple(one for one in found if _concerns(one, args.environment))
    view.findings(replace(judged.findings, diagnostics=found))
    return FINDINGS if any(one.blocks for one in found) else CLEAN


def _concerns(one: "Diagnostic", environment: str) -> bool:
    """Whether a finding concerns an environment; one that names none concerns all."""
    named = dict(one.properties).get("environments", "")
    return not named or environment in named.split(", ")


def _require(judged: Judged, environment: str) -> None:
    project = judged.project
    if project is not None and environment not in project.environments:
        from plimsoll.compiler.project.typed import did_you_mean

        hint = did_you_mean(environment, project.environments)
        raise Refused("environment", str(project.root), f"the specs have no Environment {environment!r}", hint)
