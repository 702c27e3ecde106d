"""Waivers: findings that may stand for a while. A waived finding is still evaluated and shown."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Severity
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.terms import Terms
from plimsoll.compiler.governance.verdict import Finding
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver

SOON = timedelta(days=30)
"""How long before its end a waiver is reported."""


@dataclass
class Waivers:
    """The waivers that hold for a project on a day, and which of them were needed."""

    terms: Terms
    project: Project
    today: date
    _used: set[str] = field(default_factory=set)
    _unanswered: set[tuple[str, str]] = field(default_factory=set)
    """The rules that had no verdict on an object: whether a waiver of one is needed nobody knows."""

    def over(self, finding: Finding, environment: str | None) -> Located["Waiver"] | None:
        """The waiver under which a finding may stand in an environment, which then counts as used.

        An object that no environment reaches is passed only by a waiver for all of them. A rule without a verdict can't
        be waived.
        """
        if finding.failed:
            self._unanswered.add((finding.rule, finding.object))
            return None
        for name, waiver in self.terms.waivers.items():
            said = waiver.values["spec"]
            if (said["policy"], said["object"]) != (finding.rule, finding.object):
                continue
            if said["environments"] and environment not in said["environments"]:
                continue
            if self._counts(waiver):
                self._used.add(name)
                return waiver
        return None

    def _counts(self, waiver: Located["Waiver"]) -> bool:
        return self.today <= _end(waiver) and not self._own_approval(waiver)

    def _own_approval(self, waiver: Located["Waiver"]) -> str:
        """Who approved a waiver of their own: its owner, or who wrote it; empty where somebody else did."""
        approver: str = waiver.values["spec"]["approver"]
        if waiver.values["metadata"].get("owner", "").casefold() == approver.casefold():
            return "its owner"
        return "who wrote it" if approver.casefold() in self.terms.authors(waiver).names else ""

    def standing(self, rule: str, environment: str) -> list[Located["Waiver"]]:
        """The waivers under which findings of a rule may stand in an environment today, by name."""
        return [
            waiver
            for _, waiver in sorted(self.terms.waivers.items())
            if waiver.values["spec"]["policy"] == rule
            and (not waiver.values["spec"]["environments"] or environment in waiver.values["spec"]["environments"])
            and self._counts(waiver)
        ]

    def check(self, rules: dict[str, Rule]) -> Iterator[Diagnostic]:
        """What is to be said about the waivers themselves, once every finding has been held against them."""
        for waiver in self.terms.waivers.values():
            if waiver.key in self.terms.passing:
                continue
            policy, judged = waiver.values["spec"]["policy"], waiver.values["spec"]["object"]
            if policy not in rules:
                yield _unknown(waiver, "policy", f"there is no rule {policy}", did_you_mean(policy, rules))
            elif tuple(judged.split("/", 1)) not in self.project.graph.units:
                objects = {unit.key for unit in self.project.units}
                yield _unknown(waiver, "object", f"there is no {judged}", did_you_mean(judged, objects))
            else:
                yield from self._state(waiver, judges_specs=not rules[policy].objects)
                yield from self._unknown_author(waiver)

    def _unknown_author(self, waiver: Located["Waiver"]) -> Iterator[Diagnostic]:
        why = self.terms.authors(waiver).unknown
        if why:
            message = f"nobody can tell whether the waiver is approved by who wrote it: {why}"
            span = waiver.span("spec", "approver")
            hint = "fetch the whole history: git fetch --unshallow" if "shallow" in why else "mend what git says"
            yield Diagnostic("PLM-GOV-008", Severity.WARNING, message, span, help=hint, subject=waiver.key)

    def _state(self, waiver: Located["Waiver"], *, judges_specs: bool) -> Iterator[Diagnostic]:
        """Whether a waiver is needed can be told of rules that judge specs; of others ``idle_waivers`` tells."""
        said, expires, key = waiver.values["spec"], _end(waiver), waiver.key
        if own := self._own_approval(waiver):
            message = f"the waiver is approved by {own}, {said['approver']}, and doesn't count"
            labels = (Label(waiver.span("metadata", "owner"), "its owner"),) if own == "its owner" else ()
            span = waiver.span("spec", "approver")
            hint = "have somebody else approve it"
            if not labels:
                hint = f"{hint}; git blame says who wrote its lines"
            yield Diagnostic("PLM-GOV-008", Severity.ERROR, message, span, labels=labels, help=hint, subject=key)
        elif self.today > expires:
            message = f"the waiver expired on {expires} and doesn't count"
            span = waiver.span("spec", "expires")
            hint = "mend the finding, or have the waiver renewed; remove it when it is no longer needed"
            yield Diagnostic("PLM-GOV-005", Severity.WARNING, message, span, help=hint, subject=key)
        elif (
            judges_specs and waiver.name not in self._used and (said["policy"], said["object"]) not in self._unanswered
        ):
            yield _not_needed(waiver)
        elif expires - self.today <= SOON:
            left = (expires - self.today).days
            message = f"the waiver expires on {expires}, in {left} day{'s' if left != 1 else ''}"
            span = waiver.span("spec", "expires")
            yield Diagnostic("PLM-GOV-007", Severity.NOTE, message, span, subject=key)


def _end(waiver: Located["Waiver"]) -> date:
    """The last day on which a waiver holds."""
    return date.fromisoformat(waiver.values["spec"]["expires"])


def _unknown(waiver: Located["Waiver"], key: str, message: str, hint: str) -> Diagnostic:
    span = waiver.span("spec", key)
    return Diagnostic("PLM-GOV-004", Severity.ERROR, message, span, help=hint, subject=waiver.key)


def idle_waivers(
    project: Project, rules: Mapping[str, Rule], today: date, rendered: Collection[str], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """The waivers of rules about what is rendered that nothing needed, once some environments were rendered.

    Nothing is said of a waiver that has ended, that also holds where nothing was rendered now, or whose object has
    nothing rendered yet, as a deployment without a pin. ``found`` is what rendering found, waived or not.
    """
    told, unanswered = set[tuple[str, str, str | None, str | None, str]](), set[str]()
    for one in found:
        properties = dict(one.properties)
        found_in = properties.get("environments", "").split(", ")
        told |= {(one.code, one.subject, one.waived, properties.get("ticket"), place) for place in found_in}
        if one.code == "PLM-GOV-010":
            unanswered.add(one.subject)
    for waiver in project.waivers.values():
        said = waiver.values["spec"]
        rule, places = rules.get(said["policy"]), said["environments"] or [*project.environments]
        if rule is None or not rule.objects or today > _end(waiver) or said["object"] in unanswered:
            continue
        if not set(places) <= set(rendered) or not any(_is_rendered(project, said["object"], one) for one in places):
            continue
        needed = ((rule.code, said["object"], said["reason"], said["ticket"], place) for place in places)
        if not told.intersection(needed):
            yield _not_needed(waiver)


def _is_rendered(project: Project, key: str, environment: str) -> bool:
    """Whether anything is rendered for a spec in an environment."""
    kind, _, name = key.partition("/")
    if kind == "Deployment":
        return any(one.name == name and "pin" in one.values["spec"] for one in project.placed_in(environment))
    if kind == "Model":
        return any(one.name == name for one in project.models_in(environment))
    return kind == "Environment" and name == environment and bool(project.placed_in(environment))


def _not_needed(waiver: Located["Waiver"]) -> Diagnostic:
    said = waiver.values["spec"]
    message = f"the waiver is not needed: {said['policy']} finds nothing about {said['object']}"
    span = waiver.span("spec", "policy")
    return Diagnostic("PLM-GOV-006", Severity.WARNING, message, span, help="remove it", subject=waiver.key)
