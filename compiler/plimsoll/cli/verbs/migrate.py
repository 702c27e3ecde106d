"""``plimsoll migrate``: rewrite specs of an older version of the spec language."""

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from plimsoll.cli.fixing import many, show_diff
from plimsoll.cli.policies_given import spec_exclusions
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Findings, Line, ShownFile, View
from plimsoll.compiler.diagnostics import Diagnostic, in_order
from plimsoll.compiler.editing.files import Rewrite, write_back
from plimsoll.compiler.loading.sources import SourceFile, find_sources
from plimsoll.compiler.migration.migrate import migrate_source
from plimsoll.compiler.migration.versions import GROUP, TARGETS
from plimsoll.contract.exit_codes import CLEAN, FINDINGS

EXAMPLE = """\
example:
  plimsoll migrate specs --diff
  plimsoll migrate specs && plimsoll check specs

Files are rewritten in place, each whole or not at all. Comments, the order of keys, quotes, and every line that does
not change stay as they are. What cannot be converted is reported, and its file left alone. docs/how-to/migrate-specs.md
says what changes from version to version.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``migrate``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    parser.add_argument("--to", choices=TARGETS, default=TARGETS[-1], help=f"the version; default: {TARGETS[-1]}")
    parser.add_argument("--diff", action="store_true", help="show what would change and write nothing; 1 if anything")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; end with 1 when a spec is of an older version"
    )


def run(args: argparse.Namespace) -> int:
    """Convert every file, and only then write those that changed."""
    view: View = args.view
    folder = spec_folder(args)
    started = time.perf_counter()
    sources = find_sources(folder, spec_exclusions(folder))
    files = sources.value.files if sources.value is not None else ()
    outcomes = [(file, migrate_source(file, f"{GROUP}/{args.to}")) for file in files]
    found = in_order([*sources.diagnostics, *(one for _, outcome in outcomes for one in outcome.diagnostics)])
    texts = [
        Rewrite(file.path, file.text, outcome.value)
        for file, outcome in outcomes
        if outcome.value is not None and outcome.value != file.text
    ]
    if found:
        view.findings(_findings(folder, files, found, time.perf_counter() - started))
    if args.diff:
        show_diff(view, folder, {one.path: (one.before, one.after) for one in texts})
    else:
        if not args.check:
            write_back(folder, texts)
        view.result(*_told([(folder / one.path).as_posix() for one in texts], args.to, written=not args.check))
    left = texts and (args.diff or args.check)
    return FINDINGS if left or any(one.blocks for one in found) else CLEAN


def _told(paths: list[str], version: str, *, written: bool) -> tuple[dict[str, Any], list[Line]]:
    """What was done, or is to be done, as data and as lines."""
    data = {"version": f"{GROUP}/{version}", "files": paths, "written": written and bool(paths)}
    if not paths:
        return data, [f"nothing to migrate: no file has a spec that can be converted to {version}"]
    verb, style = ("migrated", Style.GOOD) if written else ("to be migrated:", Style.CHANGED)
    return data, [
        [Styled(f"{verb} {many(len(paths), 'file')}", style), f" to {version}"],
        *(f"  {one}" for one in paths),
    ]


def _findings(folder: Path, files: Iterable[SourceFile], found: tuple[Diagnostic, ...], seconds: float) -> Findings:
    shown = {one.path: ShownFile((folder / one.path).as_posix(), one.lines) for one in files}
    unread = {one.span.path: ShownFile((folder / one.span.path).as_posix(), ()) for one in found}
    return Findings(found, {**unread, **shown}, specs=len(shown), seconds=seconds)
