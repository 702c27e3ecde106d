"""How hard a rule is enforced where: bindings decide, else the rule's own severity."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, Literal

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.project.located import Located

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import PolicyBinding

Mode = Literal["audit", "warn", "deny"]

WEIGHT: dict[Mode, Severity] = {"audit": Severity.NOTE, "warn": Severity.WARNING, "deny": Severity.ERROR}
_STRICTNESS: tuple[Mode, ...] = ("audit", "warn", "deny")


def strictest(modes: Any) -> Mode:
    """The mode among some that stops the most."""
    return _STRICTNESS[max(_STRICTNESS.index(mode) for mode in modes)]


def laxest(modes: Any) -> Mode:
    """The mode among some that stops the least."""
    return _STRICTNESS[min(_STRICTNESS.index(mode) for mode in modes)]


def default_mode(rule: Rule) -> Mode:
    """The mode where no binding names a rule: critical and high deny, medium and low warn."""
    return "deny" if rule.severity in ("critical", "high") else "warn"


class Bindings:
    """All bindings of a project."""

    def __init__(self, bindings: Mapping[str, Located["PolicyBinding"]]) -> None:
        self._bindings = [bindings[name] for name in sorted(bindings)]
        self._said: list[dict[str, Any]] = [binding.values["spec"] for binding in self._bindings]
        self._modes: dict[tuple[str, str | None], Mode] = {}

    def mode(self, rule: Rule, environment: str | None) -> Mode:
        """The strictest mode of the bindings that name the rule in an environment, else the rule's default.

        An object that no environment reaches is bound only by what holds everywhere.
        """
        key = (rule.id, environment)
        if key not in self._modes:
            modes: list[Mode] = [
                said["mode"]
                for said in self._said
                if (not said["environments"] or environment in said["environments"])
                and any(fnmatchcase(rule.id, pattern) for pattern in said["policies"])
            ]
            self._modes[key] = strictest(modes) if modes else default_mode(rule)
        return self._modes[key]

    def check(self, rules: dict[str, Rule]) -> Iterator[Diagnostic]:
        """Every pattern that names no rule."""
        groups = {f"{id_.partition('-')[0]}-*" for id_ in rules}
        for binding, said in zip(self._bindings, self._said, strict=True):
            for index, pattern in enumerate(said["policies"]):
                if not any(fnmatchcase(id_, pattern) for id_ in rules):
                    known = groups if "*" in pattern else rules
                    yield Diagnostic(
                        "PLM-GOV-003",
                        Severity.ERROR,
                        f"{pattern!r} names no rule",
                        binding.span("spec", "policies", index),
                        help=did_you_mean(pattern, known),
                        subject=binding.key,
                    )
