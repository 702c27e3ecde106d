"""The rules of a project as ValidatingAdmissionPolicies of one environment, each with its binding."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.governance.admission.resources import resources_of
from plimsoll.compiler.governance.admission.survivors import SURVIVORS
from plimsoll.compiler.governance.admission.translate import (
    NotExportable,
    Said,
    Translation,
    Validation,
    answered,
    translate,
)
from plimsoll.compiler.governance.gate import Gate
from plimsoll.compiler.governance.modes import Mode, laxest
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.rendering import context as contexts
from plimsoll.compiler.rendering.bootstrap import apart, left_alone
from plimsoll.compiler.rendering.files import Unreadable
from plimsoll.compiler.rendering.naming import units_of
from plimsoll.compiler.rendering.objects import RenderedObject, plain_object
from plimsoll.compiler.rendering.owner import named
from plimsoll.contract import digests

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver

ACTIONS: dict[Mode, tuple[str, ...]] = {"deny": ("Deny",), "warn": ("Warn", "Audit"), "audit": ("Audit",)}
"""What the API server does about a rule that is false, by the mode in which it is enforced."""

UNANSWERED = "unanswered"
"""What ends the name of the policy that denies an object for which a rule that does not deny has no value at all."""

_RULE, _TITLE = "plimsoll.dev/rule", "plimsoll.dev/rule-title"
_HASHED = "-[0-9a-f]{10}"


def render_admission(gate: Gate, environment: str) -> Iterator[RenderedObject]:
    """The policies of an environment in its release, to be applied by hand: they belong to the cluster.

    What applies a release could else take the policies away that its objects have to pass.
    """
    extra = left_alone(gate.project.environments[environment])
    return map(apart, Admission(gate, environment, extra).objects)


@dataclass(frozen=True)
class Exported:
    """A rule that the API server can hold."""

    rule: Rule
    mode: Mode
    kinds: tuple[str, ...]
    objects: tuple[RenderedObject, ...]
    left_out: Mapping[str, str]
    """The kinds of the rule that the API server can't hold it for, and why."""
    waivers: tuple[Located["Waiver"], ...]


@dataclass(frozen=True)
class Withheld:
    """A rule that the API server can't hold."""

    rule: Rule
    why: str


@dataclass(frozen=True)
class Admission:
    """The rules of a checked project on their way to the API server of an environment."""

    gate: Gate
    environment: str
    extra: Mapping[str, str] = field(default_factory=dict)
    """Annotations of every object, beside those that say which rule it holds."""

    @cached_property
    def rules(self) -> tuple[Exported | Withheld, ...]:
        """What becomes of every rule, by id."""
        return tuple(self._exported(rule) for _, rule in sorted(self.gate.rules.items()))

    @property
    def objects(self) -> Iterator[RenderedObject]:
        """All policies, each followed by its binding."""
        for one in self.rules:
            if isinstance(one, Exported):
                yield from one.objects

    @cached_property
    def _rendered(self) -> tuple[RenderedObject, ...]:
        """Every object of the environment's release; what can't be rendered is told where it is rendered."""
        from plimsoll.compiler.rendering.units import made_in

        project, found = self.gate.project, list[RenderedObject]()
        for unit in units_of(project, self.environment):
            try:
                found += made_in(project, unit).value or ()
            except Unreadable:
                continue
        return tuple(found)

    def _exported(self, rule: Rule) -> Exported | Withheld:
        """What becomes of a rule.

        Nobody can tell there whether a spec or a patch made an object break a rule. So that no release is
        refused that passes here, one that leaves to another what specs bring about is as lax as the other.
        """
        place = self.gate.project.environments[self.environment]
        alike = [one for one in (rule, self.gate.rules.get(rule.leaves_to)) if one is not None]
        waivers = tuple(waiver for one in alike for waiver in self.gate.standing(one.id, self.environment))
        try:
            translations = translate(rule, place.values, self._waived(rule, waivers))
        except NotExportable as why:
            return Withheld(rule, str(why))
        mode = laxest(self.gate.bindings.mode(one, self.environment) for one in alike)
        objects = tuple(
            one for each in translations for one in self._policies(rule, mode, each, waivers, apart=not rule.objects)
        )
        kinds = tuple(kind for each in translations for kind in each.kinds)
        return Exported(rule, mode, kinds, objects, translations[0].left_out, waivers)

    def _waived(self, rule: Rule, waivers: Iterable[Located["Waiver"]]) -> str:
        """True for the objects of the specs that waivers are for; empty where there are none."""
        keys = {waiver.values["spec"]["object"] for waiver in waivers}
        kinds = rule.objects or frozenset(SURVIVORS.get(rule.judges, ()))
        rendered = self._rendered if keys else ()
        return "\n|| ".join(sorted({_is(one) for one in rendered if one.owner.spec.key in keys and one.kind in kinds}))

    def _policies(
        self, rule: Rule, mode: Mode, said: Translation, waivers: tuple[Located["Waiver"], ...], *, apart: bool
    ) -> Iterator[RenderedObject]:
        """A rule's policy with its binding.

        Whatever the mode, our engine stops where a rule has no value. The API server does what the binding says of a
        rule that is false, and so a rule that does not deny needs a second policy, which denies what has no value.
        """
        place = self.gate.project.environments[self.environment]
        stem = "-".join(
            ("plimsoll", place.spec.spec.namespace, rule.id.lower(), *(said.kinds if apart else ()))
        ).lower()
        about = {**_about(rule, mode), **_waiving(waivers), **self.extra}
        yield from self._pair(stem, said, ACTIONS[mode], about)
        if mode != "deny":
            message = Said(text=f"{rule.id}: has no verdict on this object")
            validations = tuple(Validation(answered(one), message) for one in said.validations)
            yield from self._pair(
                f"{stem}-{UNANSWERED}", replace(said, validations=validations), ACTIONS["deny"], about
            )

    def _pair(
        self, stem: str, said: Translation, actions: tuple[str, ...], about: Mapping[str, str]
    ) -> Iterator[RenderedObject]:
        place = self.gate.project.environments[self.environment]
        context, owner = contexts.of_environment(place), named(place)
        given = {**context, "namespace": None, "annotations": {**context["annotations"], **about}}
        policy = {**given, **_said(said, f"{about[_RULE]}: {about[_TITLE]}")}
        yield plain_object("ValidatingAdmissionPolicy", stem, "validatingadmissionpolicy", policy, owner)
        binding = {**given, "actions": list(actions), "holds_in": place.spec.spec.namespace}
        yield plain_object("ValidatingAdmissionPolicyBinding", stem, "validatingadmissionpolicybinding", binding, owner)


