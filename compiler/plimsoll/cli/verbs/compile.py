"""``plimsoll compile``: render the release of each environment and write it to its folder."""

import argparse
import contextlib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.cache_options import add_cache_options, explain
from plimsoll.cli.judging import Judged, judge_folder
from plimsoll.cli.policies_given import Given, add_policies, policies_given
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.release_validation import validated
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.compiler.workers import default_jobs
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.folders import require_no_file

if TYPE_CHECKING:
    from plimsoll.compiler.cache.renderings import Renderings
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.rendering.ahead import Seen
    from plimsoll.compiler.rendering.making import Making
    from plimsoll.compiler.rendering.place import Place
    from plimsoll.compiler.rendering.write import FileChanges

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
    add_policies(parser)
    add_cache_options(parser)


def run(args: argparse.Namespace) -> int:
    """Check the project, render every environment, and only then write."""
    from plimsoll.compiler.cache.renderings import Renderings

    folder = spec_folder(args)
    require_no_file(args.out, "choose a folder of its own for releases")
    given = policies_given(args, folder, cached=args.cached)
    renderings, jobs = Renderings.of(folder, cached=args.cached), args.jobs or default_jobs()
    with contextlib.ExitStack() as stack:
        begun = cache(lambda: _begun(args, folder, given, renderings, stack))
        ahead = _ahead(args, renderings, jobs, begun, stack)
        judged, making = begun()
        explain(args, judged.told)
        if making is None:
            args.view.findings(judged.findings)
            return FINDINGS
        status = _make(args, judged, making, ahead, stack)
    renderings.keep()
    explain(args, renderings.told)
    return status


def _begun(
    args: argparse.Namespace, folder: Path, given: Given, renderings: "Renderings", stack: contextlib.ExitStack
) -> "tuple[Judged, Making | None]":
    """The judgement of the specs, and of sound ones the keys of their releases."""
    judged = judge_folder(folder, cached=args.cached, jobs=args.jobs, given=given)
    if judged.checked is None:
        return judged, None
    from plimsoll.compiler.rendering.making import Making

    making = Making(judged.checked, args.out, renderings, args.jobs or default_jobs())
    making.key(args.environment or sorted(judged.checked.project.environments), stack)
    return judged, making


def _ahead(
    args: argparse.Namespace,
    renderings: "Renderings",
    jobs: int,
    meanwhile: Callable[[], object],
    stack: contextlib.ExitStack,
) -> "Seen | None":
    """Look at the folders of the releases while the specs are judged, and keep others out from then on."""
    if not args.cached or not args.out.is_dir():
        return None
    from plimsoll.compiler.rendering.ahead import alone, look_ahead

    stack.enter_context(alone(args.out))
    return look_ahead(args.out, args.environment, renderings, jobs, meanwhile)


def _make(
    args: argparse.Namespace, judged: Judged, making: "Making", ahead: "Seen | None", stack: contextlib.ExitStack
) -> int:
    view: View = args.view
    environments = [place.environment for place in making.places]
    view.progress(f"rendering {', '.join(environments)}")
    found = making.render(stack, ahead)
    if not any(one.blocks for one in found):
        from plimsoll.compiler.governance.waivers import idle_waivers

        gate = making.checked.gate
        found = (*found, *idle_waivers(making.checked.project, gate.rules, gate.today, environments, found))
    findings = judged.findings.and_also(found)
    if args.validate:
        findings = validated(findings, making.checked.project, making.places)
        found = findings.diagnostics
    view.findings(findings.weighty())
    if any(one.blocks for one in found):
        return FINDINGS
    places = [place for place in making.places if place.locked is not None and place.locked.digest]
    written = list(zip(places, making.write(), strict=True))
    view.result(
        {"releases": [_data(place, changes) for place, changes in written]},
        [*(_line(place, changes) for place, changes in written), *_notes(found)],
    )
    return CLEAN


def _data(place: "Place", changes: "FileChanges") -> dict[str, Any]:
    assert place.locked is not None
    return {
        "environment": place.environment,
        "folder": place.folder.as_posix(),
        "digest": place.locked.digest,
        "files": changes.counts,
        "new": changes.new,
        "changed": changes.changed,
        "removed": changes.removed,
    }


def _notes(found: Iterable["Diagnostic"]) -> Iterable[Line]:
    """What rendering has to say that is no fault, in a line each."""
    return ([Styled(f"note: {one.message}", Style.DIM)] for one in found if one.severity == "note")


def _line(place: "Place", changes: "FileChanges") -> Line:
    styles = {"new": Style.ADDED, "changed": Style.CHANGED, "removed": Style.REMOVED, "unchanged": Style.DIM}
    pieces: list[str | Styled] = [Styled(place.folder.as_posix(), Style.STRONG), ": "]
    shown = [(f"{count} {name}", styles[name]) for name, count in changes.counts.items() if count]
    for index, (text, style) in enumerate(shown):
        pieces += [", " if index else "", Styled(text, style)]
    return pieces
