"""Policy → Rule: a governance rule whose every expression has been checked, ready to be evaluated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Route, Severity
from plimsoll.compiler.governance.context import PER_ENVIRONMENT, Context
from plimsoll.compiler.governance.engine import faults
from plimsoll.compiler.governance.positions import span_in_scalar
from plimsoll.compiler.kinds import Policy
from plimsoll.compiler.kinds.policy import PolicySpec
from plimsoll.compiler.project.typed import Located

_READS = re.compile(r"\bcontext\.(\w+)")
_FIELDS = frozenset(field.alias for field in Context.model_fields.values())
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Rule:
    """A rule whose expressions are sound, and the policy that it was read from."""

    policy: Located[Policy]

    @property
    def spec(self) -> PolicySpec:
        """What the rule says."""
        return self.policy.spec.spec

    @property
    def id(self) -> str:
        """Group and number, such as RES-01."""
        return self.spec.id

    @property
    def code(self) -> str:
        """The code of its findings."""
        return f"PLM-{self.id}"

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields of the context that any of its expressions names."""
        named = {name for _, text, _ in expressions(self.spec) for name in _READS.findall(text)}
        return frozenset(named & _FIELDS)

    @property
    def per_environment(self) -> bool:
        """Whether its verdict may differ from one environment to the next."""
        return not self.reads.isdisjoint(PER_ENVIRONMENT)


def message_parts(message: str) -> Iterator[tuple[str, int]]:
    """The expressions in a message's braces, and where in the message each of them starts."""
    for match in _BRACES.finditer(message):
        yield match[1], match.start(1)


def expressions(spec: PolicySpec) -> Iterator[tuple[Route, str, int]]:
    """Every expression of a rule: the route of its scalar, its text, and where in the scalar it starts."""
    if spec.when is not None:
        yield ("spec", "when"), spec.when, 0
    for index, rule in enumerate(spec.rules):
        yield ("spec", "rules", index, "expression"), rule.expression, 0
        for text, start in message_parts(rule.message):
            yield ("spec", "rules", index, "message"), text, start


def check_rule(policy: Located[Policy]) -> Outcome[Rule]:
    """Check every expression of a policy against the types of the kind it judges."""
    found = tuple(_check(policy))
    return Outcome(None if found else Rule(policy), found)


def _check(policy: Located[Policy]) -> Iterator[Diagnostic]:
    spec = policy.spec.spec
    for route, text, start in expressions(spec):
        scalar = policy.document.value
        for part in route:
            scalar = scalar[part]  # type: ignore[index]
        for fault in faults(spec.judges, text, condition=route[-1] != "message"):
            span = span_in_scalar(policy.document, route, str(scalar), start + fault.offset, fault.length)
            message = f"{spec.id}: {fault.message}"
            yield Diagnostic("PLM-GOV-001", Severity.ERROR, message, span, help=fault.help, subject=policy.key)
