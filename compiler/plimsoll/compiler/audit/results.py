"""What became of each rule: the objects that keep it, and what it has against the others, weighed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from plimsoll.compiler.audit.evidence import Evidence
from plimsoll.compiler.audit.judged import Finding, Result, RuleResult
from plimsoll.compiler.audit.known import Mark
from plimsoll.compiler.governance import verdict
from plimsoll.compiler.governance.modes import Bindings
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.waivers import Waivers

Shown = Callable[[str], str]
"""A file's path from the root of the repository, for the path that a span bears."""


@dataclass(frozen=True)
class Weighing:
    """How findings count in an environment."""

    environment: str
    bindings: Bindings
    waivers: Waivers
    own: frozenset[str]
    """The ids of the project's own rules."""
    shown: Shown
    known: Mapping[Mark, str]
    """Since when a baseline knows which findings."""

    def finding(self, one: verdict.Finding, rendered: str | None) -> Finding:
        """A finding as it counts in the environment."""
        waiver = self.waivers.over(one, self.environment)
        known = self.known.get((f"PLM-{one.rule}", one.object, one.message, one.span))
        result: Result = "not evaluated" if one.failed else "waived" if waiver else "open"
        return Finding(
            object=one.object,
            rendered=rendered,
            message=one.message,
            expression=one.condition,
            path=self.shown(one.span.path),
            line=one.span.line,
            column=one.span.column,
            result=result,
            waiver=waiver.name if waiver else None,
            known=known if result == "open" else None,
        )


@dataclass
class _Tally:
    """What was said of one rule."""

    kept: list[str] = field(default_factory=list)
    broken: Counter[Result] = field(default_factory=Counter)
    """The objects that do not keep it, by the worst that is said of each."""
    findings: list[Finding] = field(default_factory=list)
    known: int = 0
    """How many of those with an open finding have none that is new."""

    def tell(self, judged: str, found: list[Finding]) -> None:
        """Add what was found about an object to which the rule applied."""
        if not found:
            self.kept.append(judged)
            return
        results = {one.result for one in found}
        worst: Result = "open" if "open" in results else "not evaluated" if "not evaluated" in results else "waived"
        self.broken[worst] += 1
        self.known += worst == "open" and all(one.known for one in found if one.result == "open")
        self.findings += found


def rule_results(
    rules: Mapping[str, Rule], evidence: Evidence, weighing: Weighing, controls: Mapping[str, tuple[str, ...]]
) -> tuple[RuleResult, ...]:
    """The results of all rules, by id; ``controls`` are the ids of what each supports."""
    tallies = {id_: _Tally() for id_ in sorted(rules)}
    for spec in evidence.specs:
        told = [(one.rule, weighing.finding(one, None)) for one in spec.verdict.findings]
        _tell(tallies, spec.key, spec.verdict.applied, told)
    for one in evidence.objects:
        told = [(found.rule, weighing.finding(found, one.made.file)) for found in one.findings]
        _tell(tallies, one.made.file, one.applied, told)
    specs = Counter(spec.kind for spec in evidence.specs)
    return tuple(
        _result(rules[id_], tally, weighing, controls[id_], evidence, evidence.kinds if rules[id_].objects else specs)
        for id_, tally in tallies.items()
    )


def _tell(
    tallies: Mapping[str, _Tally], judged: str, applied: Iterable[str], told: Iterable[tuple[str, Finding]]
) -> None:
    found: dict[str, list[Finding]] = {id_: [] for id_ in applied}
    for id_, finding in told:
        found[id_].append(finding)
    for id_, some in found.items():
        tallies[id_].tell(judged, some)


def _result(
    rule: Rule,
    tally: _Tally,
    weighing: Weighing,
    controls: tuple[str, ...],
    evidence: Evidence,
    counts: Mapping[str, int],
) -> RuleResult:
    span, broken = rule.policy.span("spec", "id"), tally.broken
    kinds = tuple(sorted(rule.objects)) or (rule.judges,)
    own = rule.id in weighing.own
    return RuleResult(
        id=rule.id,
        title=rule.values["title"],
        severity=rule.severity,
        evidence=rule.values["evidence"],
        mode=weighing.bindings.mode(rule, weighing.environment),
        judges=kinds,
        origin="project" if own else "catalogue",
        path=weighing.shown(span.path) if own else span.path,
        line=span.line,
        remedy=rule.values["remedy"],
        controls=controls,
        considered=max(sum(counts.get(kind, 0) for kind in kinds), len(tally.kept) + broken.total()),
        judged=len(tally.kept) + broken.total(),
        open=broken["open"],
        known=tally.known,
        waived=broken["waived"],
        not_evaluated=broken["not evaluated"],
        kept=tuple(sorted(tally.kept)),
        findings=tuple(sorted(tally.findings, key=lambda one: (one.path, one.line, one.column, one.message))),
        unanswered=evidence.unrendered if rule.objects else "",
    )
