"""Findings as SARIF's results: places, fingerprints, suppressions and fixes."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from plimsoll.cli.views.advice import advice
from plimsoll.cli.views.paint import safe_lines
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic, Edit, Fix, Severity, Span

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
"""SARIF's names of the severities, the worst first."""

FINGERPRINT = "plimsoll/v1"
"""The name of the fingerprint, and the version of the way in which it is made."""


def result(one: Diagnostic, findings: Findings, places: Places, number: int, mark: str) -> dict[str, Any]:
    """A finding as a result. ``number`` is its rule's place among the rules, ``mark`` its fingerprint."""
    shown: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": number,
        "level": LEVELS[one.severity],
        "message": {"text": plain("\n".join(_told(one)))},
        "locations": [_location(one.span, findings, places)],
        "partialFingerprints": {FINGERPRINT: mark},
    }
    if one.labels:
        shown["relatedLocations"] = [
            {**_location(label.span, findings, places), "message": {"text": plain(label.text)}} for label in one.labels
        ]
    if findings.baseline:
        shown["baselineState"] = "unchanged" if one.known else "new"
    if any(label.hop for label in one.labels):
        shown["codeFlows"] = [_code_flow(one, findings, places)]
    suppressions = list(_suppressions(one))
    if suppressions:
        shown["suppressions"] = suppressions
    if one.fix:
        shown["fixes"] = [_fix(one.fix, findings, places)]
    return shown


def _code_flow(one: Diagnostic, findings: Findings, places: Places) -> dict[str, Any]:
    """The way of data step by step, to the place that the finding is about (SARIF 2.1.0, 3.36)."""
    steps = [(label.span, label.text) for label in sorted(one.labels, key=lambda label: label.hop) if label.hop]
    steps.append((one.span, one.caption or one.message))
    locations = [
        {
            "location": {**_location(span, findings, places), "message": {"text": plain(text)}},
            "executionOrder": number,
            "importance": "essential" if number in (1, len(steps)) else "important",
        }
        for number, (span, text) in enumerate(steps, 1)
    ]
    return {"message": {"text": "the way of the data"}, "threadFlows": [{"locations": locations}]}


def plain(text: str) -> str:
    """A message in which nothing steers what shows it: texts come from specs.

    No control characters, and nothing that is taken for an embedded link (SARIF 2.1.0, 3.11.6).
    """
    shown = safe_lines(text)
    if "](" not in shown:
        return shown
    return shown.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _told(one: Diagnostic) -> Iterator[str]:
    yield one.message
    for word, text in (("note", one.note), ("help", advice(one))):
        if text:
            yield f"{word}: {text}"


def _suppressions(one: Diagnostic) -> list[dict[str, Any]]:
    """A waiver is kept apart from what it excuses; a comment stands in the file (SARIF 2.1.0, 3.35.2)."""
    given = (("external", one.waived), ("inSource", one.ignored))
    return [{"kind": kind, "status": "accepted", "justification": safe_lines(why)} for kind, why in given if why]


def _fix(fix: Fix, findings: Findings, places: Places) -> dict[str, Any]:
    """A fix with its edits by file. One that needs a look says so, and is marked as not safe."""
    caution = "" if fix.safe else " (look at what it changes before you keep it)"
    files = groupby(sorted(fix.edits), key=lambda edit: edit.path)
    return {
        "description": {"text": plain(f"{fix.title}{caution}")},
        "artifactChanges": [
            {
                "artifactLocation": places.location(findings.file(path).path),
                "replacements": [_replacement(edit) for edit in edits],
            }
            for path, edits in files
        ],
        "properties": {"name": fix.name, "safe": fix.safe},
    }


def _replacement(edit: Edit) -> dict[str, Any]:
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _location(span: Span, findings: Findings, places: Places) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.line, "endColumn": span.end}
    return {"physicalLocation": {"artifactLocation": places.location(findings.file(span.path).path), "region": region}}
