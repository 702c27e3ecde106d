"""From a command line's PATH to a checked project, with everything that was found on the way shown."""

import argparse
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.loading.sources import SourceFile, Sources, find_sources
from plimsoll.contract.refusal import Unavailable

if TYPE_CHECKING:
    from plimsoll.compiler.governance.checked import CheckedProject

DEFAULT = "specs"
"""The folder that is read when none is named and it is there."""


def add_path(parser: argparse.ArgumentParser) -> None:
    """The argument that names the project's folder."""
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        type=Path,
        help=f"the folder of the specs; default: {DEFAULT} where there is one, else the current folder",
    )


def spec_folder(args: argparse.Namespace) -> Path:
    """The folder of the specs: as named, else ``specs``, else the current one.

    Raises:
        Unavailable: when there is no such folder.
    """
    path: Path = args.path or (Path(DEFAULT) if Path(DEFAULT).is_dir() else Path())
    if path.is_file():
        raise Unavailable(path.as_posix(), "is a file", "give the folder of the project")
    if not path.is_dir():
        raise Unavailable(path.as_posix(), "there is no such folder", "plimsoll init writes a project to begin with")
    return path


@dataclass(frozen=True)
class Judged:
    """What became of a project on its way to being checked."""

    outcome: "Outcome[CheckedProject]"
    findings: Findings

    @property
    def checked(self) -> "CheckedProject | None":
        """The checked project, unless something blocks."""
        return self.outcome.value if self.outcome.ok else None


def judge_folder(folder: Path, *, today: date | None = None) -> Judged:
    """Find, load and judge the specs of a folder; ``today`` is the day on which waivers are held against their end."""
    started = time.perf_counter()
    from plimsoll.compiler.project.resolve import load_project

    sources = find_sources(folder)
    if sources.value is None:
        return _judged(folder, Sources(folder, ()), Outcome(None, sources.diagnostics), started)
    loaded = load_project(sources.value)
    found = (*sources.diagnostics, *loaded.diagnostics)
    if loaded.value is None or any(one.blocks for one in found):
        return _judged(folder, sources.value, Outcome(None, found), started)
    from plimsoll.compiler.governance.catalogue import load_catalogue
    from plimsoll.compiler.governance.judge import judge
    from plimsoll.compiler.resources import data_root

    catalogue = load_catalogue(data_root("policies"))
    if catalogue.value is None:
        return _judged(folder, sources.value, Outcome(None, (*found, *catalogue.diagnostics)), started)
    outcome = judge(loaded.value, catalogue=catalogue.value, today=today or date.today())
    everything = Outcome(outcome.value, (*found, *outcome.diagnostics))
    return _judged(folder, sources.value, everything, started, catalogue.value.sources)


def _judged(
    folder: Path,
    sources: Sources,
    outcome: "Outcome[CheckedProject]",
    started: float,
    catalogue: tuple[SourceFile, ...] = (),
) -> Judged:
    files = {one.path: _shown(one, one.path) for one in catalogue}
    files |= {one.path: _shown(one, (folder / one.path).as_posix()) for one in sources.files}
    for diagnostic in outcome.diagnostics:
        path = diagnostic.span.path
        files.setdefault(path, ShownFile((folder / path).as_posix(), ()))
    found: tuple[Diagnostic, ...] = in_order(outcome.diagnostics)
    findings = Findings(
        found,
        files,
        specs=outcome.value.project.size if outcome.value else len(sources.files),
        judgements=outcome.value.judgements if outcome.value else 0,
        seconds=time.perf_counter() - started,
    )
    return Judged(Outcome(outcome.value, found), findings)


def _shown(source: SourceFile, path: str) -> ShownFile:
    return ShownFile(path, tuple(source.text.splitlines()))


def checked_or_shown(args: argparse.Namespace) -> "CheckedProject | None":
    """The checked project of a command line. Findings that stop the way on are shown; then there is no project."""
    view: View = args.view
    judged = judge_folder(spec_folder(args))
    if judged.checked is None:
        view.findings(judged.findings)
    return judged.checked
