"""The findings of types, references and governance policies."""

from dataclasses import dataclass
from typing import Any

from plimsoll.cli.report.given import GivenCheck, GivenFinding, read_given
from plimsoll.cli.report.section import Section
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.words import count

_WEIGHT = {"error": Status.BAD, "warning": Status.WARN}
_CONTROLS = "checks support "
"""How a policy's finding begins the note that names the controls."""
_OF_WAIVER = ("waiver", "ticket", "expires", "approver")


@dataclass(frozen=True)
class ShownFinding:
    """A finding, ready to be shown; empty texts are left out."""

    status: Status
    word: str
    code: str
    message: str
    subject: str
    place: str
    caption: str
    others: tuple[tuple[str, str], ...]
    """Further places, and what they have to do with it."""
    controls: tuple[str, ...]
    note: str
    remedy: str
    environments: str
    reason: str
    """Why it is waived."""
    waiver: tuple[tuple[str, str], ...]
    """What else is known of the waiver, such as its ticket and the day on which it expires."""


@dataclass(frozen=True)
class FindingsView:
    """Findings that count, those that are waived, and how much was judged."""

    open: tuple[ShownFinding, ...]
    waived: tuple[ShownFinding, ...]
    judged: str


def findings_section(document: dict[str, Any] | None) -> Section | None:
    """The section on findings, where ``check`` was run.

    Raises:
        Refused: when the document is not what ``plimsoll check --json`` prints.
    """
    if document is None:
        return None
    check = read_given(GivenCheck, "check", document)
    shown = [_shown(one) for one in check.findings]
    counting, waived = tuple(s for s in shown if not s.reason), tuple(s for s in shown if s.reason)
    errors = sum(one.status is Status.BAD for one in counting)
    warnings = sum(one.status is Status.WARN for one in counting)
    parts = [count(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    parts += [f"{len(waived)} waived"] if waived else []
    status = Status.BAD if errors else Status.WARN if warnings else Status.GOOD
    judged = _judged(check)
    lead = "Every spec is held against its kind and against the governance policies before anything is rendered."
    view = FindingsView(counting, waived, judged)
    return Section("findings", "Policies", status, " · ".join(parts) or "nothing found", lead, view)


def _judged(check: GivenCheck) -> str:
    if check.summary is None:
        return ""
    summary = check.summary
    return f"{count(summary.specs, 'spec')}, {count(summary.judgements, 'judgement')}, {summary.seconds:.2f} s"


def _shown(one: GivenFinding) -> ShownFinding:
    note = one.note or ""
    controls = tuple(note.removeprefix(_CONTROLS).split("; ")) if note.startswith(_CONTROLS) else ()
    waiver = tuple((name, str(one.properties[name])) for name in _OF_WAIVER if one.properties.get(name))
    return ShownFinding(
        status=Status.NONE if one.waived else _WEIGHT.get(one.severity, Status.NONE),
        word="waived" if one.waived else one.severity,
        code=one.code,
        message=one.message,
        subject=one.subject or "",
        place=f"{one.path}:{one.line}",
        caption=one.caption or "",
        others=tuple((f"{label.path}:{label.line}", label.text) for label in one.labels),
        controls=controls,
        note="" if controls else note,
        remedy=one.help or "",
        environments=str(one.properties.get("environments") or ""),
        reason=one.waived or "",
        waiver=waiver,
    )
