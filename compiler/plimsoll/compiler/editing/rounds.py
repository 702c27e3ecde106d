"""Fix, look again, and fix what is found then, until nothing more can be fixed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix
from plimsoll.compiler.editing.apply import apply_edits, chosen_fixes
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, Sources

MAX_ROUNDS = 20
"""How often a project is looked at again: a fix that brings a finding of its own must not keep us for ever."""

Find = Callable[[Sources], Iterable[Diagnostic]]
"""What is to be said about sources, in the order in which it is to be mended."""


@dataclass(frozen=True)
class FixedFile:
    """A file whose text was changed: its path, the text as it was and as it is to be, and how many fixes that took."""

    path: str
    before: str
    after: str
    fixes: int


def fix_sources(sources: Sources, names: Collection[str], find: Find) -> tuple[FixedFile, ...]:
    """Apply safe fixes, and those that are named, to the texts of sources; nothing is written.

    A file keeps its text where fixes would make it unreadable, or safe ones would change a value in it.

    Law: fixing what comes out changes nothing more, unless ``MAX_ROUNDS`` were not enough.
    """
    texts = {file.path: file.text for file in sources.files}
    counts: Counter[str] = Counter()
    stuck: set[str] = set()
    for _ in range(MAX_ROUNDS):
        now = replace(sources, files=tuple(SourceFile(path, text) for path, text in texts.items()))
        fixes = [fix for fix in chosen_fixes(find(now), names) if not stuck.intersection(_paths(fix, texts))]
        if not fixes:
            break
        changed = _apply(fixes, texts)
        stuck.update(changed.refused)
        counts.update(changed.counts)
        texts.update(changed.texts)
    return tuple(
        FixedFile(file.path, file.text, texts[file.path], counts[file.path])
        for file in sources.files
        if texts[file.path] != file.text
    )


@dataclass(frozen=True)
class _Round:
    texts: dict[str, str]
    counts: Counter[str]
    refused: frozenset[str]


def _apply(fixes: Iterable[Fix], texts: dict[str, str]) -> _Round:
    """The new texts of one round. A fix of several files is counted in the first of them."""
    edits: dict[str, list[Edit]] = defaultdict(list)
    safe: dict[str, bool] = defaultdict(lambda: True)
    counts: Counter[str] = Counter()
    for fix in fixes:
        counts[fix.edits[0].path] += 1
        for edit in fix.edits:
            edits[edit.path].append(edit)
            safe[edit.path] &= fix.safe
    new = {path: apply_edits(texts[path], of_file) for path, of_file in edits.items()}
    refused = frozenset(path for path, text in new.items() if not _sound(texts[path], text, safe=safe[path]))
    kept = {path: text for path, text in new.items() if path not in refused}
    return _Round(kept, Counter({path: number for path, number in counts.items() if path in kept}), refused)


def _sound(before: str, after: str, *, safe: bool) -> bool:
    """Whether a text can be read after fixes if it could before, and whether safe ones kept all of its values."""
    old, new = _values(before), _values(after)
    if old is None:
        return True
    return new is not None and (not safe or old == new)


def _values(text: str) -> list[dict[str, Any]] | None:
    documents = parse(SourceFile("", text)).value
    return None if documents is None else [one.value for one in documents]


def _paths(fix: Fix, texts: Collection[str]) -> set[str]:
    """The files of a fix; one that is not among the sources makes it a bug of whoever offered it."""
    paths = {edit.path for edit in fix.edits}
    if not paths <= set(texts):
        raise ValueError(f"a fix edits files that were not read: {', '.join(sorted(paths - set(texts)))}")
    return paths
