"""Which findings stand, and in which order they are told: total orders, so that a set of findings has one text only."""

from collections.abc import Iterable
from typing import Any

from plimsoll.compiler.diagnostics import Diagnostic, Severity

_RANKS = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_EXCUSED = len(_RANKS)
_RULE_RANKS = {"critical": 0, "high": 1, "": 1, "medium": 2, "low": 3}
"""Governance rules carry a severity of their own; a finding of reading or typing is taken for a high one."""


def stands(one: Diagnostic) -> bool:
    """Whether a finding counts: nobody waived it, no comment asks to leave it aside, and no baseline has it."""
    return not excuse_of(one)


def excuse_of(one: Diagnostic) -> str:
    """By what a finding does not count, in a word; empty where it does."""
    return "waived" if one.waived else "ignored" if one.ignored else "known" if one.known else ""


def reason_of(one: Diagnostic) -> str:
    """Why a finding does not count, as a sentence's end."""
    if one.waived or one.ignored:
        return f"because: {one.waived or one.ignored}"
    return f"since {one.known}" if one.known else ""


def rule_severity(one: Diagnostic) -> str:
    """The severity of the governance rule that a finding comes from; empty when it comes from none."""
    return dict(one.properties).get("severity", "")


def by_place(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings by file, line and column.

    Law: any permutation of the same findings gives the same list.
    """
    return sorted(diagnostics, key=_place)


def worst_first(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Findings by weight, and those of one weight by place; what does not stand comes last.

    Law: any permutation of the same findings gives the same list.
    """
    return sorted(diagnostics, key=lambda one: (_weight(one), _place(one)))


def _weight(one: Diagnostic) -> tuple[int, int]:
    rank = _RANKS[one.severity] if stands(one) else _EXCUSED
    return rank, _RULE_RANKS.get(rule_severity(one), 1)


def _place(one: Diagnostic) -> tuple[Any, ...]:
    """Everything that a finding says, its place first."""
    span, fix = one.span, one.fix
    labels = tuple((label.span, label.text) for label in one.labels)
    mending = (fix.name, fix.title, fix.edits, fix.safe) if fix else ()
    told = (str(one.severity), one.caption, labels, one.note, one.help, one.subject, one.waived, one.ignored, one.known)
    return (span.path, span.line, span.column, span.end, one.code, one.message, told, one.properties, mending)
