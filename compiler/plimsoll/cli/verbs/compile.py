"""``plimsoll compile``: render the release of each environment and write it to its folder."""

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.cache_options import add_cache_options, explain
from plimsoll.cli.judging import judge_folder
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.release_changes import FileChanges, changes_to
from plimsoll.cli.release_validation import validated
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.release import lock_bytes, release_digest

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.governance.checked import CheckedProject
    from plimsoll.compiler.rendering.release import Release

EXAMPLE = """\
example:
  plimsoll compile --environment production --out release

Each environment gets a folder of its own, written whole or not at all. The same specs give the same bytes, so that
compiling twice changes nothing and keeps the signature. An environment in which no deployment runs has no release.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``compile``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument(
        "--environment", "-e", action="append", metavar="E", help="only this one; may be repeated; default: all"
    )
    parser.add_argument("--out", type=Path, default=Path("release"), metavar="DIR", help="default: release")
    parser.add_argument(
        "--validate", action="store_true", help="hold what was rendered against the schemas of Kubernetes and Argo"
    )
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check the project, render every environment, and only then write."""
    view: View = args.view
    judged = judge_folder(spec_folder(args), cached=args.cached, jobs=args.jobs)
    explain(args, judged)
    if judged.checked is None:
        view.findings(judged.findings)
        return FINDINGS
    environments = args.environment or sorted(judged.checked.project.environments)
    releases, found = _render(judged.checked, environments, view)
    findings = judged.findings.and_also(found)
    if args.validate:
        findings = validated(findings, releases, args.out)
        found = list(findings.diagnostics)
    view.findings(findings.weighty())
    if any(one.blocks for one in found):
        return FINDINGS
    written = [(release, _write(release, args.out / release.environment)) for release in releases]
    view.result(
        {"releases": [_data(release, changes, args.out) for release, changes in written]},
        [*(_line(release, changes, args.out) for release, changes in written), *_notes(found)],
    )
    return CLEAN


def _render(
    checked: "CheckedProject", environments: Iterable[str], view: View
) -> tuple[list["Release"], list["Diagnostic"]]:
    from plimsoll.compiler.rendering.release import render

    releases: list[Release] = []
    found: list[Diagnostic] = []
    for environment in environments:
        view.progress(f"rendering {environment}")
        outcome = render(checked, environment)
        found += outcome.diagnostics
        if outcome.value is not None:
            releases.append(outcome.value)
    return releases, found


def _write(release: "Release", folder: Path) -> FileChanges:
    from plimsoll.compiler.rendering.write import write_release

    changes = changes_to(folder, release)
    write_release(release, folder)
    return changes


def _data(release: "Release", changes: FileChanges, out: Path) -> dict[str, Any]:
    return {
        "environment": release.environment,
        "folder": (out / release.environment).as_posix(),
        "digest": release_digest(lock_bytes(release.lock)),
        "files": changes.counts,
        "new": changes.new,
        "changed": changes.changed,
        "removed": changes.removed,
    }


def _notes(found: Iterable["Diagnostic"]) -> Iterable[Line]:
    """What rendering has to say that is no fault, in a line each."""
    return ([Styled(f"note: {one.message}", Style.DIM)] for one in found if one.severity == "note")


def _line(release: "Release", changes: FileChanges, out: Path) -> Line:
    styles = {"new": Style.ADDED, "changed": Style.CHANGED, "removed": Style.REMOVED, "unchanged": Style.DIM}
    pieces: list[str | Styled] = [Styled(f"{(out / release.environment).as_posix()}", Style.STRONG), ": "]
    shown = [(f"{count} {name}", styles[name]) for name, count in changes.counts.items() if count]
    for index, (text, style) in enumerate(shown):
        pieces += [", " if index else "", Styled(text, style)]
    return pieces
