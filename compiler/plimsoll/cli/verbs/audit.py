"""``plimsoll audit``: per control what was checked, on which objects, with which evidence, and what is missing."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.arguments import day
from plimsoll.cli.baselining import add_baseline
from plimsoll.cli.cache_options import add_cache_options, explain
from plimsoll.cli.judging import Judged, judge_folder
from plimsoll.cli.policies_given import add_policies, policies_given
from plimsoll.cli.project_files import add_base, add_path, spec_folder
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.folders import require_no_file
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.audit.document import Audit

EXAMPLE = """\
example:
  plimsoll audit --environment production --out audit
  plimsoll sign release/production audit/production
  plimsoll audit --environment production --control "GDPR 35"
  plimsoll audit --environment production --base origin/main --baseline known.json

Rules name the controls of laws and standards that their checks support. The audit says of each control which rules were
held against which objects, and of what is rendered as well: what keeps them, what does not, what a waiver lets stand.
It says that checks support a control. Whether the control is met is not for a program to say.

With --base, rules, bindings and waivers count as they were where this branch left the other, as in check. What a
baseline knows stands open in the audit, with how much of it is mended; it only no longer makes the command fail.
A baseline is written by check, which renders nothing: findings about what is rendered are in none, and are all new.

With --out each environment gets a folder of its own with audit.json, audit.html and audit.oscal.json, beside the
releases and never inside one, since whatever applies a release would meet them. The same specs, commit and --today
give the same bytes.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``audit``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument(
        "--environment", "-e", action="append", metavar="E", help="only this one; may be repeated; default: all"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write all forms below this folder")
    parser.add_argument(
        "--format", choices=("human", "html", "json", "oscal"), help="what to print; all but human need one environment"
    )
    parser.add_argument("--control", metavar="C", help='show one control, such as "GDPR 35", with all its objects')
    parser.add_argument(
        "--fail-on",
        choices=("denied", "finding", "gap"),
        default="denied",
        help="end with 1 for findings that stop a release, as check does, for any that stands, or for gaps as well",
    )
    parser.add_argument("--today", type=day, metavar="DAY", help="the day that waivers and laws are held against")
    parser.add_argument("--by", metavar="WHO", help="who makes the audit; default: as CI says, else git's user")
    add_base(parser)
    add_baseline(parser)
    add_policies(parser)
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Judge the project, gather the evidence of each environment, and show or write it."""
    folder, today = spec_folder(args), args.today or date.today()
    if args.control is not None and _form(args) != "human":
        why = f"it is shown at a terminal, and {_form(args)} holds all controls"
        raise Refused("control", args.control, why, "leave out --control, or the format")
    if args.out:
        if _form(args) in ("html", "oscal"):
            why = "a folder holds an audit in every form"
            raise Refused("format", _form(args), why, "leave out --format or --out")
        require_no_file(args.out, "choose a folder of its own for audits")
    companies = policies_given(args, folder, cached=args.cached)
    judged = judge_folder(folder, today=today, cached=args.cached, jobs=args.jobs, base=args.base, given=companies)
    explain(args, judged.told)
    if judged.project is None or not judged.rules:
        args.view.findings(judged.findings)
        return FINDINGS
    names = _environments(args, judged)
    audits = [*_made(args, judged, folder, today, names)]
    _show(args, audits)
    return FINDINGS if any(_fails(one, args.fail_on) for one in audits) else CLEAN


def _form(args: argparse.Namespace) -> str:
    return args.format or ("json" if args.json else "human")


def _environments(args: argparse.Namespace, judged: Judged) -> list[str]:
    from plimsoll.compiler.rendering.naming import require_environment

    assert judged.project is not None
    names = list(dict.fromkeys(args.environment or sorted(judged.project.environments)))
    for name in names:
        require_environment(judged.project, name)
    if len(names) != 1 and not args.out and _form(args) != "human":
        why = f"one document is of one environment, and there are {', '.join(names) or 'none'}"
        raise Refused(
            "environment", str(judged.project.root), why, "name one with --environment, or a folder with --out"
        )
    return names


def _made(args: argparse.Namespace, judged: Judged, folder: Path, today: date, names: list[str]) -> Iterator["Audit"]:
    from plimsoll.cli.audit.given import given_for
    from plimsoll.compiler.audit.build import audit

    given = given_for(args, judged, folder, today)
    for name in names:
        if len(names) > 1:
            args.view.progress(f"auditing {name}")
        yield audit(given, name)


def _fails(audit: "Audit", on: str) -> bool:
    """Whether an audit ends with 1. What a baseline knows stands open, but fails nothing, as in ``check``."""
    totals = audit.totals
    if audit.header.troubles or totals.not_evaluated:
        return True
    new = [rule for rule in audit.rules for one in rule.findings if one.result == "open" and one.known is None]
    if on == "denied":
        return any(rule.mode == "deny" for rule in new)
    gap = on == "gap" and any(one.state == "gap" for one in audit.controls)
    return bool(new) or gap


def _show(args: argparse.Namespace, audits: list["Audit"]) -> None:
    from plimsoll.cli.audit.human import audit_lines, control_lines
    from plimsoll.compiler.audit.document import STATEMENT

    view: View = args.view
    form = _form(args)
    if form != "human" and not args.out:
        _print(form, audits[0], view)
        return
    lines: list[Line] = []
    for one in audits:
        lines += [""] if lines else []
        lines += control_lines(one, args.control) if args.control else audit_lines(one, brief=len(audits) > 1)
    if not args.control:
        lines += ["", [Styled(STATEMENT, Style.DIM)]]
    written = _write(args.out, audits) if args.out else []
    view.result({"audits": [data for data, _ in written]}, [*lines, *(line for _, line in written)])


def _print(form: str, audit: "Audit", view: View) -> None:
    match form:
        case "json":
            from plimsoll.compiler.audit.document import audit_bytes

            view.own(audit_bytes(audit).decode().rstrip())
        case "html":
            from plimsoll.cli.audit.page import audit_page

            sys.stdout.write(audit_page(audit))
        case _:
            from plimsoll.cli.audit.oscal import oscal_text

            sys.stdout.write(oscal_text(audit))


def _write(out: Path, audits: list["Audit"]) -> list[tuple[dict[str, Any], Line]]:
    from plimsoll.cli.audit.folder import write_audit
    from plimsoll.contract.audit import DOCUMENT_FILE
    from plimsoll.contract.digests import of_file

    written = []
    for one in audits:
        folder = out / one.header.environment
        changed = write_audit(one, folder)
        data = {
            "environment": one.header.environment,
            "folder": folder.as_posix(),
            "digest": of_file(folder / DOCUMENT_FILE),
            "release": one.header.release,
            "changed": changed,
            **one.totals.model_dump(by_alias=True),
        }
        line: Line = [Styled(folder.as_posix(), Style.STRONG), ": written" if changed else ": as it was"]
        written.append((data, line))
    return written
