"""How many findings of each weight there are."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from plimsoll.cli.views.order import excuse_of, stands
from plimsoll.compiler.diagnostics import Diagnostic, Severity


class Counts(NamedTuple):
    """Findings by weight; those that are waived, ignored or known stand apart, whatever they would weigh."""

    errors: int
    warnings: int
    notes: int
    waived: int
    ignored: int = 0
    known: int = 0
    """How many a baseline has."""
    fixable: int = 0
    """How many of those that stand ``plimsoll check --fix`` mends without being told the name of a fix."""

    def sentence(self) -> str:
        """The counts in words, without those that are nought; empty when nothing was found."""
        named = ((self.errors, "error"), (self.warnings, "warning"), (self.notes, "note"))
        words = [f"{number:,} {word}{'s' if number > 1 else ''}" for number, word in named if number]
        excused = ((self.waived, "waived"), (self.ignored, "ignored"), (self.known, "known"))
        return ", ".join([*words, *(f"{number:,} {word}" for number, word in excused if number)])


def count(diagnostics: Iterable[Diagnostic]) -> Counts:
    """Count findings by weight. One that is both waived and ignored counts as waived."""
    tally: Counter[str] = Counter()
    for one in diagnostics:
        tally[excuse_of(one) or one.severity] += 1
        tally["fixable"] += bool(one.fix and one.fix.safe and stands(one))
    return Counts(
        tally[Severity.ERROR],
        tally[Severity.WARNING],
        tally[Severity.NOTE],
        tally["waived"],
        tally["ignored"],
        tally["known"],
        tally["fixable"],
    )
