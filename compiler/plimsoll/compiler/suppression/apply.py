"""Hold findings against the comments beside them, and the comments against the findings."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from difflib import get_close_matches

from plimsoll.compiler.codes import CODES
from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.suppression.directives import Ignore, ignores
from plimsoll.compiler.suppression.mark import MARK

_GROUP = re.compile(r"PLM-([A-Z]+)-[0-9]+\Z")
_OWN = {found[1] for code in CODES if (found := _GROUP.match(code))}
"""The groups of codes that are not governance rules."""

_OF_CHECKS = {"SRC", "YML", "TYP", "REF", "GOV"}
"""The groups whose findings ``check`` can make."""


def apply_suppressions(
    diagnostics: Iterable[Diagnostic], sources: Iterable[SourceFile], *, rules: Collection[str] | None = None
) -> tuple[Diagnostic, ...]:
    """The findings, with those that a comment lets be marked as ignored, and what is to be said of the comments.

    ``rules`` are the codes of the governance rules that were judged, such as ``PLM-RES-01``. Where it is None, judging
    was not reached: then no comment is called unused, since nobody knows what would have been found.

    Only warnings and notes can be ignored. An error stays as it is, and the comment beside it becomes a finding.
    """
    found = tuple(diagnostics)
    read = [(source.path, ignores(source)) for source in sources if MARK in source.text]
    if not read:
        return found
    by_line: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, one in enumerate(found):
        by_line[one.span.path, one.span.line].append(number)
    marked = list(found)
    said: list[Diagnostic] = []
    for path, of_file in read:
        said += of_file.diagnostics
        for ignore in of_file.ignores:
            numbers = [n for line in ignore.lines for n in by_line[path, line]]
            said += _apply(ignore, numbers, marked, rules)
    return (*marked, *said)


def _apply(
    ignore: Ignore, numbers: list[int], marked: list[Diagnostic], rules: Collection[str] | None
) -> Iterator[Diagnostic]:
    """Mark what one comment lets be, and say what is wrong with the comment."""
    for code, span in ignore.codes:
        here = [n for n in numbers if marked[n].code == code and not marked[n].ignored]
        errors = [n for n in here if marked[n].severity is Severity.ERROR]
        for n in set(here) - set(errors):
            marked[n] = replace(marked[n], ignored=ignore.reason)
        if errors:
            yield _never(code, span, governed=_group(code) not in _OWN)
        elif not here:
            yield from _about(code, span, rules)


def _about(code: str, span: Span, rules: Collection[str] | None) -> Iterator[Diagnostic]:
    """What is wrong with a code that found nothing to ignore."""
    group = _group(code)
    if code not in CODES and (group in _OWN or not group or (rules is not None and code not in rules)):
        known = [*(one for one in CODES if _group(one) in _OF_CHECKS), *(rules or ())]
        near = get_close_matches(code, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else ""
        yield Diagnostic("PLM-IGN-003", Severity.WARNING, f"there is no code {code!r}", span, help=hint)
    elif group in _OWN - _OF_CHECKS:
        yield _never(code, span, governed=False)
    elif rules is not None:
        message = f"there is no {code} here to ignore"
        hint = "remove it: it would hide the next finding"
        yield Diagnostic("PLM-IGN-004", Severity.WARNING, message, span, help=hint)


def _never(code: str, span: Span, *, governed: bool) -> Diagnostic:
    message = f"{code} cannot be ignored here"
    hint = "have a Waiver approved, which ends on a day" if governed else "mend what was found, and remove the comment"
    note = "a comment lets warnings and notes be, never an error or a policy that is denied"
    return Diagnostic("PLM-IGN-005", Severity.ERROR, message, span, note=note, help=hint)


def _group(code: str) -> str:
    found = _GROUP.match(code)
    return found[1] if found else ""
