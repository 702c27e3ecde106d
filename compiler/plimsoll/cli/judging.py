"""From a folder of specs to a checked project, with all that was found on the way, ready to be shown."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.loading.sources import SourceFile, Sources, find_sources

if TYPE_CHECKING:
    from plimsoll.compiler.governance.catalogue import Catalogue
    from plimsoll.compiler.governance.checked import CheckedProject
    from plimsoll.compiler.kinds.policy import PolicySpec
    from plimsoll.compiler.project.project import Project


@dataclass(frozen=True)
class Judged:
    """What became of a project on its way to being checked."""

    outcome: "Outcome[CheckedProject]"
    findings: Findings
    project: "Project | None" = None
    """The resolved project, whether governance lets it pass or not."""

    @property
    def checked(self) -> "CheckedProject | None":
        """The checked project, unless something blocks."""
        return self.outcome.value if self.outcome.ok else None


@dataclass
class _Trail:
    """What the stages leave behind as they are passed."""

    found: tuple[Diagnostic, ...] = ()
    sources: Sources | None = None
    project: "Project | None" = None
    catalogue: "Catalogue | None" = None
    checked: "CheckedProject | None" = None


def judge_folder(folder: Path, *, today: date | None = None) -> Judged:
    """Find, load and judge the specs of a folder.

    ``today`` is the day on which waivers are held against their end; this one, unless it is given.
    """
    started = time.perf_counter()
    trail = _Trail()
    _pass_stages(trail, folder, today or date.today())
    found = in_order(trail.found)
    count = trail.project.size if trail.project else len(trail.sources.files) if trail.sources else 0
    findings = Findings(
        found,
        _files(folder, trail),
        _rules(trail),
        specs=count,
        judgements=trail.checked.judgements if trail.checked else 0,
        seconds=time.perf_counter() - started,
    )
    return Judged(Outcome(trail.checked, found), findings, trail.project)


def _pass_stages(trail: _Trail, folder: Path, today: date) -> None:
    """Go as far as nothing blocks. Governance is not imported for specs that never get there."""
    sources = find_sources(folder)
    trail.sources, trail.found = sources.value, sources.diagnostics
    if sources.value is None:
        return
    from plimsoll.compiler.project.resolve import load_project

    loaded = load_project(sources.value)
    trail.project, trail.found = loaded.value, (*trail.found, *loaded.diagnostics)
    if loaded.value is None or any(one.blocks for one in trail.found):
        return
    from plimsoll.compiler.governance.catalogue import load_catalogue
    from plimsoll.compiler.governance.judge import judge
    from plimsoll.compiler.resources import data_root

    catalogue = load_catalogue(data_root("policies"))
    trail.catalogue, trail.found = catalogue.value, (*trail.found, *catalogue.diagnostics)
    if catalogue.value is None:
        return
    judged = judge(loaded.value, catalogue=catalogue.value, today=today)
    trail.checked, trail.found = judged.value, (*trail.found, *judged.diagnostics)


def _files(folder: Path, trail: _Trail) -> Mapping[str, ShownFile]:
    """The files that findings point into. What could not be read has a path and no lines."""
    catalogue = {one.path: _shown(one, one.path) for one in (trail.catalogue.sources if trail.catalogue else ())}
    own = trail.sources.files if trail.sources else ()
    unread = {one.span.path: ShownFile((folder / one.span.path).as_posix(), ()) for one in trail.found}
    return {**unread, **catalogue, **{one.path: _shown(one, (folder / one.path).as_posix()) for one in own}}


def _shown(source: SourceFile, path: str) -> ShownFile:
    return ShownFile(path, tuple(source.text.splitlines()))


def _rules(trail: _Trail) -> "Mapping[str, PolicySpec]":
    """The catalogue's rules and the project's own, which take the place of the catalogue's."""
    rules = trail.catalogue.rules.values() if trail.catalogue else ()
    own = trail.project.policies.values() if trail.project else ()
    specs = [*(rule.spec for rule in rules), *(policy.spec.spec for policy in own)]
    return {f"PLM-{spec.id}": spec for spec in specs}
