"""``plimsoll policy test``: run the cases that keep rules and those that break them."""

import argparse
import os
import time
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policy.mutating import score_of
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Findings, Line, ShownFile, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.folders import require_folder
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.governance.catalogue import Catalogue
    from plimsoll.compiler.governance.fixtures import Tried

EXAMPLE = """\
example:
  plimsoll policy test
  plimsoll policy test company-policies --only "OWN-*"
  plimsoll policy test company-policies --format junit > policies.xml
  plimsoll policy test company-policies --mutate

Without a folder, the catalogue that comes with Plimsoll is tested, and no folder that .plimsoll.yaml names: that is
said of each. A rule lies in GROUP/ID/policy.yaml, its cases beside it in pass.yaml and fail.yaml: patches of
fixtures/estate.yaml, or of Plimsoll's own estate where the folder has none. A rule without a passing or without a
failing case fails (PLM-TST-002), and so does a case that is not as it says (PLM-TST-001).

With --mutate, each expression of each rule is changed a little, many times over. A change that no case notices is told
at its place (PLM-TST-003); the test fails where less than so many percent of all changes are noticed.
"""


_AT_LEAST = 95.0
"""How many percent of the changes must be noticed, unless it is said."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy test``."""
    parser.epilog = EXAMPLE
    parser.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="a folder of rules with their cases")
    parser.add_argument("--only", metavar="PATTERN", action="append", help="only rules of this id, as in RES-*; again")
    parser.add_argument("--mutate", action="store_true", help="also see whether the cases notice changes of the rules")
    parser.add_argument(
        "--at-least",
        metavar="PERCENT",
        type=_percent,
        help=f"of the changes that --mutate makes; default: {_AT_LEAST:g}",
    )


def _percent(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no percentage, from 0 to 100")
    return value


def run(args: argparse.Namespace) -> int:
    """Run the cases; whatever does not hold is a finding at its place in the fixture."""
    from plimsoll.compiler.governance.fixtures import try_cases

    view: View = args.view
    if args.at_least is not None and not args.mutate:
        raise Refused("changes of rules", "--at-least", "none are made", "ask for them by --mutate")
    at_least = _AT_LEAST if args.at_least is None else args.at_least
    started = time.perf_counter()
    loaded = _load(args.folder, view)
    if loaded is None:
        return FINDINGS
    only = _chosen(loaded, args.only)
    tried: list[Tried] = []
    for rule, cases in groupby(try_cases(loaded, only), key=lambda one: one.rule):
        done = list(cases)
        tried += done
        view.progress(_told(rule, done))
    found = tuple(one for case in tried for one in case.diagnostics)
    failed = sum(bool(one.problems) for one in tried)
    data: dict[str, Any] = {"cases": [_data(one) for one in tried]}
    lines = [_summary(loaded, tried, only, failed)]
    if args.mutate and not failed:
        score = score_of(loaded, only, view)
        data["mutation"], found = score.data, score.found
        lines.append(score.line(at_least))
        failed = int(score.percent < at_least)
    view.result(data, lines)
    paths = {one.span.path for one in tried} | {one.span.path for one in found}
    findings = Findings(found, _files(loaded, paths), specs=0, seconds=time.perf_counter() - started)
    passed = tuple((one.span.path, one.case) for one in tried if one.case and not one.problems)
    view.findings(replace(findings, passed=passed))
    return FINDINGS if failed else CLEAN


def _load(folder: Path | None, view: View) -> "Catalogue | None":
    """The rules of a folder; None where they can't be loaded, which has been shown."""
    from plimsoll.cli.policies_given import company_folders
    from plimsoll.cli.policy.in_force import catalogue_of_plimsoll
    from plimsoll.cli.project_files import DEFAULT
    from plimsoll.compiler.governance.catalogue import load_catalogue

    if folder is None:
        for other in company_folders(Path(DEFAULT) if Path(DEFAULT).is_dir() else Path()):
            name = os.path.relpath(other)
            view.progress(f"the rules of {name} are not tested here: plimsoll policy test {name} does that")
        return catalogue_of_plimsoll()
    require_folder(folder, "name a folder of rules, or none at all")
    loaded = load_catalogue(folder, folder.as_posix())
    if loaded.diagnostics:
        files = {one.span.path: _shown(folder, folder.as_posix(), one.span.path) for one in loaded.diagnostics}
        view.findings(Findings(loaded.diagnostics, files))
    return loaded.value


def _chosen(loaded: "Catalogue", patterns: list[str] | None) -> set[str] | None:
    if not patterns:
        return None
    from plimsoll.compiler.hints import did_you_mean

    for pattern in patterns:
        if not any(fnmatchcase(id_, pattern.upper()) for id_ in loaded.rules):
            mend = did_you_mean(pattern.upper(), loaded.rules) or 'such as SEC-07, or "RES-*"'
            raise Refused("rule", pattern, "no rule here is called so", mend)
    return {id_ for id_ in loaded.rules if any(fnmatchcase(id_, one.upper()) for one in patterns)}


def _told(rule: str, cases: list["Tried"]) -> str:
    """A line about the cases of one rule."""
    bad = [one for one in cases if one.problems]
    kept, broken = (sum(one.which == which for one in cases) for which in ("pass", "fail"))
    what = f"{kept} pass, {broken} fail" if rule else "the estate"
    return f"{'FAILED' if bad else 'ok':<6} {rule or 'estate':<8} {what}{_names(bad)}"


def _names(bad: list["Tried"]) -> str:
    names = [one.case or one.which for one in bad]
    return f"; not as they say: {', '.join(names)}" if names else ""


def _summary(loaded: "Catalogue", tried: list["Tried"], only: set[str] | None, failed: int) -> Line:
    rules = len(loaded.rules) if only is None else len(only)
    verdict = Styled(f"{failed} failed", Style.ERROR) if failed else Styled("all hold", Style.GOOD)
    return [f"{len(tried)} cases of {rules} rule{'' if rules == 1 else 's'}: ", verdict]


def _data(one: "Tried") -> dict[str, Any]:
    return {
        "rule": one.rule or None,
        "fixture": one.which,
        "case": one.case or None,
        "holds": not one.problems,
        "problems": list(one.problems),
        "path": one.span.path,
        "line": one.span.line,
    }


def _files(loaded: "Catalogue", paths: set[str]) -> dict[str, ShownFile]:
    return {path: _shown(loaded.root, loaded.shown, path) for path in sorted(paths)}


def _shown(root: Path, shown: str, path: str) -> ShownFile:
    from plimsoll.compiler.loading.sources import read_source

    source = read_source(root / path.removeprefix(f"{shown}/"), path, root).value
    return ShownFile(path, source.lines if source else ())
