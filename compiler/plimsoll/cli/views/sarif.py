"""For code scanning: SARIF 2.1.0, one run, on standard output.

A verb that was refused or broke down leaves a run without ``results``: a list, though empty, would say that nothing was
found, and would close every alert. What forges take of a log is limited, so the lightest findings are left out beyond
that, and a notification says how many.
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import gzip
from typing import Any

from plimsoll.cli.views.collected import Collected, CollectingView
from plimsoll.cli.views.identity import fingerprints
from plimsoll.cli.views.json_text import json_text
from plimsoll.cli.views.order import by_place, worst_first
from plimsoll.cli.views.places import ROOT_ID, Places
from plimsoll.cli.views.sarif_result import LEVELS, plain, result
from plimsoll.cli.views.sarif_rule import rule
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.version import VERSION

MOST_RESULTS = 25_000
"""How many results GitHub takes of a run."""

MOST_BYTES = 10_000_000
"""How large GitHub lets a log be when it is gzipped."""

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_RESULTS_DEPTH = 4
"""How deep results lie in a log: each stands on a line of its own."""


class SarifView(CollectingView):
    """Findings as results, their codes as rules, refusals as notifications."""

    def document(self, collected: Collected, code: int) -> str:
        """The log, cut to what is taken of it."""
        worst = worst_first(collected.diagnostics)
        kept = worst[:MOST_RESULTS]
        while True:
            text = json_text(log(collected, kept, len(worst) - len(kept), code), _RESULTS_DEPTH)
            size = _packed(text)
            if size <= MOST_BYTES or not kept:
                return text
            kept = kept[: len(kept) * MOST_BYTES * 9 // (size * 10)]


def log(collected: Collected, kept: list[Diagnostic], left_out: int, code: int) -> dict[str, Any]:
    """The log with the findings that are kept."""
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "plimsoll", "semanticVersion": VERSION, "rules": _rules(collected, kept)}},
        "invocations": [_invocation(collected, left_out, code)],
        "originalUriBaseIds": {ROOT_ID: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
    }
    findings = collected.findings or Findings(())
    if collected.findings or not collected.troubles:
        places = Places()
        numbers = {one["id"]: number for number, one in enumerate(run["tool"]["driver"]["rules"])}
        run["results"] = [
            result(one, findings, places, numbers[one.code], mark)
            for one, mark in fingerprints(by_place(kept), findings, places)
        ]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rules(collected: Collected, kept: list[Diagnostic]) -> list[dict[str, Any]]:
    """The rules of findings by code. A rule's level is that of its worst finding, the first one here."""
    if collected.findings is None:
        return []
    worst: dict[str, Diagnostic] = {}
    for one in sorted(kept, key=lambda one: list(LEVELS).index(one.severity)):
        worst.setdefault(one.code, one)
    return [rule(code, worst[code].severity, collected.findings) for code in sorted(worst)]


def _invocation(collected: Collected, left_out: int, code: int) -> dict[str, Any]:
    notifications = [{"level": "error", "message": {"text": plain(one.details)}} for one in collected.troubles]
    if left_out:
        text = f"{left_out:,} findings are left out, the lightest ones: a log may not hold more"
        notifications.append({"level": "warning", "message": {"text": text}})
    told = {"toolExecutionNotifications": notifications} if notifications else {}
    return {"executionSuccessful": code in (CLEAN, FINDINGS) and not collected.troubles, "exitCode": code, **told}


def _packed(text: str) -> int:
    """How many bytes a log takes when it is gzipped; one that is short enough without is not."""
    return len(text) if len(text) <= MOST_BYTES else len(gzip.compress(text.encode("ascii"), 6))
