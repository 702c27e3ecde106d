"""What all parts of an OSCAL document share: the audit, and the identifiers that its names give."""

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from uuid import UUID, uuid5

from plimsoll.compiler.audit.document import Audit, Control
from plimsoll.compiler.audit.judged import Finding, RuleResult

_ROOT = UUID("6c1f4c5e-2f0f-5d4b-8a47-0d6f6f3c1a55")
"""Under which all identifiers are made: version 5, so that the same names give the same ones."""


class Scope:
    """An audit on its way to OSCAL."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit
        header = audit.header
        self._names = f"{header.project}/{header.environment}"
        self.when = f"{header.day}T00:00:00Z"

    def id(self, *names: str) -> str:
        """An identifier: stable from one audit of the environment to the next, for what stays the same."""
        return str(uuid5(_ROOT, "/".join((self._names, *names))))

    @cached_property
    def rules(self) -> list[RuleResult]:
        """The rules that something can be said about."""
        return [one for one in self.audit.rules if one.judged or one.unanswered]

    @cached_property
    def controls(self) -> list[Control]:
        """The controls that bind here."""
        return [one for one in self.audit.controls if one.state != "not applicable"]

    def told(self) -> Iterator[tuple[RuleResult, Finding]]:
        """Every finding, with its rule."""
        return ((rule, finding) for rule in self.rules for finding in rule.findings)

    def finding_id(self, rule: RuleResult, finding: Finding, what: str = "finding") -> str:
        """The identifier of a finding, or of what comes of it; lines, which move, are no part of it."""
        again = self._again[id(finding)]
        return self.id(what, *_said(rule, finding), *([str(again)] if again else []))

    @cached_property
    def _again(self) -> dict[int, int]:
        """How many findings in the same words each comes after: of two sinks of a spec a rule may say the same."""
        seen = Counter[tuple[str, ...]]()
        found = dict[int, int]()
        for rule, finding in self.told():
            said = _said(rule, finding)
            found[id(finding)] = seen[said]
            seen[said] += 1
        return found


def _said(rule: RuleResult, finding: Finding) -> tuple[str, ...]:
    return rule.id, finding.rendered or finding.object, finding.expression, finding.message
