"""The findings of a whole project, governance's among them: what ``plimsoll check`` would say of these files."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from plimsoll.cli.lsp.companies import catalogue
from plimsoll.cli.lsp.disk import Files
from plimsoll.cli.lsp.history import History
from plimsoll.cli.lsp.text import without_mark
from plimsoll.compiler.cache import references
from plimsoll.compiler.cache.codec import plain
from plimsoll.compiler.cache.memory import Memory
from plimsoll.compiler.cache.snapshot import Kept, Snapshot
from plimsoll.compiler.cache.verdicts import evaluate
from plimsoll.compiler.diagnostics import Diagnostic, Outcome, in_order
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.judge import judge, rules_of
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.terms import Authors, terms_of
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.naming import name_units
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.project.reading import read
from plimsoll.compiler.project.unit import Reading
from plimsoll.compiler.suppression.apply import apply_suppressions
from plimsoll.compiler.suppression.mark import MARK


@dataclass(frozen=True)
class Analysis:
    """What was found, and the files it was found in."""

    diagnostics: tuple[Diagnostic, ...]
    sources: Mapping[str, SourceFile]
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """The rules that were asked, by the code of their findings."""

    def holds_for(self, path: str, text: str) -> bool:
        """Whether a file still has the text in which its findings were found."""
        return path in self.sources and self.sources[path].text == without_mark(text)


@dataclass
class Examiner:
    """Examines a project again and again, each time only what concerns the files that changed.

    Law: what is found depends on the files, the rules and git's history alone, and not on what was examined before.
    """

    root: Path
    _files: dict[str, tuple[SourceFile, Reading]] = field(default_factory=dict)
    _before: Snapshot = field(default_factory=Snapshot)
    """How things stood when the project was last judged."""
    _history: History = field(default_factory=History)

    def examine(self, files: Files, today: date, known: Outcome[Catalogue] | None = None) -> Analysis:
        """Read, resolve and judge; as in ``plimsoll check``, each only when nothing blocks before it.

        ``known`` are the rules beside the project's own: those that Plimsoll brings, where no others are given.
        """
        self._files = {one.path: self._reading(one) for one in files.sources.files}
        memory = Memory(before=self._before)
        memory.after.files = {path: _kept(*one) for path, one in self._files.items()}
        readings = [reading for _, reading in self._files.values()]
        shelf = Shelf(lambda path: self._files[path][0], lambda path: self._files[path][1].facts)
        named = name_units(self.root, (unit for one in readings for unit in one.units), shelf)
        found = [*files.diagnostics, *(found for one in readings for found in one.diagnostics), *named.diagnostics]
        rules: dict[str, Rule] | None = None
        known = known or catalogue()
        if named.value is not None and not _blocked(found):
            judging = _Judging(known, today, self._history.authors(named.value, files.open))
            rules = self._judge(named.value, memory, judging, found)
        if known.value is None:
            found += known.diagnostics
        marked = [source for source, _ in self._files.values() if MARK in source.text]
        everything = in_order(apply_suppressions(found, marked, rules=None if rules is None else {*rules}))
        return Analysis(everything, {path: source for path, (source, _) in self._files.items()}, rules or {})

    def _reading(self, source: SourceFile) -> tuple[SourceFile, Reading]:
        known = self._files.get(source.path)
        return known if known is not None and known[0].text == source.text else (source, read(source))

    def _judge(
        self, project: Project, memory: Memory, by: "_Judging", found: list[Diagnostic]
    ) -> dict[str, Rule] | None:
        """Add what references and rules find; returns the rules by their codes, if it came to them."""
        changed = _changed(memory)
        found += references.check(project, memory, changed, jobs=1)
        if _blocked(found) or by.rules.value is None:
            return None
        found += by.rules.diagnostics
        verdicts, terms = partial(evaluate, memory=memory, changed=changed, jobs=1), terms_of(project, by.authors)
        found += judge(project, catalogue=by.rules.value, today=by.today, evaluate=verdicts, terms=terms).diagnostics
        self._before = memory.after
        return {rule.code: rule for rule in (rules_of(terms, by.rules.value).value or {}).values()}


class _Judging(NamedTuple):
    """What a project is judged by, beside what it says itself."""

    rules: Outcome[Catalogue]
    today: date
    authors: Authors


def _blocked(found: list[Diagnostic]) -> bool:
    return any(one.blocks for one in found)


def _kept(source: SourceFile, reading: Reading) -> Kept:
    digest = hashlib.sha256(source.text.encode(errors="surrogatepass")).digest()
    return Kept((0, 0, 0), digest, reading.units, plain(reading.diagnostics), marked=MARK in source.text)


def _changed(memory: Memory) -> set[tuple[str, str]]:
    """The kind and name of every spec whose file is not as it was."""
    before, after = memory.before.files, memory.after.files
    differ = [
        path
        for path in before.keys() | after.keys()
        if path not in before or path not in after or before[path].digest != after[path].digest
    ]
    sides = [files[path] for files in (before, after) for path in differ if path in files]
    return {(unit.kind, unit.name) for kept in sides for unit in kept.units}
