"""The audit of an environment as a document: plain, complete, the same for the same input."""

import json
from typing import Any, Literal

from plimsoll.compiler.audit.header import Header
from plimsoll.compiler.audit.judged import Evidence, Object, RenderedObject, RuleResult
from plimsoll.compiler.audit.part import Count, Line, Part

STATEMENT = (
    "Checks support the controls that are named here. They are no proof that a control is met: that is for whoever "
    "answers for it, and for those who examine it."
)
"""What an audit may claim, and no more."""

State = Literal["supported", "findings", "waived", "gap", "not applicable"]
Weakness = Literal["nothing judged", "not evaluated", "audit mode", "declared only", "no rule"]


class Mapping(Part):
    """What a rule says of the control that it supports."""

    rule: str
    """The rule's id."""
    status: Literal["verified", "unverified"]
    """Whether somebody has read the article and found the mapping true."""
    effective_from: str | None
    """The first day on which the article binds."""
    jurisdiction: str | None
    """Where it binds; none, everywhere."""
    applies: bool
    """Whether the environment, or data in it, is declared to be there."""


class Control(Part):
    """A control of a law or a standard, and what checks say about it."""

    id: str
    """The framework and the article in small letters, as an anchor."""
    framework: str
    """The law or the standard."""
    article: str
    """The article, the control or the section."""
    state: State
    """`supported`: a rule applied and nothing stands against it. `gap`: no rule applied, or one has no answer."""
    why: str
    """The state in a sentence."""
    in_force: bool
    """Whether it binds on the day of the audit."""
    effective_from: str | None
    """The first day on which it binds, where that is known."""
    verified: bool
    """Whether every mapping was verified."""
    evidence: tuple[Evidence, ...]
    """What the rules that applied rest on."""
    weaknesses: tuple[Weakness, ...]
    """What the support lacks."""
    mappings: tuple[Mapping, ...]
    """The rules, and what each says of the control."""
    judged: Count
    """How many times a rule applied to an object."""
    open: Count
    """Of these, how many times there is a finding that stands."""
    known: Count
    """Of these, how many times a baseline knows all of them."""
    waived: Count
    """How many times there are none but waived ones."""
    not_evaluated: Count
    """How many times nobody knows."""


class Waiver(Part):
    """A finding that may stand for a while."""

    name: str
    """The name of its spec."""
    policy: str
    """The rule that is passed."""
    object: str
    """The object that may pass it."""
    reason: str
    """Why."""
    ticket: str
    """Where it is followed up."""
    approver: str
    """Who allowed it."""
    expires: str
    """The last day on which it holds."""
    path: str
    """Its file."""
    line: Line
    """Where its name stands."""
    covers: Count
    """How many findings stand under it here."""
    said: str
    """What is to be said of the waiver itself, such as that it has expired; empty when there is nothing."""


class Gap(Part):
    """Where support is missing, or weak."""

    weakness: Weakness
    """Of which kind."""
    framework: str
    """The law or the standard."""
    articles: tuple[str, ...]
    """The articles, one by one."""
    rules: tuple[str, ...]
    """The rules that have to do with it."""
    text: str
    """What is missing, in a sentence."""


class Framework(Part):
    """A law or a standard, and how its controls stand."""

    name: str
    """As rules name it."""
    title: str
    """Its full title, where that is known."""
    applies: bool
    """Whether it binds here at all."""
    supported: Count
    """Controls that checks support."""
    findings: Count
    """Controls with a finding that stands."""
    waived: Count
    """Controls with none but waived findings."""
    gap: Count
    """Controls that rules name, without support."""
    not_applicable: Count
    """Controls that do not bind here."""
    not_in_force: Count
    """Of all these, those that do not bind yet."""
    without_rule: tuple[str, ...]
    """Of the articles that are looked for, those that no rule names."""


class Totals(Part):
    """Everything together."""

    judgements: Count
    """How many times a rule applied to an object."""
    open: Count
    """Findings that stand."""
    known: Count
    """Of these, those that a baseline knows."""
    waived: Count
    """Findings that are waived."""
    not_evaluated: Count
    """Conditions without a value."""
    blocking: Count
    """Findings that stand and stop a release."""


class Audit(Part):
    """What was checked in an environment, and which controls that supports."""

    api_version: Literal["plimsoll.dev/v1"] = "plimsoll.dev/v1"
    """The version of this format."""
    kind: Literal["Audit"] = "Audit"
    """What the document is."""
    statement: str = STATEMENT
    """What it claims, and no more."""
    header: Header
    """Of what it is, who made it, when."""
    totals: Totals
    """The counts."""
    frameworks: tuple[Framework, ...]
    """By name."""
    controls: tuple[Control, ...]
    """By framework and article."""
    gaps: tuple[Gap, ...]
    """By framework and article."""
    waivers: tuple[Waiver, ...]
    """By name: those that may count in the environment."""
    rules: tuple[RuleResult, ...]
    """By id."""
    objects: tuple[Object, ...]
    """The specs that were judged, by key."""
    rendered: tuple[RenderedObject, ...]
    """The rendered objects that were judged, by file."""

    def rule(self, id_: str) -> RuleResult:
        """The result of a rule."""
        return next(one for one in self.rules if one.id == id_)


def audit_bytes(audit: Audit) -> bytes:
    """The one form of the document: JSON, UTF-8, one item of a list a line.

    Law: equal audits give equal bytes.
    """
    values: dict[str, Any] = audit.model_dump(mode="json", by_alias=True)
    rows = []
    for key, value in values.items():
        if isinstance(value, list) and value:
            items = ",\n".join(f"    {_line(item)}" for item in value)
            rows.append(f"  {_line(key)}: [\n{items}\n  ]")
        else:
            rows.append(f"  {_line(key)}: {_line(value)}")
    return ("{\n" + ",\n".join(rows) + "\n}\n").encode()


def _line(value: Any) -> str:
    """A value on one line. Text that is no Unicode is spelt as JSON's escapes, so that it always encodes."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False)
