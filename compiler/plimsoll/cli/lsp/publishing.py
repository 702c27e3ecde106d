"""The compiler's findings as an editor's."""

from collections import defaultdict
from collections.abc import Mapping

from lsprotocol.types import (
    CodeDescription,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
)
from lsprotocol.types import (
    Diagnostic as Published,
)

from plimsoll.cli.lsp.analysis import Analysis
from plimsoll.cli.lsp.parts import explained
from plimsoll.cli.lsp.places import Places
from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity
from plimsoll.compiler.governance.rules import Rule

SOURCE = "plimsoll"

_SEVERITY = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.NOTE: DiagnosticSeverity.Information,
}
_UNNECESSARY = {"PLM-GOV-006", "PLM-IGN-004"}
"""Findings about something that could be removed; editors show it faded."""


def published(one: Diagnostic, places: Places, rules: Mapping[str, Rule]) -> Published:
    """A finding for an editor. One that a waiver or a comment lets stand is a hint, and says why.

    ``rules`` are those that were asked, by code: the code of a rule's finding leads to what the rule says.
    """
    leave = one.waived or one.ignored
    said = [one.message]
    said += [f"{word}: {text}" for word, text in (("note", one.note), ("help", one.help)) if text]
    said += [f"waived because: {one.waived}"] if one.waived else []
    said += [f"ignored because: {one.ignored}"] if one.ignored else []
    related = [DiagnosticRelatedInformation(places.location(label.span), _told(label)) for label in one.labels]
    rule = rules.get(one.code)
    return Published(
        places.range(one.span),
        "\n".join(said),
        severity=DiagnosticSeverity.Hint if leave else _SEVERITY[one.severity],
        code=one.code,
        code_description=CodeDescription(places.uri(rule.policy.span("spec", "id").path)) if rule else None,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if one.code in _UNNECESSARY else None,
        related_information=related or None,
        data={
            "explain": f"plimsoll explain {one.code}",
            "rule": "\n\n".join((rule.values["title"], *explained(rule.values))) if rule else None,
            "fix": one.fix.name if one.fix else None,
        },
    )


def _told(label: Label) -> str:
    """What a label says; the steps of a way are numbered."""
    return f"{label.hop}. {label.text}" if label.hop else label.text


def by_uri(analysis: Analysis, places: Places) -> dict[str, list[Published]]:
    """What was found, by the URI of the file they are in. What is found about the folder as a whole is in no file."""
    found: dict[str, list[Published]] = defaultdict(list)
    for one in analysis.diagnostics:
        if one.span.path != ".":
            found[places.uri(one.span.path)].append(published(one, places, analysis.rules))
    return dict(found)
