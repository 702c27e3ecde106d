"""``plimsoll plan``: compare the specs with an earlier commit's, and say what the change does."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plimsoll.cli.judging import judge_folder
from plimsoll.cli.policies_given import Given, add_policies, elsewhere, policies_given
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.views.plan import plan_data, plan_lines
from plimsoll.cli.views.view import Findings, View
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.compiler.planning.history import BaseCommit, choose_base, open_repository, specs_of
from plimsoll.compiler.planning.make import Rendered, make_plan, render_all
from plimsoll.compiler.planning.plan import Base
from plimsoll.contract.exit_codes import CLEAN, FINDINGS

EXAMPLE = """\
example:
  plimsoll plan --base origin/main

The working tree is compared with where this branch left the default branch; on the default branch itself, with the
last commit, or with the one before where nothing is uncommitted. The base is read from git's objects: nothing is
checked out. Where --base is named, policies, bindings and waivers count as they were where this branch left it.

Costs: (cores x cpuHour + GiB x memoryGibHour + GPUs x gpuHour) x hours x replicas, by the rates of each environment.
A server runs 730 hours a month, from its least to its most replicas; a scheduled run until its deadline.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``plan``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument("--base", metavar="REV", help="a commit, branch or tag to compare with, and to judge by")
    add_policies(parser)


def run(args: argparse.Namespace) -> int:
    """Check and render both sides, and show the plan."""
    view: View = args.view
    folder = spec_folder(args)
    repository = open_repository(folder)
    given = policies_given(args, folder)
    base = choose_base(repository, folder, args.base)
    head, findings = _side(folder, lasting=True, base=args.base, given=given)
    if head is None:
        view.findings(findings)
        return FINDINGS
    with _base_folder(base, folder) as earlier:
        old, fault = _base(earlier, elsewhere(given, folder, earlier) if earlier else given)
        plan = make_plan(head, old, Base(base.name, fault))
    view.result(plan_data(plan), plan_lines(plan))
    return CLEAN


@contextmanager
def _base_folder(base: BaseCommit, folder: Path) -> Iterator[Path | None]:
    if base.commit is None:
        yield None
        return
    with specs_of(open_repository(folder), base.commit, folder) as earlier:
        yield earlier


def _side(folder: Path, *, lasting: bool, given: Given, base: str | None = None) -> tuple[Rendered | None, Findings]:
    """A folder's project, checked and rendered; None when anything blocks. Of one that won't last nothing is kept."""
    judged = judge_folder(folder, cached=lasting, base=base, given=given)
    if judged.checked is None:
        return None, judged.findings
    outcome = render_all(judged.checked)
    return outcome.value, judged.findings.and_also(outcome.diagnostics)


def _base(folder: Path | None, given: Given) -> tuple[Rendered | None, str]:
    """The base, or why there is none. A base without specs is sound: everything is new."""
    if folder is None:
        return None, ""
    rendered, findings = _side(folder, lasting=False, given=given)
    if rendered is not None:
        return rendered, ""
    first = next(one for one in findings.diagnostics if one.blocks)
    return None, _told(first)


def _told(one: Diagnostic) -> str:
    return f"{one.span.path}:{one.span.line}: {one.message} [{one.code}]"
