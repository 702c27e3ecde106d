"""Codes as SARIF's rules, described from the catalogue of codes or the governance policies."""

from typing import Any

from plimsoll.cli.views.inert import inert
from plimsoll.cli.views.paint import safe, safe_lines
from plimsoll.cli.views.sarif_result import LEVELS
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.codes import CODES
from plimsoll.compiler.diagnostics import Severity

MOST_TAGS = 20
"""How many tags GitHub takes of a rule."""

_SECURITY = {"low": "3.0", "medium": "5.5", "high": "8.0", "critical": "9.5"}
"""A rule's severity as the CVSS-like number by which GitHub sorts the alerts of security rules."""

_OF_SECURITY = {"SEC", "SUP", "PRV", "RES"}
"""Groups of governance rules whose findings GitHub is to show as security alerts."""

_PROBLEM = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}


def rule(code: str, worst: Severity, findings: Findings) -> dict[str, Any]:
    """What is known about a code. ``worst`` is the severity of the worst of its findings."""
    title, meaning, mend = _explained(code, findings)
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": meaning},
        "help": {
            "text": f"{meaning}\n\nTo mend it: {mend}",
            "markdown": f"{inert(meaning)}\n\n**To mend it:** {inert(mend)}",
        },
        "defaultConfiguration": {"level": LEVELS[worst]},
        "properties": _properties(code, worst, findings),
    }


def _explained(code: str, findings: Findings) -> tuple[str, str, str]:
    """A code's title, meaning and remedy, from the governance rules or the catalogue of codes."""
    spec = findings.rules.get(code)
    if spec is not None:
        return safe(spec.title), safe_lines(spec.rationale), safe_lines(spec.remedy)
    known = CODES[code]
    return known.title, known.meaning, known.mend


def _properties(code: str, worst: Severity, findings: Findings) -> dict[str, Any]:
    group = code.split("-")[1]
    spec = findings.rules.get(code)
    if spec is None:
        return {"tags": ["specs", group.lower()], "problem.severity": _PROBLEM[worst]}
    controls = dict.fromkeys(f"{one.framework} {one.article}" for one in spec.controls)
    if group not in _OF_SECURITY:
        return {"tags": ["governance", group.lower(), *controls][:MOST_TAGS], "problem.severity": _PROBLEM[worst]}
    tags = ["governance", "security", group.lower(), *controls]
    return {"tags": tags[:MOST_TAGS], "security-severity": _SECURITY[spec.severity]}
