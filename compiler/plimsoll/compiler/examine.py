"""A folder of specs → a checked project, reusing what an earlier run found about whatever has not changed."""

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.compiler.cache import readings, references
from plimsoll.compiler.cache.marks import Marks
from plimsoll.compiler.cache.memory import Memory, memories
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.loading.sources import list_files, no_specs
from plimsoll.compiler.project.naming import name_units
from plimsoll.compiler.project.unit import Key

if TYPE_CHECKING:
    from plimsoll.compiler.governance.catalogue import Catalogue
    from plimsoll.compiler.governance.checked import CheckedProject
    from plimsoll.compiler.governance.companies import Shared
    from plimsoll.compiler.governance.rules import Rule
    from plimsoll.compiler.governance.terms import Terms
    from plimsoll.compiler.loading.sources import SourceFile
    from plimsoll.compiler.project.project import Project


@dataclass
class Examination:
    """How far a folder of specs came, and what was found on the way."""

    root: Path
    found: tuple[Diagnostic, ...] = ()
    files: tuple[str, ...] = ()
    """The paths of the files that could be read."""
    project: "Project | None" = None
    """The resolved project, whether governance lets it pass or not."""
    judged: bool = False
    """Whether its objects were held against the rules."""
    rules: "Mapping[str, Rule]" = field(default_factory=dict)
    """The catalogue's rules and the project's own, by id."""
    checked: "CheckedProject | None" = None
    terms: "Terms | None" = None
    """The policies, bindings and waivers that it was judged by."""
    told: tuple[str, ...] = ()
    """What was reused, what was not, and why."""
    sources: "Mapping[str, SourceFile]" = field(default_factory=dict)
    """Files that findings point into and that do not lie in the folder."""

    @property
    def blocked(self) -> bool:
        """Whether something stops the way on."""
        return any(one.blocks for one in self.found)


def examine(
    root: Path,
    policies: Path,
    today: date,
    *,
    cached: bool = True,
    jobs: int = 1,
    base: str | None = None,
    shared: "Sequence[Shared]" = (),
    leave_out: Collection[str] = (),
) -> Examination:
    """Find, load and judge the specs of a folder, as far as nothing blocks.

    With ``base``, a revision of git, policies, bindings and waivers count as they were where this branch left it.
    ``shared`` are rules of companies beside the catalogue's; ``leave_out`` are folders below that hold no specs.

    Law: the outcome is the same whatever the cache holds, and in however many processes.
    """
    one = Examination(root)
    with _no_collection():
        memory, rules = memories(root, policies, cached=cached)
        with readings.reader(root, memory, jobs=jobs) as reader:
            marks = Marks(root, cached=cached)
            _pass_stages(one, _Run(memory, rules, policies, today, jobs, base, shared, marks, leave_out, reader))
        memory.keep(checked=one.project is not None)
        rules.keep(checked=True)
    one.told = (*memory.told, *(f"of the policies: {trouble}" for trouble in rules.troubles))
    return one


_TURNS = count(1)
_TURNS_OF_GARBAGE = 8
"""After how many examinations a process that goes on making them looks for what they left."""


@contextmanager
def _no_collection() -> Iterator[None]:
    """Without the collector of cycles, which would walk a hundred thousand values that all stay, again and again.

    They are handed over to its oldest generation, which it hardly ever walks: a command ends before that.
    """
    if next(_TURNS) % _TURNS_OF_GARBAGE == 0:
        gc.collect()
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()


