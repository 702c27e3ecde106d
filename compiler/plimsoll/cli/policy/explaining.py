"""``plimsoll policy explain``: the page of a rule, with what a project's bindings and waivers make of it."""

import argparse
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import add_policies
from plimsoll.cli.project_files import add_path
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS

if TYPE_CHECKING:
    from plimsoll.cli.policy.in_force import InForce
    from plimsoll.compiler.governance.rules import Rule
    from plimsoll.compiler.kinds.policy import Control

EXAMPLE = """\
example:
  plimsoll policy explain RES-01
  plimsoll policy explain PLM-SEC-07 --json

A control that is marked as not verified names an article that nobody has yet held against the rule. One that binds
later says from when. Checks support a control; they never establish compliance with it.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy explain``."""
    parser.epilog = EXAMPLE
    parser.add_argument("rule", metavar="ID", help="a rule's id such as RES-01, or its code")
    add_path(parser)
    add_policies(parser)


def run(args: argparse.Namespace) -> int:
    """Show all that is known of a rule."""
    from plimsoll.cli.policy.in_force import rules_asked_about

    held = rules_asked_about(args)
    if held is None:
        return FINDINGS
    view: View = args.view
    data = _data(held, held.rule(args.rule))
    view.result(data, _lines(held, held.rule(args.rule), data))
    return CLEAN


def _data(held: "InForce", rule: "Rule") -> dict[str, Any]:
    from plimsoll.compiler.governance.modes import default_mode

    said = rule.spec.model_dump(mode="json", by_alias=True)
    return {
        "code": rule.code,
        **said,
        "origin": held.origin(rule),
        "default": default_mode(rule),
        "modes": held.modes(rule),
        "waivers": [_waiver(held, one) for one in held.waivers(rule)],
        "fixtures": _fixtures(held, rule),
    }


def _waiver(held: "InForce", one: Any) -> dict[str, Any]:
    said = one.values["spec"]
    span = one.span("spec", "policy")
    keys = ("object", "environments", "reason", "ticket", "approver", "expires")
    return {
        "name": one.name,
        **{key: said[key] for key in keys},
        "expired": date.fromisoformat(said["expires"]) < date.today(),
        "path": (held.folder / span.path).as_posix(),
        "line": span.line,
    }


def _fixtures(held: "InForce", rule: "Rule") -> dict[str, list[str]] | None:
    """What the cases of a rule of the catalogue show."""
    if held.is_own(rule) or held.company(rule):
        return None
    from plimsoll.compiler.governance.cases import cases_of

    return cases_of(rule, held.catalogue)


def _lines(held: "InForce", rule: "Rule", data: dict[str, Any]) -> Iterator[Line]:
    spec = rule.spec
    yield [Styled(rule.code, Style.NOTE), Styled(f": {spec.title}", Style.STRONG)]
    yield ""
    yield " ".join(spec.rationale.split())
    yield ""
    yield from _scope(held, rule, data)
    if spec.when:
        yield from _expression("applies when", spec.when)
    for condition in spec.rules:
        yield from _expression("must hold", condition.expression)
        yield [Styled("  otherwise, ", Style.STRONG), f"at {condition.blame.route}: {condition.message}"]
    yield [Styled("to keep it: ", Style.STRONG), " ".join(spec.remedy.split())]
    for control in spec.controls:
        yield [Styled("checks support: ", Style.STRONG), _control(control)]
    for waiver in data["waivers"]:
        ended = "expired on" if waiver["expired"] else "until"
        where = f" in {', '.join(waiver['environments'])}" if waiver["environments"] else ""
        told = f"{waiver['object']}{where}, {ended} {waiver['expires']}, by {waiver['approver']}: {waiver['reason']}"
        yield [Styled("waived: ", Style.STRONG), told]
    for which, cases in (data["fixtures"] or {}).items():
        yield from ([Styled(f"{which}: ", Style.STRONG), case] for case in cases)


def _scope(held: "InForce", rule: "Rule", data: dict[str, Any]) -> Iterator[Line]:
    from plimsoll.cli.policy.listing import modes_in_words

    spec, origin = rule.spec, data["origin"]
    judged = f"rendered {', '.join(spec.objects)}" if spec.objects else spec.judges
    yield [
        Styled("scope: ", Style.STRONG),
        f"{spec.severity} severity, judges every {judged}, by {spec.evidence} evidence",
    ]
    yield [Styled("enforced: ", Style.STRONG), modes_in_words(held, rule)]
    instead = ", in the place of the catalogue's rule" if origin["overrides"] else ""
    yield [Styled("stands in: ", Style.STRONG), f"{origin['path']}:{origin['line']}{instead}"]


def _expression(word: str, text: str) -> Iterator[Line]:
    yield [Styled(f"{word}:", Style.STRONG)]
    yield from (f"  {line}" for line in text.strip().splitlines())


def _control(control: "Control") -> str:
    """A control with all that limits what is said of it."""
    since = control.effective_from
    notes = [
        control.jurisdiction or "",
        f"{'from' if since > date.today() else 'since'} {since}" if since else "",
        "" if control.status == "verified" else "mapping not verified",
    ]
    told = ", ".join(filter(None, notes))
    return f"{control.framework} {control.article}{f' ({told})' if told else ''}"
