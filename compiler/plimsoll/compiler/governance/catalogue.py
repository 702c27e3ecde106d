"""The catalogue of governance rules: one folder a rule, read, typed and checked."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Outcome, Severity, Span
from plimsoll.compiler.governance.rules import Rule, check_rule
from plimsoll.compiler.loading.sources import Listed, SourceFile, list_files, read_source
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project, Shelf

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Policy

SHOWN = "policies"
"""What stands before a catalogue file's path when it is shown, to tell it from a project's own files."""

_IS_POLICY = re.compile("(?:[^/]+/)+policy.yaml")


@dataclass(frozen=True)
class Catalogue:
    """Rules by id, in order of group and number, and the folder they were read from."""

    root: Path
    rules: dict[str, Rule]
    shown: str = SHOWN
    """What stands before a file's path when it is shown."""
    companies: Mapping[str, str] = field(default_factory=dict)
    """The rules that come from a company, by id, each with where from."""


def load_catalogue(root: Path, shown: str = SHOWN) -> Outcome[Catalogue]:
    """Read every ``<group>/<ID>/policy.yaml`` below a folder. There is a catalogue only when all of them are sound.

    A folder without a rule is refused, since a project that is held against nothing would pass.
    """
    found: list[Diagnostic] = []
    policies: list[Located[Policy]] = []
    for listed in policy_files(root, shown):
        if listed.fault is not None:
            found.append(listed.fault)
            continue
        found_file = read_source(root / listed.path.removeprefix(f"{shown}/"), listed.path, root)
        found += found_file.diagnostics
        if found_file.value is not None:
            typed = policies_of(found_file.value, root)
            found += typed.diagnostics
            policies += typed.value or ()
    if not policies and not found:
        found.append(Diagnostic("PLM-GOV-001", Severity.ERROR, f"holds no rule: {root}", Span(shown, 1, 1, 1)))
    checked = check_rules(policies)
    found += checked.diagnostics
    if any(d.blocks for d in found) or checked.value is None:
        return Outcome(None, tuple(found))
    return Outcome(Catalogue(root, checked.value, shown), tuple(found))


def policy_files(root: Path, shown: str = SHOWN) -> tuple[Listed, ...]:
    """The files of rules below a folder, and whatever there cannot be read or entered; as they are shown.

    Hidden files and folders are none of the catalogue's, as they are none of a project's.
    """
    listed = (one for one in list_files(root) if one.fault is not None or _IS_POLICY.fullmatch(one.path))
    return tuple(
        one._replace(path=f"{shown}/{one.path}", fault=one.fault and _shown(one.fault, shown)) for one in listed
    )


def _shown(fault: Diagnostic, shown: str) -> Diagnostic:
    return replace(fault, span=replace(fault.span, path=f"{shown}/{fault.span.path}"))


def policies_of(source: SourceFile, root: Path) -> Outcome[tuple[Located["Policy"], ...]]:
    """The policies of a file, which holds nothing else."""
    from plimsoll.compiler.project.reading import read

    reading = read(source)
    project = Project(root, reading.units, Shelf(lambda _: source, lambda _: reading.facts))
    found = list(reading.diagnostics)
    policies: list[Located[Policy]] = []
    for one in map(project.locate, reading.units):
        if one.kind == "Policy":
            policies.append(one)
        else:
            message = f"a policy file holds policies, not a {one.kind}"
            found.append(Diagnostic("PLM-GOV-001", Severity.ERROR, message, one.span("kind"), subject=one.key))
    return Outcome(tuple(policies), tuple(found))


def check_rules(policies: Iterable[Located["Policy"]]) -> Outcome[dict[str, Rule]]:
    """Check policies, and that no two of them claim the same id. Sound rules are returned whatever the others are."""
    rules: dict[str, Rule] = {}
    found: list[Diagnostic] = []
    for policy in policies:
        checked = check_rule(policy)
        found += checked.diagnostics
        if checked.value is None:
            continue
        first = rules.setdefault(checked.value.id, checked.value)
        if first is not checked.value:
            label = Label(first.policy.span("spec", "id"), "first taken here")
            message = f"the id {first.id} is taken by two policies"
            span = policy.span("spec", "id")
            found.append(Diagnostic("PLM-GOV-002", Severity.ERROR, message, span, labels=(label,), subject=policy.key))
    return Outcome(dict(sorted(rules.items())), tuple(found))
