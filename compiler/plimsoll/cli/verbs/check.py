"""``plimsoll check``: find, load and judge the specs, and show what was found."""

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from plimsoll.cli.baselining import add_baseline_options, held, refuse_idle, wants_baseline
from plimsoll.cli.cache_options import add_cache_options, explain
from plimsoll.cli.fixing import add_fix_options, fixed_files, fixes_asked_for, show_diff, show_fixed, write_files
from plimsoll.cli.judging import judge_folder
from plimsoll.cli.policies_given import add_policies, policies_given
from plimsoll.cli.project_files import add_base, add_path, spec_folder
from plimsoll.cli.views.view import View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic

EXAMPLE = """\
example:
  plimsoll check specs --environment production
  plimsoll check --base origin/main
  plimsoll check --write-baseline baseline.json && plimsoll check --baseline baseline.json
  plimsoll check --fix --diff

Reading, typing and resolving come first; only when nothing is wrong there are the governance policies asked. Policies
of your own are Policy specs in the project. With --base, rules, bindings and waivers count as they were where this
branch left the other, so that no change passes by a waiver that it brings; without, as they lie here.

Fixes: quote, remove-repeat and indent are safe and need not be named; spell and remove-tag guess, and are applied only
by name, as in --fix spell,remove-tag. A comment at the end of a line, or alone on the line before, lets a warning be:
  jurisdiction: NO  # plimsoll: ignore[PLM-YML-006] every reader of this file knows YAML 1.2
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``check``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument("--environment", "-e", metavar="E", help="leave out what concerns other environments only")
    add_base(parser)
    add_policies(parser)
    add_baseline_options(parser)
    add_fix_options(parser)
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check a project. Only findings that are shown count for the exit code."""
    view: View = args.view
    refuse_idle(args)
    names = fixes_asked_for(args)
    folder = spec_folder(args)
    if names is not None:
        fixed = fixed_files(folder, names, args.policies)
        if args.diff:
            show_diff(view, folder, {one.path: (one.before, one.after) for one in fixed})
            return FINDINGS if fixed else CLEAN
        write_files(folder, fixed)
    given = policies_given(args, folder, cached=args.cached)
    judged = judge_folder(folder, cached=args.cached, jobs=args.jobs, base=args.base, given=given)
    explain(args, judged.told)
    known = held(args, judged, folder) if wants_baseline(args) else None
    findings = known.findings if known else judged.findings
    found = findings.diagnostics
    if args.environment is not None:
        if judged.project is not None:
            from plimsoll.compiler.rendering.naming import require_environment

            require_environment(judged.project, args.environment)
        found = tuple(one for one in found if _concerns(one, args.environment))
    view.findings(replace(findings, diagnostics=found))
    if known is not None:
        known.tell(view)
    if names is not None:
        show_fixed(view, folder, fixed)
    return FINDINGS if any(one.blocks for one in found) else CLEAN


def _concerns(one: "Diagnostic", environment: str) -> bool:
    """Whether a finding concerns an environment; one that names none concerns all."""
    named = dict(one.properties).get("environments", "")
    return not named or environment in named.split(", ")
