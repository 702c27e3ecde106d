"""Project → CheckedProject: evaluate every rule, weigh what was found, and report it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, in_order
from plimsoll.compiler.governance.catalogue import Catalogue, check_rules
from plimsoll.compiler.governance.checked import CheckedProject, seal
from plimsoll.compiler.governance.findings import Finding, evaluate
from plimsoll.compiler.governance.modes import WEIGHT, Bindings, Mode, strictest
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.waivers import Waivers
from plimsoll.compiler.governance.witness import witness
from plimsoll.compiler.kinds import Waiver
from plimsoll.compiler.project.project import Project
from plimsoll.compiler.project.typed import Located


def judge(project: Project, *, catalogue: Catalogue, today: date) -> Outcome[CheckedProject]:
    """Hold a project against the catalogue and its own policies, as bindings and waivers have it on a day.

    Law: a spec that nothing refers to, and that refers to nothing, takes no finding away.
    """
    own = rules_of(project, catalogue)
    rules = own.value or {}
    estate, bindings, waivers = Estate(project), Bindings(project.bindings), Waivers(project, today)
    judged = evaluate(rules.values(), estate)
    weighed = [one for finding in judged.findings for one in _weigh(finding, bindings, waivers)]
    found = [_report(group, estate) for group in _merged(weighed)]
    everything = in_order((*own.diagnostics, *bindings.check(rules), *waivers.check(rules), *found))
    if any(diagnostic.blocks for diagnostic in everything):
        return Outcome(None, everything)
    applied = {id_: judged.applied[id_] for id_ in rules}
    return Outcome(seal(project, applied, tuple(d for d in everything if d.waived)), everything)


def rules_of(project: Project, catalogue: Catalogue) -> Outcome[dict[str, Rule]]:
    """The catalogue's rules and the project's own. An own rule takes the place of the one with its id, and says so."""
    own = check_rules(project.policies[name] for name in sorted(project.policies))
    found = list(own.diagnostics)
    for id_, rule in (own.value or {}).items():
        if id_ in catalogue.rules:
            message = f"this takes the place of the catalogue's {id_}, {catalogue.rules[id_].spec.title!r}"
            span = rule.policy.span("spec", "id")
            found.append(Diagnostic("PLM-GOV-009", Severity.NOTE, message, span, subject=rule.policy.key))
    return Outcome(dict(sorted({**catalogue.rules, **(own.value or {})}.items())), tuple(found))


@dataclass(frozen=True)
class _Weighed:
    """A finding in one environment, or in none: how hard it is enforced there, and what lets it stand."""

    finding: Finding
    environment: str | None
    mode: Mode
    waiver: Located[Waiver] | None


def _weigh(finding: Finding, bindings: Bindings, waivers: Waivers) -> Iterator[_Weighed]:
    for environment in finding.subject.reached or (None,):
        mode = bindings.mode(finding.rule, environment)
        yield _Weighed(finding, environment, mode, waivers.over(finding, environment))


def _merged(weighed: list[_Weighed]) -> list[list[_Weighed]]:
    """Findings that read the same, told once for all their environments; waived ones apart from those that count."""
    groups: dict[tuple[object, ...], list[_Weighed]] = {}
    for one in weighed:
        finding = one.finding
        span = finding.subject.span(finding.route)
        waiver = one.waiver.key if one.waiver else ""
        key = (finding.rule.id, finding.subject.one.key, finding.message, finding.condition, span, waiver)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _report(group: list[_Weighed], estate: Estate) -> Diagnostic:
    """One diagnostic for findings that read the same, at the strictest of their modes."""
    finding, waiver = group[0].finding, group[0].waiver
    rule, subject = finding.rule, finding.subject
    route, labels = witness(finding, estate)
    mode = strictest(one.mode for one in group)
    environments = [one.environment for one in group if one.environment]
    modes = {one.mode for one in group}
    properties = [("severity", rule.spec.severity), ("mode", mode), ("environments", ", ".join(environments))]
    if len(modes) > 1:
        properties.append(("modes", ", ".join(f"{one.environment}: {one.mode}" for one in group)))
    if waiver:
        given = waiver.spec.spec
        properties += [("ticket", given.ticket), ("approver", given.approver), ("expires", given.expires.isoformat())]
    return Diagnostic(
        "PLM-GOV-010" if finding.failed else rule.code,
        Severity.ERROR if finding.failed else WEIGHT[mode],
        finding.message,
        subject.span(route),
        caption="" if subject.has(route) else "expected here",
        labels=labels,
        note=_note(rule),
        help="mend the rule: an object without a field needs has() first" if finding.failed else rule.spec.remedy,
        subject=subject.one.key,
        waived=waiver.spec.spec.reason if waiver else "",
        properties=tuple(properties),
    )


def _note(rule: Rule) -> str:
    controls = [f"{control.framework} {control.article}" for control in rule.spec.controls]
    return f"checks support {'; '.join(controls)}" if controls else ""
