"""Project → CheckedProject: evaluate every rule, weigh what was found, and report it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, in_order
from plimsoll.compiler.governance.catalogue import Catalogue, check_rules
from plimsoll.compiler.governance.checked import CheckedProject, seal
from plimsoll.compiler.governance.engine import bounded_memory
from plimsoll.compiler.governance.findings import Judge
from plimsoll.compiler.governance.gate import Gate, exports
from plimsoll.compiler.governance.modes import WEIGHT, Bindings, Mode, strictest
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.terms import Terms, terms_of
from plimsoll.compiler.governance.verdict import Finding, Verdict
from plimsoll.compiler.governance.waivers import Waivers
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver

_OF_USE = ("PLM-GOV-006", "PLM-GOV-007")
"""What is said of a waiver by the findings that it was held against."""

Evaluate = Callable[[Judge], Sequence[Verdict]]
"""A way to the verdicts on all objects."""


def evaluate_all(judge: Judge) -> Sequence[Verdict]:
    """Hold every object against its rules, one after another."""
    return [judge.verdict(one) for one in judge.objects()]


def judge(
    project: Project,
    *,
    catalogue: Catalogue,
    today: date,
    evaluate: Evaluate = evaluate_all,
    terms: Terms | None = None,
) -> Outcome[CheckedProject]:
    """Hold a project against the catalogue and its own policies, as bindings and waivers have it on a day.

    ``evaluate`` may take verdicts from elsewhere than the rules themselves; it owes those that they would give.
    ``terms`` are the policies, bindings and waivers that count, where they are not the project's own.

    Law: a spec that nothing refers to, and that refers to nothing, takes no finding away.
    """
    terms = terms or terms_of(project)
    own = rules_of(terms, catalogue)
    rules = own.value or {}
    bindings, waivers = Bindings(terms.bindings), Waivers(terms, project, today)
    with bounded_memory():
        verdicts = evaluate(Judge(rules.values(), Estate(project, today)))
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    found = weigh(findings, rules, bindings, waivers)
    everything = in_order((*own.diagnostics, *bindings.check(rules), *waivers.check(rules), *found))
    if any(diagnostic.blocks for diagnostic in everything):
        return Outcome(None, everything)
    weights = _weights(terms, project, rules, today)
    told = partial(weigh, rules=rules, bindings=bindings, waivers=waivers)
    gate = Gate(rules, told, project, today, weights, bindings, waivers.standing)
    applied = _applied((id_ for id_, rule in rules.items() if not rule.objects), verdicts)
    return Outcome(seal(project, applied, tuple(d for d in everything if d.waived), gate), everything)


def faults_of(pending: Terms, project: Project, catalogue: Catalogue, today: date) -> tuple[Diagnostic, ...]:
    """What is wrong by itself with policies, bindings and waivers of a project that do not count yet."""
    own = rules_of(project, catalogue)
    rules = own.value or {}
    waivers = Waivers(pending, project, today).check(rules)
    return (
        *(one for one in own.diagnostics if one.subject in {policy.key for policy in pending.policies.values()}),
        *Bindings(pending.bindings).check(rules),
        *(one for one in waivers if one.code not in _OF_USE),
    )


def _weights(terms: Terms, project: Project, rules: Mapping[str, Rule], today: date) -> bytes:
    """All that decides how what is rendered is weighed; the day counts where a waiver of such a rule may end.

    Where rules are rendered as policies of the API server, that is any rule.
    """
    bindings = [one.values["spec"] for one in terms.bindings.values()]
    any_rule = exports(project)
    waivers = [
        one.values
        for one in terms.waivers.values()
        if (rule := rules.get(one.values["spec"]["policy"])) and (rule.objects or any_rule)
    ]
    return json.dumps([bindings, waivers, str(today) if waivers else ""], sort_keys=True).encode()


def _applied(rules: Iterable[str], verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many times each rule applied. Many objects had the same rules, which are counted together."""
    counts = Counter[str]()
    for ids, times in Counter(verdict.applied for verdict in verdicts).items():
        for id_ in ids:
            counts[id_] += times
    return {id_: counts[id_] for id_ in rules}


def rules_of(own: Project | Terms, catalogue: Catalogue) -> Outcome[dict[str, Rule]]:
    """The catalogue's rules and a project's own. An own rule takes the place of the one with its id, and says so."""
    checked = check_rules(own.policies.values())
    found = list(checked.diagnostics)
    for id_, rule in (checked.value or {}).items():
        if id_ in catalogue.rules:
            message = f"this takes the place of the catalogue's {id_}, {catalogue.rules[id_].values['title']!r}"
            span = rule.policy.span("spec", "id")
            found.append(Diagnostic("PLM-GOV-009", Severity.NOTE, message, span, subject=rule.policy.key))
    return Outcome(dict(sorted({**catalogue.rules, **(checked.value or {})}.items())), tuple(found))


def weigh(
    findings: Iterable[Finding], rules: Mapping[str, Rule], bindings: Bindings, waivers: Waivers
) -> list[Diagnostic]:
    """What is to be told of findings, as bindings and waivers have it; those that read the same are told once."""
    weighed = [one for finding in findings for one in _weigh(rules[finding.rule], finding, bindings, waivers)]
    return [_report(group) for group in _merged(weighed)]


@dataclass(frozen=True)
class _Weighed:
    """A finding in one environment, or in none: how hard it is enforced there, and what lets it stand."""

    rule: Rule
    finding: Finding
    environment: str | None
    mode: Mode
    waiver: Located["Waiver"] | None


def _weigh(rule: Rule, finding: Finding, bindings: Bindings, waivers: Waivers) -> Iterator[_Weighed]:
    for environment in finding.reached or (None,):
        mode = bindings.mode(rule, environment)
        yield _Weighed(rule, finding, environment, mode, waivers.over(finding, environment))


def _merged(weighed: list[_Weighed]) -> list[list[_Weighed]]:
    """Findings that read the same, told once for all their environments; waived ones apart from those that count."""
    groups: dict[tuple[object, ...], list[_Weighed]] = {}
    for one in weighed:
        finding = one.finding
        waiver = one.waiver.key if one.waiver else ""
        key = (finding.rule, finding.object, finding.message, finding.condition, finding.span, waiver)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _report(group: list[_Weighed]) -> Diagnostic:
    """One diagnostic for findings that read the same, at the strictest of their modes."""
    rule, finding, waiver = group[0].rule, group[0].finding, group[0].waiver
    mode = strictest(one.mode for one in group)
    modes = {one.environment: one.mode for one in group if one.environment}
    properties = [("severity", rule.severity), ("mode", mode), ("environments", ", ".join(modes))]
    if len(set(modes.values())) > 1:
        properties.append(("modes", ", ".join(f"{environment}: {its}" for environment, its in modes.items())))
    if waiver:
        properties += [(said, waiver.values["spec"][said]) for said in ("ticket", "approver", "expires")]
    return Diagnostic(
        "PLM-GOV-010" if finding.failed else rule.code,
        Severity.ERROR if finding.failed else WEIGHT[mode],
        finding.message,
        finding.span,
        caption=finding.caption or ("" if finding.written else "expected here"),
        labels=finding.labels,
        note=_note(rule),
        help="mend the rule: an object without a field needs has() first" if finding.failed else rule.values["remedy"],
        subject=finding.object,
        waived=waiver.values["spec"]["reason"] if waiver else "",
        properties=tuple(properties),
    )


def _note(rule: Rule) -> str:
    controls = [f"{control['framework']} {control['article']}" for control in rule.values["controls"]]
    return f"checks support {'; '.join(controls)}" if controls else ""
