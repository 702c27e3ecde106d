"""Policy → Rule: a governance rule whose every expression has been checked, ready to be evaluated."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Route, Severity
from plimsoll.compiler.governance.fields import CONTEXT, PER_ENVIRONMENT, TODAY
from plimsoll.compiler.project.located import Located

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Policy
    from plimsoll.compiler.kinds.policy import PolicySpec

RENDERED = "Rendered"
"""What a rule judges that sees the objects that are applied, and not the specs they are rendered from."""

FLOW = "Flow"
"""What a rule judges that sees data of a source as it comes to a sink."""

_READS = re.compile(r"\bcontext\.(\w+)")
_ROOTS = re.compile(r"\bcontext\b(?:\.(\w+))?|\b(object)\b")
"""What an expression starts from: its object, or a field of the context, or the context otherwise."""
_SELECTED = re.compile(r"\.\s*([A-Za-z_]\w*)")
_WHOLE = re.compile(r"\b(?:object|spec)\b(?!\s*\.)")
"""An object, or its ``spec``, that nothing is selected from: what is done with it can't be told from here."""
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Condition:
    """What must be true, what to say when it is not, and the route to blame."""

    expression: str
    message: str
    blame: str


@dataclass(frozen=True)
class Rule:
    """A rule whose expressions are sound, and the policy that it was read from."""

    policy: Located["Policy"]
    said: dict[str, Any] | None = field(default=None, compare=False, repr=False)
    """What it says instead of what was read: a mutant of the rule that was read."""

    @property
    def spec(self) -> "PolicySpec":
        """What the rule says, typed; the values below are enough to apply it."""
        return self.policy.spec.spec

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the rule says, as plain values."""
        values: dict[str, Any] = self.said or self.policy.values["spec"]
        return values

    @cached_property
    def id(self) -> str:
        """Group and number, such as RES-01."""
        return str(self.values["id"])

    @property
    def code(self) -> str:
        """The code of its findings."""
        return f"PLM-{self.id}"

    @property
    def severity(self) -> str:
        """How much a violation weighs, from low to critical."""
        return str(self.values["severity"])

    @property
    def judges(self) -> str:
        """The kind that is judged."""
        return str(self.values["judges"])

    @cached_property
    def objects(self) -> frozenset[str]:
        """The kinds of rendered objects that are judged; none for a rule that judges specs."""
        return frozenset(self.values.get("objects") or ())

    @property
    def leaves_to(self) -> str:
        """The rule that finds what specs bring about, where this one finds what patches do; empty for none."""
        return self.values.get("leavesTo") or ""

    @cached_property
    def when(self) -> str | None:
        """The condition under which it applies."""
        return self.values.get("when")

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        """Everything that must be true."""
        rules = self.values["rules"]
        return tuple(Condition(rule["expression"], rule["message"], rule["blame"]["route"]) for rule in rules)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields of the context that any of its expressions names."""
        named = {name for _, text, _ in expressions(self.values) for name in _READS.findall(text)}
        return frozenset(named & CONTEXT)

    @cached_property
    def dated(self) -> bool:
        """Whether its verdict may differ from one day to the next."""
        return TODAY in self.reads

    @cached_property
    def applies_by_day(self) -> bool:
        """Whether even what it applies to may differ from one day to the next."""
        return TODAY in _READS.findall(self.when or "")

    @cached_property
    def per_environment(self) -> bool:
        """Whether its verdict may differ from one environment to the next."""
        return not self.reads.isdisjoint(PER_ENVIRONMENT)


def fields_named(rules: Iterable[Rule], root: str) -> frozenset[str] | None:
    """Every name that is selected where an expression starts from a root, ``object`` or a field of the context.

    These are all fields that rules can read of it. None where one takes a spec whole.
    """
    texts = [text for rule in rules for _, text, _ in expressions(rule.values) if _starts_from(text, root)]
    if any(_WHOLE.search(text) for text in texts):
        return None
    return frozenset(name for text in texts for name in _SELECTED.findall(text))


def _starts_from(text: str, root: str) -> bool:
    """Whether an expression may read anything of a root; one that does something else with the context may."""
    return any((match[1] or match[2] or root) == root for match in _ROOTS.finditer(text))


def message_parts(message: str) -> Iterator[tuple[str, int]]:
    """The expressions in a message's braces, and where in the message each of them starts."""
    for match in _BRACES.finditer(message):
        yield match[1], match.start(1)


def expressions(spec: dict[str, Any]) -> Iterator[tuple[Route, str, int]]:
    """Every expression of a rule: the route of its scalar, its text, and where in the scalar it starts."""
    if spec.get("when") is not None:
        yield ("spec", "when"), spec["when"], 0
    for index, rule in enumerate(spec["rules"]):
        yield ("spec", "rules", index, "expression"), rule["expression"], 0
        for text, start in message_parts(rule["message"]):
            yield ("spec", "rules", index, "message"), text, start


def check_rule(policy: Located["Policy"]) -> Outcome[Rule]:
    """Check every expression of a policy against the types of the kind it judges."""
    found = tuple(_check(policy))
    return Outcome(None if found else Rule(policy), found)


def _check(policy: Located["Policy"]) -> Iterator[Diagnostic]:
    from plimsoll.compiler.governance.positions import span_in_scalar
    from plimsoll.compiler.governance.typecheck import faults

    spec = policy.values["spec"]
    if (spec["judges"] == RENDERED) != bool(spec.get("objects")):
        message = f"{spec['id']}: objects names the kinds that are judged where judges is {RENDERED}, and only there"
        span = policy.span("spec", "objects" if spec.get("objects") else "judges")
        yield Diagnostic("PLM-GOV-001", Severity.ERROR, message, span, subject=policy.key)
    yield from _unknown_kinds(policy)
    if spec.get("leavesTo") and spec["judges"] != RENDERED:
        message = f"{spec['id']}: only a rule that judges {RENDERED} leaves to another what specs bring about"
        yield Diagnostic("PLM-GOV-001", Severity.ERROR, message, policy.span("spec", "leavesTo"), subject=policy.key)
    for route, text, start in expressions(spec):
        scalar: Any = policy.facts.written
        for part in route:
            scalar = scalar[part]
        for fault in faults(spec["judges"], text, condition=route[-1] != "message"):
            span = span_in_scalar(policy.document, route, str(scalar), start + fault.offset, fault.length)
            message = f"{spec['id']}: {fault.message}"
            yield Diagnostic("PLM-GOV-001", Severity.ERROR, message, span, help=fault.help, subject=policy.key)


def _unknown_kinds(policy: Located["Policy"]) -> Iterator[Diagnostic]:
    """Kinds of objects that there are none of: a rule about them would be kept by everything."""
    from plimsoll.compiler.hints import did_you_mean
    from plimsoll.compiler.kinds.objects import JUDGED_KINDS  # Its package loads pydantic, which a warm run needs not.

    spec = policy.values["spec"]
    for index, kind in enumerate(spec.get("objects") or ()):
        if kind not in JUDGED_KINDS:
            message = f"{spec['id']}: no rule can judge a {kind}"
            span = policy.span("spec", "objects", index)
            hint = did_you_mean(kind, JUDGED_KINDS)
            yield Diagnostic("PLM-GOV-001", Severity.ERROR, message, span, help=hint, subject=policy.key)