def _said(said: Translation, otherwise: str) -> dict[str, Any]:
    """A translation as the template takes it; ``otherwise`` is said where a message has no value."""
    return {
        "resources": list(_resources(said.kinds)),
        "conditions": [{"name": name, "expression": text} for name, text in said.conditions],
        "variables": [{"name": name, "expression": text} for name, text in said.variables],
        "validations": [
            {
                "expression": one.expression,
                "message": one.message.text or otherwise,
                "messageExpression": one.message.expression,
            }
            for one in said.validations
        ],
    }


def _resources(kinds: Iterable[str]) -> Iterator[dict[str, Any]]:
    found = sorted({resource for kind in kinds for resource in resources_of(kind)})
    for (group, version), some in groupby(found, key=lambda one: (one.group, one.version)):
        for scope, those in groupby(some, key=lambda one: "*" if one.plural == "namespaces" else "Namespaced"):
            yield {"group": group, "version": version, "plurals": [one.plural for one in those], "scope": scope}


def _about(rule: Rule, mode: Mode) -> dict[str, str]:
    controls = [f"{control['framework']} {control['article']}" for control in rule.values["controls"]]
    return {
        _RULE: rule.id,
        _TITLE: rule.values["title"],
        "plimsoll.dev/rule-severity": rule.severity,
        "plimsoll.dev/rule-mode": mode,
        "plimsoll.dev/rule-digest": digests.of_json(rule.values),
        **({"plimsoll.dev/rule-controls": "; ".join(controls)} if controls else {}),
    }


def _waiving(waivers: Iterable[Located["Waiver"]]) -> dict[str, str]:
    """The waivers that a policy knows of. It has no clock: after the day it must be exported anew."""
    said = [waiver.values["spec"] for waiver in waivers]
    told = [f"{one['object']} until {one['expires']}, approved by {one['approver']}" for one in said]
    return {"plimsoll.dev/waived": "; ".join(told)} if told else {}


def _is(one: RenderedObject) -> str:
    """Whether an object is a rendered one, as an expression; whatever the hash is that its name ends in."""
    name = "dyn(object).metadata.name"
    if one.name == one.stem:
        named_so = f"{name} == '{one.stem}'"
    else:
        stem = re.sub(r"([^-A-Za-z0-9])", r"[\1]", one.stem)
        named_so = f"{name}.matches('^{stem}{_HASHED}$')"
    return f"(request.kind.kind == '{one.kind}' && {named_so})"
