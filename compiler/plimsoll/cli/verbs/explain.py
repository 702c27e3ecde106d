"""``plimsoll explain``: what a code means, and how to mend what it finds."""

import argparse
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import add_policies, policies_given
from plimsoll.cli.project_files import add_path, spec_folder
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line, View
from plimsoll.compiler.codes import CODES, RETIRED, Code
from plimsoll.compiler.hints import nearest
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.compiler.governance.rules import Rule
    from plimsoll.compiler.kinds.policy import PolicySpec

EXAMPLE = """\
example:
  plimsoll explain PLM-REF-002
  plimsoll explain SEC-07

Without a code, all of them are listed with their titles. Rules are those that hold for the project: the catalogue's,
those of companies and its own; a project that is at fault adds none. plimsoll policy explain says more of a rule.
"""

_PREFIX = "PLM-"


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``explain``."""
    parser.epilog = EXAMPLE
    parser.add_argument("code", nargs="?", metavar="CODE", help="such as PLM-REF-002, or a rule's id such as SEC-07")
    add_path(parser)
    add_policies(parser)


def run(args: argparse.Namespace) -> int:
    """Show the page of a code, or the list of all codes."""
    view: View = args.view
    if args.code is None:
        _list(view, _rules(args))
        return CLEAN
    asked = args.code.upper()
    code = asked if asked.startswith(_PREFIX) else f"{_PREFIX}{asked}"
    if code in CODES:
        view.result(_code_data(CODES[code]), _code_lines(CODES[code]))
        return CLEAN
    rules = _rules(args)
    rule = rules.get(code.removeprefix(_PREFIX))
    if rule is None:
        known = {one.removeprefix(_PREFIX): one for one in (*CODES, *(rule.code for rule in rules.values()))}
        near = nearest(code.removeprefix(_PREFIX), known)
        mend = f"did you mean {known[near]}?" if near else "plimsoll explain lists all codes"
        mend = f"it was retired; {RETIRED[code]} took its place" if code in RETIRED else mend
        raise Refused("code", args.code, "there is none of that name", mend)
    view.result(_rule_data(code, rule.spec), _rule_lines(code, rule.spec))
    return CLEAN


def _list(view: View, rules: "Mapping[str, Rule]") -> None:
    titles = {one.code: one.title for one in CODES.values()}
    titles |= {rule.code: rule.spec.title for rule in rules.values()}
    width = max(map(len, titles))
    view.result({"codes": titles}, (f"{code:<{width}}  {title}" for code, title in titles.items()))


def _rules(args: argparse.Namespace) -> "Mapping[str, Rule]":
    from plimsoll.cli.policy.in_force import known_rules

    folder = spec_folder(args)
    return known_rules(folder, policies_given(args, folder))


def _code_data(one: Code) -> dict[str, Any]:
    return {"code": one.code, "title": one.title, "meaning": one.meaning, "mend": one.mend, "example": one.example}


def _code_lines(one: Code) -> Iterator[Line]:
    yield from _head(one.code, one.title)
    yield one.meaning
    yield from _mend(one.mend)
    yield [Styled("brought about by:", Style.STRONG)]
    yield from (f"  {line}".replace("\t", "<tab>") for line in one.example.splitlines())


def _head(code: str, title: str) -> Iterator[Line]:
    yield [Styled(code, Style.NOTE), Styled(f": {title}", Style.STRONG)]
    yield ""


def _mend(text: str) -> Iterator[Line]:
    yield ""
    yield [Styled("to mend it: ", Style.STRONG), text]
    yield ""


def _rule_data(code: str, spec: "PolicySpec") -> dict[str, Any]:
    return {"code": code, **spec.model_dump(mode="json", by_alias=True)}


def _rule_lines(code: str, spec: "PolicySpec") -> Iterator[Line]:
    yield from _head(code, spec.title)
    yield spec.rationale
    yield from _mend(spec.remedy)
    judged = f"rendered {', '.join(spec.objects)}" if spec.objects else spec.judges
    scope = f"{spec.severity} severity, judges every {judged}, by {spec.evidence} evidence"
    yield [Styled("scope: ", Style.STRONG), scope]
    if spec.when:
        yield [Styled("when: ", Style.STRONG), " ".join(spec.when.split())]
    for rule in spec.rules:
        yield [Styled("must hold: ", Style.STRONG), " ".join(rule.expression.split())]
    for control in spec.controls:
        checked = "" if control.status == "verified" else " (mapping not verified)"
        yield [Styled("checks support: ", Style.STRONG), f"{control.framework} {control.article}{checked}"]
