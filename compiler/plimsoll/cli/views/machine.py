"""For machines: one JSON document a command, always of the same shape.

``apiVersion`` and ``kind`` name the schema; ``verb`` and ``exit`` the command and its exit code. ``findings`` are the
diagnostics, in the order of their places; ``summary`` counts them; ``result`` is the verb's own; ``error`` is what was
refused or is missing around us. What has nothing to say is null. Keys are added in later versions, never taken away.
docs/reference/command-report.schema.json describes them all.
"""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from plimsoll.cli.views.collected import Collected
from plimsoll.cli.views.count import count
from plimsoll.cli.views.json_text import json_text
from plimsoll.cli.views.view import Findings, Line
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic, Fix, Span


_DEPTH = 3
"""How deep the document is indented: each key of a finding has a line."""


class MachineView:
    """Collects, and writes the document when the verb ends."""

    def __init__(self, verb: str) -> None:
        self._collected = Collected()
        self._answered = False
        self._document: dict[str, Any] = {
            "apiVersion": "plimsoll.dev/v1",
            "kind": "CommandReport",
            "verb": verb,
            "exit": None,
            "findings": None,
            "summary": None,
            "result": None,
            "error": None,
        }

    def findings(self, findings: Findings) -> None:
        """Keep the diagnostics, together with those of earlier calls."""
        self._collected = self._collected.with_findings(findings)

    def result(self, data: Mapping[str, Any], _lines: Iterable[Line]) -> None:
        """Keep the verb's data."""
        self._document["result"] = {**(self._document["result"] or {}), **data}

    def own(self, document: str) -> None:
        """Write it, and nothing at the end."""
        sys.stdout.write(f"{document}\n")
        self._answered = True

    def refused(self, refused: Refused) -> None:
        """Keep the refusal."""
        self._document["error"] = {
            "what": refused.what,
            "where": refused.where,
            "why": refused.why,
            "help": refused.mend or None,
        }

    def unavailable(self, fault: Unavailable) -> None:
        """Keep what is missing."""
        self._document["error"] = {"what": fault.what, "where": None, "why": fault.why, "help": fault.mend or None}

    def progress(self, message: str) -> None:
        """Progress is for people, and goes where they look."""
        sys.stderr.write(f"{message}\n")

    def close(self, code: int) -> None:
        """Write the document, unless the verb wrote one of its own, or ended well and had nothing to say."""
        if self._answered and self._document["error"] is None:
            return
        if self._collected.findings is not None:
            told = self._collected.findings
            self._document["findings"] = [as_data(one, told) for one in self._collected.diagnostics]
            self._document["summary"] = _summary(told)
        elif self._document["result"] is None and self._document["error"] is None:
            if code == CLEAN:
                return
            self.unavailable(Unavailable("plimsoll", f"ended with exit code {code}", "its log says why"))
        sys.stdout.write(json_text({**self._document, "exit": code}, _DEPTH))


def _summary(findings: Findings) -> dict[str, Any]:
    counted = count(findings.diagnostics)
    return {
        "specs": findings.specs,
        "judgements": findings.judgements,
        **counted._asdict(),
        "seconds": round(findings.seconds, 3),
    }


def as_data(one: "Diagnostic", findings: Findings) -> dict[str, Any]:
    """A diagnostic as plain data; empty texts are null."""
    return {
        "code": one.code,
        "severity": str(one.severity),
        "message": one.message,
        "subject": one.subject or None,
        **_place(one.span, findings),
        "caption": one.caption or None,
        "labels": [
            {"text": label.text, "hop": label.hop or None, **_place(label.span, findings)} for label in one.labels
        ],
        "note": one.note or None,
        "help": one.help or None,
        "waived": one.waived or None,
        "ignored": one.ignored or None,
        "known": one.known or None,
        "fix": _fix(one.fix, findings) if one.fix else None,
        "properties": dict(one.properties),
    }


def _fix(fix: "Fix", findings: Findings) -> dict[str, Any]:
    edits = [{**asdict(edit), "path": findings.file(edit.path).path} for edit in fix.edits]
    return {"name": fix.name, "title": fix.title, "safe": fix.safe, "edits": edits}


def _place(span: "Span", findings: Findings) -> dict[str, Any]:
    return {
        "path": findings.file(span.path).path,
        "line": span.line,
        "column": span.column,
        "end": span.end,
    }
