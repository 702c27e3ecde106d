"""An audit as one page that can be read, mailed and printed: no script, nothing fetched, long lists cut and counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plimsoll.cli.audit.human import burn_down
from plimsoll.cli.report.environment import environment
from plimsoll.cli.report.status import Status
from plimsoll.cli.report.words import count
from plimsoll.compiler.audit.articles import compact
from plimsoll.compiler.audit.document import Audit, Control, Framework, State, Waiver
from plimsoll.compiler.audit.judged import Document, Finding, RuleResult

_MOST_OBJECTS = 12
_MOST_FINDINGS = 25
_MOST_DOCUMENTS = 200
"""How many objects and findings of a rule are shown, and how many documents; audit.json has them all."""

_STATUS: dict[State, Status] = {
    "supported": Status.GOOD,
    "findings": Status.BAD,
    "waived": Status.WARN,
    "gap": Status.NONE,
    "not applicable": Status.NONE,
}
_ORDER: tuple[State, ...] = ("findings", "gap", "waived", "supported", "not applicable")
_RESULT = {"open": Status.BAD, "waived": Status.WARN, "not evaluated": Status.NONE}


@dataclass(frozen=True)
class ShownObject:
    """An object and where it stands."""

    key: str
    place: str


@dataclass(frozen=True)
class ShownFinding:
    """A finding, with the waiver under which it stands."""

    finding: Finding
    status: Status
    word: str
    place: str
    waiver: Waiver | None


@dataclass(frozen=True)
class ShownRule:
    """A rule, with what it has looked at; ``more`` objects and findings are not shown."""

    rule: RuleResult
    status: Status
    said: str
    findings: tuple[ShownFinding, ...]
    more_findings: int
    kept: tuple[ShownObject, ...]
    more_kept: int


@dataclass(frozen=True)
class ShownControl:
    """A control, with its rules."""

    control: Control
    status: Status
    rules: tuple[RuleResult, ...]
    since: str
    where: str


@dataclass(frozen=True)
class ShownFramework:
    """A law or a standard, with its controls."""

    framework: Framework
    id: str
    controls: tuple[ShownControl, ...]
    without_rule: str
    """The articles that no rule names, as a citation."""
    gaps: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """Everything on the page."""

    audit: Audit
    status: Status
    said: str
    burn_down: str
    """How far what a baseline knows is mended; empty without one."""
    states: tuple[tuple[State, Status, int], ...]
    """How many controls of the frameworks that bind here are of each state."""
    without_rule: int
    """How many of their articles no rule names."""
    frameworks: tuple[ShownFramework, ...]
    """Those that bind here."""
    elsewhere: tuple[ShownFramework, ...]
    rules: tuple[ShownRule, ...]
    """Those that looked at something."""
    idle: tuple[RuleResult, ...]
    """Those that applied to nothing."""
    documents: tuple[tuple[str, Document], ...]
    """The documents that specs link to, with the spec; ``more_documents`` are not shown."""
    more_documents: int


def audit_page(audit: Audit) -> str:
    """One HTML document without scripts, or anything fetched; a value in it is text, whatever it holds.

    Law: equal audits give equal documents.
    """
    return environment().get_template("audit.html.j2").render(page=_shown(audit))


def _shown(audit: Audit) -> Shown:
    rules = {one.id: one for one in audit.rules}
    frameworks = [_framework(one, audit, rules) for one in audit.frameworks]
    places = {one.key: f"{one.path}:{one.line}" for one in audit.objects}
    places |= {one.file: f"rendered for {one.spec}" for one in audit.rendered}
    waivers = {one.name: one for one in audit.waivers}
    here = [one for one in audit.controls if one.state != "not applicable"]
    binding = [one for one in frameworks if one.framework.applies]
    told = Counter(each.control.state for one in binding for each in one.controls)
    status, said = _verdict(audit, here)
    documents = [(one.key, document) for one in audit.objects for document in one.documents]
    return Shown(
        audit=audit,
        status=status,
        said=said,
        burn_down=burn_down(audit.header.baseline) if audit.header.baseline else "",
        states=tuple((state, _STATUS[state], told[state]) for state in _ORDER),
        without_rule=sum(len(one.framework.without_rule) for one in binding),
        frameworks=tuple(binding),
        elsewhere=tuple(one for one in frameworks if not one.framework.applies),
        rules=tuple(_rule(one, places, waivers) for one in audit.rules if one.judged or one.unanswered),
        idle=tuple(one for one in audit.rules if not one.judged and not one.unanswered),
        documents=tuple(documents[:_MOST_DOCUMENTS]),
        more_documents=max(0, len(documents) - _MOST_DOCUMENTS),
    )


def _verdict(audit: Audit, here: Sequence[Control]) -> tuple[Status, str]:
    """How all of it stands, in a sentence."""
    supported = sum(one.state == "supported" for one in here)
    said = f"Checks support {supported:,} of the {count(len(here), 'control')} that rules name and that bind here"
    totals = audit.totals
    words = [
        count(number, word) for number, word in ((totals.open, "finding"), (totals.waived, "waived finding")) if number
    ]
    if totals.known:
        words[0] += f" of which a baseline knows {totals.known:,}"
    if totals.not_evaluated:
        words.append(count(totals.not_evaluated, "condition without an answer", "conditions without an answer"))
    status = (
        Status.BAD
        if totals.open or audit.header.troubles
        else Status.WARN
        if words or supported < len(here)
        else Status.GOOD
    )
    return status, f"{said}; {', '.join(words)}." if words else f"{said}."


def _framework(one: Framework, audit: Audit, rules: Mapping[str, RuleResult]) -> ShownFramework:
    controls = [_control(each, rules) for each in audit.controls if each.framework == one.name]
    said = [gap.text for gap in audit.gaps if gap.framework == one.name and gap.weakness != "no rule"]
    return ShownFramework(
        framework=one,
        id=f"framework-{''.join(char if char.isascii() and char.isalnum() else '-' for char in one.name.lower())}",
        controls=tuple(controls),
        without_rule=compact(one.without_rule),
        gaps=tuple(said),
    )


def _control(one: Control, rules: Mapping[str, RuleResult]) -> ShownControl:
    since = one.effective_from or ""
    laws = sorted({each.jurisdiction for each in one.mappings if each.jurisdiction})
    applying = tuple(rules[each.rule] for each in one.mappings if each.applies)
    return ShownControl(one, _STATUS[one.state], applying, since, ", ".join(laws))


def _rule(rule: RuleResult, places: Mapping[str, str], waivers: Mapping[str, Waiver]) -> ShownRule:
    status = Status.BAD if rule.open else Status.NONE if rule.not_evaluated or rule.unanswered else Status.GOOD
    if rule.waived and status is Status.GOOD:
        status = Status.WARN
    findings = sorted(rule.findings, key=lambda one: ("open", "not evaluated", "waived").index(one.result))
    shown = tuple(_finding(one, waivers) for one in findings[:_MOST_FINDINGS])
    kept = tuple(ShownObject(key, places[key]) for key in rule.kept[:_MOST_OBJECTS])
    return ShownRule(
        rule=rule,
        status=status,
        said=_counts(rule),
        findings=shown,
        more_findings=len(findings) - len(shown),
        kept=kept,
        more_kept=len(rule.kept) - len(kept),
    )


def _counts(rule: RuleResult) -> str:
    parts = [(len(rule.kept), "keep it"), (rule.open, "with findings"), (rule.known, "of them known before")]
    parts += [(rule.waived, "waived")]
    parts += [(rule.not_evaluated, "without an answer")]
    return " · ".join(f"{number:,} {word}" for number, word in parts if number) or "nothing judged"


def _finding(one: Finding, waivers: Mapping[str, Waiver]) -> ShownFinding:
    waiver = waivers.get(one.waiver or "")
    word: str = "waived, would fail" if one.result == "waived" else "finding" if one.result == "open" else one.result
    word = f"finding, known since {one.known}" if one.known else word
    return ShownFinding(one, _RESULT[one.result], word, f"{one.path}:{one.line}", waiver)
