"""How many findings of each weight there are."""

from collections.abc import Iterable
from typing import NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic, Severity


class Counts(NamedTuple):
    """Findings by weight; those that are waived stand apart, whatever they would weigh."""

    errors: int
    warnings: int
    notes: int
    waived: int

    def sentence(self) -> str:
        """The counts in words, without those that are nought; empty when nothing was found."""
        named = ((self.errors, "error"), (self.warnings, "warning"), (self.notes, "note"))
        words = [f"{number} {word}{'s' if number > 1 else ''}" for number, word in named if number]
        return ", ".join([*words, f"{self.waived} waived"] if self.waived else words)


def count(diagnostics: Iterable[Diagnostic]) -> Counts:
    """Count findings by weight."""
    found = tuple(diagnostics)
    standing = [one.severity for one in found if not one.waived]
    return Counts(
        standing.count(Severity.ERROR),
        standing.count(Severity.WARNING),
        standing.count(Severity.NOTE),
        len(found) - len(standing),
    )
