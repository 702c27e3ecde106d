"""The findings that a baseline knows: they stand open in an audit, and say since when they are known."""

from collections.abc import Iterable, Mapping

from plimsoll.compiler.diagnostics import Diagnostic, Span

Mark = tuple[str, str, str, Span]
"""By what a finding of the judge is found again: its code, the object, what it says and where."""


def known_marks(found: Iterable[Diagnostic]) -> Mapping[Mark, str]:
    """Since when each finding is known, of those that are.

    Findings that read the same and of which the baseline does not know all are none of them known.
    """
    since: dict[Mark, str] = {}
    new: set[Mark] = set()
    for one in found:
        mark = (one.code, one.subject, one.message, one.span)
        if one.known:
            since[mark] = max(one.known, since.get(mark, ""))
        elif not one.waived:
            new.add(mark)
    return {mark: day for mark, day in since.items() if mark not in new}
