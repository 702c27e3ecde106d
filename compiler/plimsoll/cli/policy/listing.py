"""``plimsoll policy list``: every rule that holds for a project."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import add_policies
from plimsoll.cli.project_files import add_path
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.cli.policy.in_force import InForce
    from plimsoll.compiler.governance.rules import Rule

EXAMPLE = """\
example:
  plimsoll policy list
  plimsoll policy list --group RES --judges Deployment
  plimsoll policy list --framework "EU AI Act" --json

For each rule: its severity, what it judges, by which evidence, and how hard it is enforced in which environment, as the
bindings of the project say. Rules of the project, and those that take the place of one of the catalogue's, say where
they stand. In a folder without specs the catalogue is listed, with the mode where no binding names a rule.
"""

_LOOK = {"critical": Style.ERROR, "high": Style.ERROR, "medium": Style.WARNING, "low": Style.NOTE}
_HARDEST_FIRST = ("deny", "warn", "audit")


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy list``."""
    parser.epilog = EXAMPLE
    add_path(parser)
    add_policies(parser)
    parser.add_argument("--group", metavar="GROUP", help="only the rules of a group, such as RES")
    parser.add_argument("--framework", metavar="F", help="only what supports controls of a law or standard: GDPR")
    parser.add_argument("--judges", metavar="KIND", help="only what judges a kind of spec, or of rendered object")


def run(args: argparse.Namespace) -> int:
    """List the rules that the filters leave."""
    from plimsoll.cli.policy.in_force import rules_asked_about

    held = rules_asked_about(args)
    if held is None:
        return FINDINGS
    view: View = args.view
    rules = _chosen(held, args)
    view.result({"rules": [_data(held, rule) for rule in rules]}, _lines(held, rules))
    return CLEAN


def _chosen(held: "InForce", args: argparse.Namespace) -> list["Rule"]:
    rules = list(held.rules.values())
    if args.group is not None:
        groups = {_group(rule) for rule in rules}
        rules = [rule for rule in rules if _group(rule) == _known("group", args.group, groups)]
    if args.framework is not None:
        frameworks = {name for rule in held.rules.values() for name in _frameworks(rule)}
        asked = args.framework.casefold()
        if not any(asked in name.casefold() for name in frameworks):
            _known("framework", args.framework, frameworks)
        rules = [rule for rule in rules if any(asked in name.casefold() for name in _frameworks(rule))]
    if args.judges is not None:
        kinds = {kind for rule in held.rules.values() for kind in _judged(rule)}
        rules = [rule for rule in rules if _known("kind", args.judges, kinds) in _judged(rule)]
    return rules


def _known(what: str, asked: str, known: Iterable[str]) -> str:
    """A word as it is spelt, whichever case it was asked for in."""
    from plimsoll.compiler.hints import did_you_mean

    words = {word.casefold(): word for word in known}
    if asked.casefold() not in words:
        hint = did_you_mean(asked, words.values())
        raise Refused(what, asked, f"no rule has this {what}", hint)
    return words[asked.casefold()]


def _group(rule: "Rule") -> str:
    return rule.id.partition("-")[0]


def _frameworks(rule: "Rule") -> list[str]:
    return [control["framework"] for control in rule.values["controls"]]


def _judged(rule: "Rule") -> set[str]:
    return {rule.judges, *rule.objects}


def _data(held: "InForce", rule: "Rule") -> dict[str, Any]:
    from plimsoll.compiler.governance.modes import default_mode

    spec = rule.spec
    return {
        "id": rule.id,
        "title": spec.title,
        "severity": rule.severity,
        "judges": rule.judges,
        "objects": sorted(rule.objects),
        "evidence": spec.evidence,
        "frameworks": sorted(set(_frameworks(rule))),
        "default": default_mode(rule),
        "modes": held.modes(rule),
        "waivers": [one.name for one in held.waivers(rule)],
        "origin": held.origin(rule),
    }


def _lines(held: "InForce", rules: list["Rule"]) -> Iterator[Line]:
    if not rules:
        yield "no rule is left by these filters"
        return
    rows = [(rule, _what(rule), modes_in_words(held, rule)) for rule in rules]
    judged, modes = max(len(what) for _, what, _ in rows), max(len(mode) for _, _, mode in rows)
    for rule, what, mode in rows:
        severity = Styled(f"{rule.severity:<8}", _LOOK[rule.severity])
        evidence = f"{rule.spec.evidence:<8}"
        yield [
            Styled(f"{rule.id:<8}", Style.STRONG),
            severity,
            f"  {what:<{judged}}  {evidence}  {mode:<{modes}}  {rule.spec.title}",
        ]
        if held.is_own(rule) or held.company(rule):
            yield [Styled(f"{'':<8}{_origin(held.origin(rule))}", Style.DIM)]
    yield f"{len(rules)} rule{'' if len(rules) == 1 else 's'}"


def _what(rule: "Rule") -> str:
    return "rendered" if rule.objects else rule.judges


def _origin(origin: Mapping[str, Any]) -> str:
    instead = ", takes the place of the catalogue's" if origin["overrides"] else ""
    return f"{origin['path']}:{origin['line']}{instead}"


def modes_in_words(held: "InForce", rule: "Rule") -> str:
    """How hard a rule is enforced: one word where it is the same everywhere, else each mode with its environments."""
    from plimsoll.compiler.governance.modes import default_mode

    modes = held.modes(rule)
    if len(set(modes.values())) < 2:
        return next(iter(modes.values()), default_mode(rule))
    told = {mode: ", ".join(where for where, its in modes.items() if its == mode) for mode in _HARDEST_FIRST}
    return "; ".join(f"{mode} {where}" for mode, where in told.items() if where)
