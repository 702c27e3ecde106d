"""Rules that a company shares among its repositories: they add to the catalogue, or take the place of its rules."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from plimsoll.compiler.diagnostics import Diagnostic, Outcome, Severity, Span
from plimsoll.compiler.governance.catalogue import Catalogue, check_rules, policies_of
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.loading.sources import SourceFile, decode
from plimsoll.compiler.project.located import Located


class Shared(NamedTuple):
    """A company's rules: every file of their folder, as it was when it was looked at."""

    shown: str
    """What people call the folder or the bundle; it stands before the paths of its files."""
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """The digest of all files."""
        found = hashlib.sha256()
        for name, data in sorted(self.files.items()):
            found.update(f"{name} {len(data)} ".encode() + data)
        return found.hexdigest()

    def source(self, path: str) -> SourceFile | None:
        """The text of a file by the path that findings bear."""
        data = self.files.get(path.removeprefix(f"{self.shown}/"))
        return None if data is None else decode(data, path).value


Sound = Callable[[str], bool]
"""Whether the rules of a digest are known to have passed their checks."""


def with_companies(
    catalogue: Catalogue, shared: Iterable[Shared], sound: Sound = lambda _: False
) -> Outcome[Catalogue]:
    """The catalogue with the rules of companies, later ones over earlier. What takes another's place says so."""
    found: list[Diagnostic] = []
    rules, companies = dict(catalogue.rules), dict[str, str]()
    for one in shared:
        read = _rules_of(one, sound)
        found += read.diagnostics
        for id_, rule in (read.value or {}).items():
            if id_ in rules:
                found.append(_override(rule, rules[id_]))
            rules[id_], companies[id_] = rule, one.shown
    if any(one.blocks for one in found):
        return Outcome(None, tuple(found))
    return Outcome(replace(catalogue, rules=dict(sorted(rules.items())), companies=companies), tuple(found))


def _override(rule: Rule, other: Rule) -> Diagnostic:
    message = f"this takes the place of the catalogue's {other.id}, {other.values['title']!r}"
    return Diagnostic("PLM-GOV-009", Severity.NOTE, message, rule.policy.span("spec", "id"), subject=rule.policy.key)


def _rules_of(shared: Shared, sound: Sound) -> Outcome[dict[str, Rule]]:
    found: list[Diagnostic] = []
    policies: list[Located[Any]] = []
    for name in sorted(shared.files):
        if name.rpartition("/")[2] != "policy.yaml":
            continue
        decoded = decode(shared.files[name], f"{shared.shown}/{name}")
        read = policies_of(decoded.value, Path(shared.shown)) if decoded.value is not None else None
        found += (*decoded.diagnostics, *(read.diagnostics if read else ()))
        policies += (read.value if read else None) or ()
    if not policies and not found:
        message = "holds no rule: each lies in GROUP/ID/policy.yaml"
        found.append(Diagnostic("PLM-GOV-001", Severity.ERROR, message, Span(shared.shown, 1, 1, 1)))
    if not any(one.blocks for one in found) and sound(shared.digest):
        return Outcome({rule.id: rule for rule in map(Rule, policies)}, tuple(found))
    checked = check_rules(policies)
    return Outcome(checked.value, (*found, *checked.diagnostics))
