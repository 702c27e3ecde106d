"""For code scanning: SARIF 2.1.0, one run, on standard output.

Every rule that is reported is described from the catalogue of codes or the governance policies. A waived finding is a
suppressed result. A fingerprint does not depend on the line, so that a finding that moves stays the same finding.
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from plimsoll.cli.views.view import Findings, Line
from plimsoll.compiler.codes import CODES
from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.contract.refusal import Refused, Unavailable
from plimsoll.contract.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SECURITY = {"low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
"""A rule's severity as the CVSS-like number by which GitHub sorts alerts."""


class SarifView:
    """Collects, and writes the log when the verb ends. Refusals go where people look: a log holds findings only."""

    def __init__(self) -> None:
        self._results: list[dict[str, Any]] = []
        self._rules: dict[str, dict[str, Any]] = {}

    def findings(self, findings: Findings) -> None:
        """Keep the findings as results, and their codes as rules."""
        for one in findings.diagnostics:
            self._rules.setdefault(one.code, rule(one, findings))
            self._results.append(result(one, findings))

    def result(self, _data: Mapping[str, Any], _lines: Iterable[Line]) -> None:
        """A log holds findings only."""

    def refused(self, refused: Refused) -> None:
        """Say it to people."""
        self.progress(f"error: {refused}")

    def unavailable(self, fault: Unavailable) -> None:
        """Say it to people."""
        self.progress(f"error: {fault}")

    def progress(self, message: str) -> None:
        """Say what is being done, where people look."""
        sys.stderr.write(f"{message}\n")

    def close(self, _code: int) -> None:
        """Write the log; one without results says that nothing was found."""
        driver = {
            "name": "plimsoll",
            "semanticVersion": VERSION,
            "rules": [self._rules[code] for code in sorted(self._rules)],
        }
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": self._results}
        log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
        sys.stdout.write(f"{json.dumps(log, indent=2, ensure_ascii=True)}\n")


def rule(one: Diagnostic, findings: Findings) -> dict[str, Any]:
    """What is known about the code of a finding."""
    title, meaning, mend = _explained(one, findings)
    text = f"{meaning}\n\nTo mend it: {mend}"
    severity = dict(one.properties).get("severity")
    properties: dict[str, Any] = {"tags": ["governance" if severity else "specs", one.code.split("-")[1].lower()]}
    if severity in _SECURITY:
        properties["security-severity"] = _SECURITY[severity]
    return {
        "id": one.code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": meaning},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[one.severity]},
        "properties": properties,
    }


def _explained(one: Diagnostic, findings: Findings) -> tuple[str, str, str]:
    """A code's title, meaning and remedy, from the governance rules or the catalogue of codes."""
    spec = findings.rules.get(one.code)
    if spec is not None:
        return spec.title, spec.rationale, spec.remedy
    known = CODES[one.code]
    return known.title, known.meaning, known.mend


def result(one: Diagnostic, findings: Findings) -> dict[str, Any]:
    """A finding as a result."""
    message = f"{one.message}\n{one.help}" if one.help else one.message
    identity = "\0".join((one.code, findings.file(one.span.path).path, one.subject, one.message))
    shown: dict[str, Any] = {
        "ruleId": one.code,
        "level": _LEVELS[one.severity],
        "message": {"text": message},
        "locations": [_location(one.span, findings)],
        "partialFingerprints": {"plimsoll/v1": hashlib.sha256(identity.encode()).hexdigest()},
    }
    if one.labels:
        shown["relatedLocations"] = [
            {**_location(label.span, findings), "message": {"text": label.text}} for label in one.labels
        ]
    if one.waived:
        shown["suppressions"] = [{"kind": "external", "status": "accepted", "justification": one.waived}]
    return shown


def _location(span: Span, findings: Findings) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column, "endLine": span.line, "endColumn": span.end}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(findings.file(span.path).path)}, "region": region}}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