@dataclass(frozen=True)
class _Run:
    """What the stages of one examination share."""

    memory: Memory
    rules: Memory
    policies: Path
    today: date
    jobs: int
    base: str | None
    shared: "Sequence[Shared]"
    marks: Marks
    leave_out: Collection[str]
    reader: "readings.Reader | None"
    """Reads files if few have changed."""

    @cached_property
    def catalogue(self) -> "Outcome[Catalogue]":
        """The rules. Governance is not imported for specs that never get there."""
        from plimsoll.compiler.cache.catalogue import recall_catalogue

        known = recall_catalogue(self.policies, self.rules)
        if not self.shared or known.value is None:
            return known
        from plimsoll.compiler.governance.companies import with_companies

        whole = with_companies(known.value, self.shared, lambda digest: self.marks.has(f"sound-{digest}"))
        if whole.value is not None:
            for digest in (f"sound-{one.digest}" for one in self.shared):
                if not self.marks.has(digest):
                    self.marks.add(digest)
        return Outcome(whole.value, (*known.diagnostics, *whole.diagnostics))

    def get_ready(self) -> None:
        """Load what checks and judges, which most specs come to."""
        from plimsoll.compiler.cache.verdicts import evaluate
        from plimsoll.compiler.governance.findings import compile_rules
        from plimsoll.compiler.governance.judge import judge
        from plimsoll.compiler.project.references import check_one

        assert [evaluate, judge, check_one]
        if self.catalogue.value is not None:
            compile_rules(self.catalogue.value.rules.values())


def _pass_stages(one: Examination, run: _Run) -> None:
    listed = list_files(one.root, run.leave_out)
    read = readings.take(one.root, listed, run.memory, jobs=run.jobs, few=run.reader, meanwhile=run.get_ready)
    one.found, one.files = tuple(read.diagnostics), tuple(read.files)
    if not read.files and not one.blocked:
        one.found = (*one.found, no_specs())
    _resolve(one, run, read)
    one.found = in_order(_suppressed(one, read))


def _suppressed(one: Examination, read: readings.Readings) -> tuple[Diagnostic, ...]:
    """What was found, as the comments beside it have it."""
    marked = read.marked
    if not marked:
        return one.found
    from plimsoll.compiler.suppression.apply import apply_suppressions

    return apply_suppressions(
        one.found, marked, rules={rule.code for rule in one.rules.values()} if one.judged else None
    )


def _resolve(one: Examination, run: _Run, read: readings.Readings) -> None:
    named = name_units(one.root, read.units, read.shelf)
    one.found = (*one.found, *named.diagnostics)
    if one.blocked or named.value is None:
        return
    changed = run.memory.changed()
    one.found = (*one.found, *references.check(named.value, run.memory, changed, jobs=run.jobs))
    if not one.blocked:
        one.project = named.value
        _judge(one, named.value, run, changed)


def _judge(one: Examination, project: "Project", run: _Run, changed: set[Key]) -> None:
    from plimsoll.compiler.cache.authors import recalled_authors
    from plimsoll.compiler.cache.verdicts import evaluate
    from plimsoll.compiler.governance.judge import judge, rules_of
    from plimsoll.compiler.governance.terms import terms_of

    catalogue = run.catalogue
    one.found = (*one.found, *catalogue.diagnostics)
    one.sources = {
        path: source
        for path in {found.span.path for found in catalogue.diagnostics}
        for each in run.shared
        if (source := each.source(path)) is not None
    }
    if catalogue.value is None:
        return
    verdicts = partial(evaluate, memory=run.memory, changed=changed, jobs=run.jobs)
    terms = terms_of(project, recalled_authors(project, run.memory))
    if run.base is not None:
        terms = _terms_of_base(one, project, run, terms)
    judged = judge(project, catalogue=catalogue.value, today=run.today, evaluate=verdicts, terms=terms)
    one.terms = terms
    one.rules = rules_of(terms, catalogue.value).value or {}
    one.judged, one.checked, one.found = True, judged.value, (*one.found, *judged.diagnostics)
    if one.blocked:
        one.checked = None


def _terms_of_base(one: Examination, project: "Project", run: _Run, own: "Terms") -> "Terms":
    """What governs a change, and what is to be said of what the change does to that."""
    from plimsoll.compiler.governance.base import base_terms
    from plimsoll.compiler.governance.judge import faults_of

    assert run.base is not None
    assert run.catalogue.value is not None
    base = base_terms(project, run.base, own.authors)
    one.sources = {**one.sources, **base.sources}
    one.found = (*one.found, *base.found, *faults_of(base.pending, project, run.catalogue.value, run.today))
    return base.terms
