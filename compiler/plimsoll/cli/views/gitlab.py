"""For GitLab's Code Quality: one JSON array on standard output, a finding a line.

What does not stand is left out: the format has no place for it. A verb that was refused or broke down leaves an entry
of the highest severity, since an empty array would say that nothing was found.
https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import hashlib
from pathlib import Path
from typing import Any

from plimsoll.cli.views.advice import advice
from plimsoll.cli.views.collected import Collected, CollectingView, Trouble
from plimsoll.cli.views.identity import fingerprints
from plimsoll.cli.views.json_text import json_text
from plimsoll.cli.views.order import rule_severity, stands
from plimsoll.cli.views.paint import safe
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic, Severity

_SEVERITIES = {
    (Severity.ERROR, "critical"): "blocker",
    (Severity.ERROR, "high"): "critical",
    (Severity.ERROR, ""): "critical",
    (Severity.ERROR, "medium"): "major",
    (Severity.ERROR, "low"): "major",
    (Severity.WARNING, "critical"): "major",
    (Severity.WARNING, "high"): "major",
}
"""GitLab's severity of a finding and of the rule it comes from; any other warning is minor, and a note is info."""


class GitlabView(CollectingView):
    """Findings that stand, and what kept the verb from its end."""

    def document(self, collected: Collected, _code: int) -> str:
        """The report."""
        findings, places = collected.findings or Findings(()), Places()
        standing = (one for one in collected.diagnostics if stands(one))
        entries = [
            *(_of_trouble(one, places) for one in collected.troubles),
            *(_entry(one, mark, findings, places) for one, mark in fingerprints(standing, findings, places)),
        ]
        return json_text(entries, 1)


def severity(one: Diagnostic) -> str:
    """How GitLab weighs a finding: what is denied more than what is warned of, a critical rule more than a low one."""
    if one.severity is Severity.NOTE:
        return "info"
    otherwise = "critical" if one.severity is Severity.ERROR else "minor"
    return _SEVERITIES.get((one.severity, rule_severity(one)), otherwise)


def _entry(one: Diagnostic, mark: str, findings: Findings, places: Places) -> dict[str, Any]:
    helped = advice(one)
    return {
        "description": _on_one_line(f"{one.message}; help: {helped}" if helped else one.message),
        "check_name": one.code,
        "fingerprint": mark,
        "severity": severity(one),
        "location": {
            "path": places.path(findings.file(one.span.path).path),
            "lines": {"begin": one.span.line, "end": one.span.line},
        },
    }


def _of_trouble(one: Trouble, places: Places) -> dict[str, Any]:
    path = places.path(one.where) if one.where and Path(one.where).is_file() else "."
    return {
        "description": _on_one_line(one.details),
        "check_name": "plimsoll",
        "fingerprint": hashlib.sha256(one.details.encode("utf-8", "surrogatepass")).hexdigest(),
        "severity": "blocker",
        "location": {"path": path, "lines": {"begin": 1, "end": 1}},
    }


def _on_one_line(text: str) -> str:
    return safe(" ".join(text.splitlines()))
