"""The compiler's findings as an editor's."""

from collections import defaultdict

from lsprotocol.types import (
    Diagnostic as Published,
)
from lsprotocol.types import (
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
)

from plimsoll.cli.lsp.places import Places
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity

SOURCE = "plimsoll"

_SEVERITY = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
_UNNECESSARY = {"PLM-GOV-006", "PLM-IGN-004"}
"""Findings about something that could be removed; editors show it faded."""


def published(one: Diagnostic, places: Places) -> Published:
    """A finding for an editor. One that a waiver or a comment lets stand is a hint, and says why."""
    leave = one.waived or one.ignored
    said = [one.message]
    said += [f"{word}: {text}" for word, text in (("note", one.note), ("help", one.help)) if text]
    said += [f"waived because: {one.waived}"] if one.waived else []
    said += [f"ignored because: {one.ignored}"] if one.ignored else []
    related = [DiagnosticRelatedInformation(places.location(label.span), _told(label)) for label in one.labels]
    return Published(
        places.range(one.span),
        "\n".join(said),
        severity=DiagnosticSeverity.Hint if leave else _SEVERITY[one.severity],
        code=one.code,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if one.code in _UNNECESSARY else None,
        related_information=related or None,
        data={"explain": f"plimsoll explain {one.code}", "fix": one.fix.name if one.fix else None},
    )


def _told(label: Label) -> str:
    """What a label says; the steps of a way are numbered."""
    return f"{label.hop}. {label.text}" if label.hop else label.text


def by_uri(diagnostics: tuple[Diagnostic, ...], places: Places) -> dict[str, list[Published]]:
    """Findings by the URI of the file they are in. What is found about the folder as a whole is in no file."""
    found: dict[str, list[Published]] = defaultdict(list)
    for one in diagnostics:
        if one.span.path != ".":
            found[places.uri(one.span.path)].append(published(one, places))
    return dict(found)
