"""The rules that hold for a project: the catalogue's and its own, with what its bindings and waivers make of them."""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import Given, left_out, policies_given
from plimsoll.cli.project_files import spec_folder
from plimsoll.cli.resolving import resolved
from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.compiler.governance.catalogue import Catalogue, load_catalogue
from plimsoll.compiler.governance.companies import with_companies
from plimsoll.compiler.governance.judge import rules_of
from plimsoll.compiler.governance.modes import Bindings, Mode
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.loading.sources import SourceFile, list_files
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project, Shelf
from plimsoll.compiler.resources import data_root
from plimsoll.contract.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver

_SOURCES: dict[str, SourceFile] = {}
_FACTS: dict[str, bytes] = {}
_NOTHING = Shelf(_SOURCES.__getitem__, _FACTS.__getitem__)
"""What a project without specs takes its files from."""


@dataclass(frozen=True)
class InForce:
    """The rules of a project, or the catalogue's alone where there is no project."""

    folder: Path
    catalogue: Catalogue
    project: Project
    rules: Mapping[str, Rule]

    @cached_property
    def bindings(self) -> Bindings:
        """The project's bindings."""
        return Bindings(self.project.bindings)

    def modes(self, rule: Rule) -> dict[str, Mode]:
        """How hard a rule is enforced in each environment."""
        return {one: self.bindings.mode(rule, one) for one in sorted(self.project.environments)}

    def waivers(self, rule: Rule) -> list[Located["Waiver"]]:
        """The waivers that pass a rule, whether they still count or not."""
        return [one for one in self.project.waivers.values() if one.values["spec"]["policy"] == rule.id]

    def is_own(self, rule: Rule) -> bool:
        """Whether a rule is the project's own."""
        return self.catalogue.rules.get(rule.id) is not rule

    def company(self, rule: Rule) -> str:
        """What people call the company's folder or bundle that a rule comes from; empty where it comes from none."""
        return "" if self.is_own(rule) else self.catalogue.companies.get(rule.id, "")

    @cached_property
    def plimsoll(self) -> Catalogue:
        """The catalogue without what companies add."""
        return catalogue_of_plimsoll()

    def origin(self, rule: Rule) -> dict[str, Any]:
        """Where a rule comes from, and whether it takes the place of one of the catalogue's."""
        own, company = self.is_own(rule), self.company(rule)
        span = rule.policy.span("spec", "id")
        return {
            "from": "project" if own else "company" if company else "catalogue",
            "path": (self.folder / span.path).as_posix() if own else span.path,
            "line": span.line,
            "overrides": rule.id in (self.catalogue.rules if own else self.plimsoll.rules if company else ()),
        }

    def rule(self, asked: str) -> Rule:
        """A rule by its id or its code, in any case.

        Raises:
            Refused: when there is none.
        """
        id_ = asked.upper().removeprefix("PLM-")
        if id_ not in self.rules:
            hint = did_you_mean(id_, self.rules) or "plimsoll policy list names all rules"
            raise Refused("rule", asked, "there is none of that name", hint)
        return self.rules[id_]


def catalogue_of_plimsoll() -> Catalogue:
    """The catalogue that comes with Plimsoll.

    Raises:
        Unavailable: when it is not whole.
    """
    root = data_root("policies")
    outcome = load_catalogue(root)
    if outcome.value is None:
        raise Unavailable(str(root), outcome.diagnostics[0].message, "install Plimsoll anew")
    return outcome.value


def in_force(folder: Path, given: Given) -> InForce | Findings:
    """The rules that hold for the specs of a folder; what is wrong with them, where that can't be told.

    A folder without specs has the catalogue's rules, and those of companies.
    """
    whole = with_companies(catalogue_of_plimsoll(), given.shared)
    leave_out = tuple(left_out(folder, given.folders))
    if whole.value is None:
        spans = {one.span.path for one in whole.diagnostics}
        sources = {path: source for path in spans for one in given.shared if (source := one.source(path))}
        return Findings(whole.diagnostics, {path: ShownFile(path, one.lines) for path, one in sources.items()})
    catalogue = whole.value
    if not any(True for _ in list_files(folder, leave_out)):
        nothing = Project(folder, (), _NOTHING)
        return InForce(folder, catalogue, nothing, catalogue.rules)
    read = resolved(folder, leave_out)
    own = rules_of(read.project, catalogue) if read.project else None
    if own is None or read.sound is None or any(one.blocks for one in own.diagnostics):
        return read.findings(*(own.diagnostics if own else ()))
    return InForce(folder, catalogue, read.sound, own.value or {})


def rules_asked_about(args: argparse.Namespace) -> InForce | None:
    """The rules that hold for the specs that a command names; none where that can't be told, which has been shown."""
    folder = spec_folder(args)
    held = in_force(folder, policies_given(args, folder))
    if isinstance(held, InForce):
        return held
    view: View = args.view
    view.findings(held)
    return None


def known_rules(folder: Path, given: Given) -> Mapping[str, Rule]:
    """The rules that hold for the specs of a folder, as far as can be told: specs or companies at fault add none."""
    held = in_force(folder, given)
    if not isinstance(held, Findings):
        return held.rules
    catalogue = catalogue_of_plimsoll()
    return (with_companies(catalogue, given.shared).value or catalogue).rules
