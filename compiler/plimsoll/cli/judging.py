"""From a folder of specs to a checked project, with all that was found on the way, ready to be shown."""

import atexit
import gc
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.cli.policies_given import NO_MORE, Given, left_out
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Outcome
from plimsoll.compiler.examine import Examination, examine
from plimsoll.compiler.loading.sources import SourceFile, read_source
from plimsoll.compiler.resources import data_root
from plimsoll.compiler.workers import default_jobs

if TYPE_CHECKING:
    from plimsoll.compiler.governance.checked import CheckedProject
    from plimsoll.compiler.governance.rules import Rule
    from plimsoll.compiler.governance.terms import Terms
    from plimsoll.compiler.kinds.policy import PolicySpec
    from plimsoll.compiler.project.project import Project


@dataclass(frozen=True)
class Judged:
    """What became of a project on its way to being checked."""

    outcome: "Outcome[CheckedProject]"
    findings: Findings
    project: "Project | None" = None
    """The resolved project, whether governance lets it pass or not."""
    told: tuple[str, ...] = ()
    """What was taken from the cache and what was not, and why."""
    rules: "Mapping[str, Rule]" = field(default_factory=dict)
    """The catalogue's rules and the project's own, by id."""
    terms: "Terms | None" = None
    """The policies, bindings and waivers that it was judged by."""

    @property
    def checked(self) -> "CheckedProject | None":
        """The checked project, unless something blocks."""
        return self.outcome.value if self.outcome.ok else None


def judge_folder(
    folder: Path,
    *,
    today: date | None = None,
    cached: bool = True,
    jobs: int | None = None,
    base: str | None = None,
    given: Given = NO_MORE,
) -> Judged:
    """Find, load and judge the specs of a folder.

    ``today`` is the day on which waivers are held against their end; this one, unless it is given. With ``base``, a
    revision of git, what governs counts as it was where this branch left that; ``given`` are rules of companies.

    Raises:
        Unavailable: when that can't be read.
    """
    started = time.perf_counter()
    _end_without_a_walk()
    now, policies = today or date.today(), data_root("policies")
    one = examine(
        folder,
        policies,
        now,
        cached=cached,
        jobs=jobs or default_jobs(),
        base=base,
        shared=given.shared,
        leave_out=(*left_out(folder, given.folders),),
    )
    findings = Findings(
        one.found,
        _Files(folder, one),
        _Rules(one.rules),
        specs=one.project.size if one.project else len(one.files),
        judgements=one.checked.judgements if one.checked else 0,
        seconds=time.perf_counter() - started,
    )
    return Judged(Outcome(one.checked, one.found), findings, one.project, one.told, one.rules, one.terms)


@cache
def _end_without_a_walk() -> None:
    """Have the process end without a search for cycles among the values of ten thousand specs: it frees them all."""
    atexit.register(gc.freeze)


class _Files(Mapping[str, ShownFile]):
    """Every file of the project, and what else findings point into; only what they point into is read for its lines."""

    def __init__(self, folder: Path, one: Examination) -> None:
        spans = (span for found in one.found for span in (found.span, *(label.span for label in found.labels)))
        self._prefix = "" if folder == Path() else f"{folder.as_posix()}/"
        pointed = {path: _shown(folder, path) for path in dict.fromkeys(span.path for span in spans)}
        elsewhere = {
            path: ShownFile(f"{self._prefix if '@' in path else ''}{path}", one.sources[path].lines)
            for path in pointed
            if path in one.sources
        }
        self._shown: dict[str, ShownFile | None] = {**dict.fromkeys(one.files), **pointed, **elsewhere}

    def __getitem__(self, path: str) -> ShownFile:
        return self._shown[path] or ShownFile(f"{self._prefix}{path}", ())

    def __iter__(self) -> Iterator[str]:
        return iter(self._shown)

    def __len__(self) -> int:
        return len(self._shown)


def _shown(folder: Path, path: str) -> ShownFile:
    """A file of the project, or else of the catalogue."""
    own, ours = (folder / path).as_posix(), data_root("policies").parent
    if (source := _read(folder, path)) is not None:
        return ShownFile(own, source.lines)
    if not (folder / path).exists() and (source := _read(ours, path)) is not None:
        return ShownFile(path, source.lines, built_in=True)
    return ShownFile(own, ())


def _read(root: Path, path: str) -> SourceFile | None:
    return read_source(root / path, path, root).value if (root / path).is_file() else None


class _Rules(Mapping[str, "PolicySpec"]):
    """What rules say by the code of their findings, each typed when it is asked for."""

    def __init__(self, rules: "Mapping[str, Rule]") -> None:
        self._rules = {rule.code: rule for rule in rules.values()}

    def __getitem__(self, code: str) -> "PolicySpec":
        return self._rules[code].spec

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)
