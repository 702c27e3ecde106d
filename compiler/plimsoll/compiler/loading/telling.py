"""How much is told of one file: each cause once, and no more than somebody reads."""

from collections.abc import Iterable

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.loading.limits import MAX_FINDINGS


def told(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings of one file, at most ``MAX_FINDINGS`` of them, and a note of how many more there are.

    Law: if any finding blocks, one that is told does.
    """
    findings = tuple(found)
    if len(findings) <= MAX_FINDINGS:
        return findings
    kept = sorted(findings, key=lambda one: not one.blocks)[:MAX_FINDINGS]
    message = f"there are {len(findings) - MAX_FINDINGS:,} more findings in this file; {MAX_FINDINGS} are shown"
    last = max(one.span for one in kept)
    return (*kept, Diagnostic("PLM-YML-010", Severity.NOTE, message, last, help="mend these first"))
