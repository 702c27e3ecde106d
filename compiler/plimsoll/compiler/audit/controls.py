"""From rules to the controls that they support: one for each article, with its state and what its support lacks."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from plimsoll.compiler.audit import document
from plimsoll.compiler.audit.articles import anchor, articles, order
from plimsoll.compiler.audit.document import Control, State, Weakness
from plimsoll.compiler.audit.frameworks import Frameworks
from plimsoll.compiler.audit.judged import RuleResult
from plimsoll.compiler.governance.rules import Rule


@dataclass(frozen=True)
class Cited:
    """An article, and what each rule that supports it says of it."""

    framework: str
    article: str
    mappings: tuple[document.Mapping, ...]

    @cached_property
    def id(self) -> str:
        """Its anchor."""
        return anchor(self.framework, self.article)


def cited(rules: Iterable[Rule], frameworks: Frameworks, places: tuple[str, ...]) -> tuple[Cited, ...]:
    """Every article that a rule names, by framework and number; ``places`` are the jurisdictions that count here."""
    found: dict[tuple[str, str], dict[str, document.Mapping]] = {}
    for rule in rules:
        for control in rule.values["controls"]:
            name = frameworks.name(control["framework"])
            mapping = _mapping(rule.id, control, frameworks.binds(name, control.get("jurisdiction"), places))
            for article in articles(control["article"]):
                found.setdefault((name, article), {}).setdefault(rule.id, mapping)
    ordered = sorted(found, key=lambda one: (one[0], order(one[1])))
    return tuple(Cited(*one, tuple(found[one][id_] for id_ in sorted(found[one]))) for one in ordered)


def _mapping(rule: str, control: Mapping[str, Any], applies: bool) -> document.Mapping:
    return document.Mapping(
        rule=rule,
        status=control["status"],
        effective_from=control.get("effectiveFrom"),
        jurisdiction=control.get("jurisdiction"),
        applies=applies,
    )


def controls_of(all_cited: Iterable[Cited]) -> dict[str, tuple[str, ...]]:
    """The ids of the controls that each rule supports, by the rule's id."""
    found: dict[str, list[str]] = {}
    for one in all_cited:
        for mapping in one.mappings:
            found.setdefault(mapping.rule, []).append(one.id)
    return {rule: tuple(ids) for rule, ids in found.items()}


def control(one: Cited, results: Mapping[str, RuleResult], today: date) -> Control:
    """What the results of its rules say about a control."""
    applying = [mapping for mapping in one.mappings if mapping.applies]
    rules = [results[mapping.rule] for mapping in applying]
    weaknesses = tuple(_weaknesses(rules))
    state, why = _state(rules, weaknesses)
    since = _since(applying or one.mappings)
    return Control(
        id=one.id,
        framework=one.framework,
        article=one.article,
        state=state,
        why=why,
        in_force=since is None or date.fromisoformat(since) <= today,
        effective_from=since,
        verified=all(mapping.status == "verified" for mapping in one.mappings),
        evidence=tuple(sorted({rule.evidence for rule in rules if rule.judged})),
        weaknesses=weaknesses,
        mappings=one.mappings,
        judged=sum(rule.judged for rule in rules),
        open=sum(rule.open for rule in rules),
        known=sum(rule.known for rule in rules),
        waived=sum(rule.waived for rule in rules),
        not_evaluated=sum(rule.not_evaluated for rule in rules),
    )


def _since(mappings: Iterable[document.Mapping]) -> str | None:
    """The earliest beginning that any of them knows of."""
    return min((mapping.effective_from for mapping in mappings if mapping.effective_from), default=None)


def _weaknesses(rules: list[RuleResult]) -> Iterator[Weakness]:
    """What the support of a control lacks that binds here."""
    if not rules:
        return
    judged = [rule for rule in rules if rule.judged]
    if not judged:
        yield "nothing judged"
    if any(rule.not_evaluated or rule.unanswered for rule in rules):
        yield "not evaluated"
    if judged and all(rule.mode == "audit" for rule in judged):
        yield "audit mode"
    if judged and all(rule.evidence == "declared" for rule in judged):
        yield "declared only"


def _state(rules: list[RuleResult], weaknesses: tuple[Weakness, ...]) -> tuple[State, str]:
    """The state of a control and the sentence for it. A finding weighs most; whoever is in doubt learns of the gap."""
    if not rules:
        return "not applicable", "neither the environment nor data in it is declared to be where this binds"
    broken = [rule.id for rule in rules if rule.open]
    if broken:
        return "findings", f"{', '.join(broken)} {_find(broken)} something that stands{_known(rules)}"
    if "not evaluated" in weaknesses:
        unknown = [rule.id for rule in rules if rule.not_evaluated or rule.unanswered]
        return "gap", f"{', '.join(unknown)} could not be evaluated on everything"
    if "nothing judged" in weaknesses:
        return "gap", ", ".join(f"{rule.id} applied to {_none_of(rule.considered)}" for rule in rules)
    passed = [rule.id for rule in rules if rule.waived]
    if passed:
        return "waived", f"{', '.join(passed)} would fail without a waiver"
    kept = [rule.id for rule in rules if rule.judged]
    return "supported", f"{', '.join(kept)} {_find(kept)} nothing that stands"


def _known(rules: list[RuleResult]) -> str:
    """What a baseline knows of what stands, which is open nevertheless."""
    known, total = sum(rule.known for rule in rules), sum(rule.open for rule in rules)
    return f"; a baseline knows {'all' if known == total else f'{known:,} of {total:,}'} of it" if known else ""


def _none_of(considered: int) -> str:
    if not considered:
        return "nothing: there is no object of its kind here"
    return f"none of {considered:,} object{'s' if considered > 1 else ''}"


def _find(rules: list[str]) -> str:
    return "finds" if len(rules) == 1 else "find"
