"""The life of a waiver: it holds, runs out, is not needed, or was never sound."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity
from plimsoll.compiler.governance.checked import CheckedProject
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.project.typed import type_document

Judged = Callable[..., Outcome[CheckedProject]]


def _of(outcome: Outcome[Any], code: str) -> list[Diagnostic]:
    return [d for d in outcome.diagnostics if d.code == code]


def _waiver(**changed: str) -> str:
    spec = {
        "policy": "SEC-07",
        "object": "Environment/staging",
        "environments": "[staging]",
        "reason": "the key service is not there yet",
        "ticket": "SEC-1",
        "approver": "ciso@example.org",
        "expires": "2027-12-31",
        **changed,
    }
    body = ", ".join(f"{key}: {value}" for key, value in spec.items())
    return f"""---
apiVersion: plimsoll.dev/v1
kind: Waiver
metadata: {{name: w, owner: platform@example.org}}
spec: {{{body}}}
"""


def test_a_waived_finding_is_shown_and_does_not_block(judged: Judged) -> None:
    outcome = judged("no key", more=_waiver())
    (found,) = outcome.diagnostics
    assert (found.code, found.severity, found.waived) == (
        "PLM-SEC-07",
        Severity.ERROR,
        "the key service is not there yet",
    )
    assert outcome.value is not None
    assert outcome.value.waived == (found,)


@pytest.mark.parametrize(
    ("days", "waived", "codes"),
    [
        (-31, True, set()),
        (-30, True, {"PLM-GOV-007"}),
        (0, True, {"PLM-GOV-007"}),
        (1, False, {"PLM-GOV-005"}),
    ],
)
def test_a_waiver_holds_to_the_end_of_its_last_day(judged: Judged, days: int, waived: bool, codes: set[str]) -> None:
    outcome = judged("no key", more=_waiver(), today=date(2027, 12, 31) + timedelta(days=days))
    (found,) = _of(outcome, "PLM-SEC-07")
    assert bool(found.waived) is waived
    assert {d.code for d in outcome.diagnostics} - {"PLM-SEC-07"} == codes
    assert (outcome.value is not None) is waived


def test_a_waiver_that_is_not_needed_is_told(judged: Judged) -> None:
    (found,) = judged(more=_waiver()).diagnostics
    assert (found.code, found.severity) == ("PLM-GOV-006", Severity.WARNING)
    (elsewhere,) = _of(judged("no key", more=_waiver(environments="[production]")), "PLM-GOV-006")
    assert elsewhere.subject == "Waiver/w"


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        ({"policy": "SCE-07"}, "there is no rule SCE-07", "did you mean 'SEC-07'?"),
        ({"object": "Environment/stagging"}, "there is no Environment/stagging", "did you mean 'Environment/staging'?"),
    ],
)
def test_a_waiver_of_something_unknown_is_an_error(
    judged: Judged, change: dict[str, str], message: str, hint: str
) -> None:
    (found,) = _of(judged(more=_waiver(**change)), "PLM-GOV-004")
    assert (found.message, found.help, found.blocks) == (message, hint, True)


@pytest.mark.parametrize("approver", ["platform@example.org", "Platform@Example.org"])
def test_nobody_approves_a_waiver_of_their_own(judged: Judged, approver: str) -> None:
    outcome = judged("no key", more=_waiver(approver=approver))
    assert {d.code for d in outcome.diagnostics if d.blocks} == {"PLM-GOV-008", "PLM-SEC-07"}


@pytest.mark.parametrize("expires", ["soon", "2027-02-30", "31.12.2027", '""'])
def test_a_waiver_with_a_malformed_end_never_becomes_one(expires: str) -> None:
    (document,) = parse(SourceFile("w.yaml", _waiver(expires=expires))).value or ()
    typed = type_document(document)
    assert typed.value is None
    assert typed.diagnostics[0].blocks


def test_a_waiver_for_one_environment_leaves_the_other(judged: Judged) -> None:
    waiver = _waiver(policy="PRV-08", object="DataSource/visits", environments="[staging]")
    counts, waived = sorted(_of(judged("no erasure", more=waiver), "PLM-PRV-08"), key=lambda d: d.waived)
    assert ("environments", "production") in counts.properties
    assert counts.blocks
    assert ("environments", "staging") in waived.properties
    assert waived.waived == "the key service is not there yet"
