"""Edits → text: replace the stretches that are named, and nothing else."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix
from plimsoll.compiler.editing.lines import Lines


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with every edit made. All of them are edits of this text.

    Law: what stands outside of the edits' stretches is in the result, in its order, byte for byte.

    Raises:
        ValueError: when two edits overlap, or one names a place that the text does not have.
    """
    parts: list[str] = []
    end = 0
    for start, stop, new in _stretches(text, edits):
        if start < end or stop < start:
            raise ValueError(f"edits overlap before offset {start}")
        parts += (text[end:start], new)
        end = stop
    return "".join((*parts, text[end:]))


def _stretches(text: str, edits: Iterable[Edit]) -> list[tuple[int, int, str]]:
    lines = Lines(text)
    return sorted(
        (lines.offset(one.line, one.column), lines.offset(one.end_line, one.end_column), one.text) for one in edits
    )


def chosen_fixes(diagnostics: Iterable[Diagnostic], names: Collection[str]) -> tuple[Fix, ...]:
    """The fixes that are applied together: safe ones, and those that are named.

    What is waived or ignored is left as it is. Of fixes that touch the same text, the first in the order of the
    findings is chosen; the others have their turn when the result is checked again.
    """
    taken: dict[str, list[Edit]] = defaultdict(list)
    fixes: list[Fix] = []
    for fix in _wanted(diagnostics, names):
        if not any(_touch(edit, other) for edit in fix.edits for other in taken[edit.path]):
            for edit in fix.edits:
                taken[edit.path].append(edit)
            fixes.append(fix)
    return tuple(fixes)


def _wanted(diagnostics: Iterable[Diagnostic], names: Collection[str]) -> Iterator[Fix]:
    for one in diagnostics:
        fix = one.fix
        if fix is not None and fix.edits and (fix.safe or fix.name in names) and not one.waived and not one.ignored:
            yield fix


def _touch(one: Edit, other: Edit) -> bool:
    """Whether two edits share a character or meet: of two that meet, the order would decide what comes out."""
    ends = (one.end_line, one.end_column), (other.end_line, other.end_column)
    return (one.line, one.column) <= ends[1] and (other.line, other.column) <= ends[0]
