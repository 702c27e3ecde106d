"""``plimsoll policy try``: one expression, or one rule, on one spec, with the path of its evaluation."""

import argparse
import re
from typing import TYPE_CHECKING, Any

from plimsoll.cli.policies_given import add_policies
from plimsoll.cli.project_files import add_path
from plimsoll.cli.views.view import Findings, ShownFile, View
from plimsoll.contract.exit_codes import CLEAN, FINDINGS
from plimsoll.contract.refusal import Refused

if TYPE_CHECKING:
    from plimsoll.cli.policy.in_force import InForce
    from plimsoll.cli.policy.judged import Tried
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.governance.rules import Rule
    from plimsoll.compiler.project.located import Located

EXAMPLE = """\
example:
  plimsoll policy try 'object.spec.online.scaling.min > 1' --on deployment/flight-delay-online
  plimsoll policy try RES-01 --on deployment/flight-delay-online --environment production
  plimsoll policy try 'has(object.spec.template)' --on deployment/flight-delay-online --rendered Deployment --json

The expression is checked against the types of the spec's kind, and evaluated as a rule is. Each part is shown with its
value; what was not asked since something else had decided says so, and of all and exists the element that decided is
shown. Without an environment the spec is tried wherever a rule would be asked about it. The exit code is 1 where an
expression is false or has no answer, and where a rule is broken; bindings and waivers are not asked.
"""

_RULE = re.compile(r"(?i:PLM-)?[A-Za-z]{2,5}-[0-9]{2,3}")
_NAMED = "<expression>"
"""What stands for a file where an expression of the command line is shown."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Arguments of ``policy try``."""
    parser.epilog = EXAMPLE
    parser.add_argument("expression", metavar="EXPRESSION|ID", help="CEL over object and context, or a rule's id")
    add_path(parser)
    add_policies(parser)
    parser.add_argument("--on", required=True, metavar="KIND/NAME", help="the spec to try it on, the kind in any case")
    parser.add_argument("--environment", "-e", metavar="E", help="only as it is there")
    parser.add_argument(
        "--rendered", metavar="KIND", help="try it on what is rendered for the spec, of this kind, such as Deployment"
    )


def run(args: argparse.Namespace) -> int:
    """Try it, wherever a rule would be asked."""
    from plimsoll.cli.policy.in_force import rules_asked_about

    held = rules_asked_about(args)
    if held is None:
        return FINDINGS
    if _RULE.fullmatch(args.expression):
        return _try_rule(args, held, held.rule(args.expression))
    return _try_expression(args, held)


def _try_rule(args: argparse.Namespace, held: "InForce", rule: "Rule") -> int:
    from plimsoll.cli.policy.judged import flows_asked, renditions_asked, specs_asked, try_rule
    from plimsoll.compiler.governance.rules import FLOW

    one = _found(args, held)
    kinds = rule.objects & {args.rendered} if args.rendered else rule.objects
    if args.rendered and not kinds:
        raise Refused("rendered kind", args.rendered, f"{rule.id} judges none of it")
    if rule.judges == FLOW:
        return _show(args, one, try_rule(rule, flows_asked(held.project, one, args.environment, rule)), rule=rule)
    if not rule.objects and rule.judges != one.kind:
        raise Refused(
            "rule", rule.id, f"it judges every {rule.judges}, and no {one.kind}", "name a spec that it judges"
        )
    if rule.objects:
        asked = renditions_asked(held.project, one, args.environment, kinds)
    else:
        asked = specs_asked(held.project, one, args.environment, rule.reads)
    return _show(args, one, try_rule(rule, asked), rule=rule)


def _try_expression(args: argparse.Namespace, held: "InForce") -> int:
    from plimsoll.cli.policy.judged import reads_of, renditions_asked, specs_asked, try_expression
    from plimsoll.compiler.governance.rules import RENDERED

    one = _found(args, held)
    faults = _faults(RENDERED if args.rendered else one.kind, args.expression)
    if faults:
        args.view.findings(Findings(faults, {_NAMED: ShownFile(_NAMED, tuple(args.expression.split("\n")))}))
        return FINDINGS
    if args.rendered:
        asked = renditions_asked(held.project, one, args.environment, {args.rendered})
    else:
        asked = specs_asked(held.project, one, args.environment, reads_of(args.expression))
    return _show(args, one, try_expression(args.expression, asked), rule=None)


def _found(args: argparse.Namespace, held: "InForce") -> "Located[Any]":
    """The spec that is asked about.

    Raises:
        Refused: when there is none, when rules judge none of its kind, or when there is no such environment.
    """
    from plimsoll.cli.object_named import object_named
    from plimsoll.compiler.governance.typecheck import JUDGED
    from plimsoll.compiler.rendering.naming import require_environment

    one = object_named(held.project, args.on)
    if one.kind not in JUDGED:
        raise Refused("object", one.key, f"no rule judges a {one.kind}", f"rules judge {', '.join(JUDGED)}")
    if args.environment is not None:
        require_environment(held.project, args.environment)
    return one


def _faults(kind: str, expression: str) -> "tuple[Diagnostic, ...]":
    """What is wrong with an expression, at its place on the command line."""
    from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
    from plimsoll.compiler.governance.typecheck import type_of

    found = type_of(kind, expression)
    told: list[Diagnostic] = []
    for fault in found if isinstance(found, tuple) else ():
        before = expression[: fault.offset].split("\n")
        column = len(before[-1]) + 1
        length = min(fault.length, len(expression.split("\n")[len(before) - 1]) - len(before[-1]))
        span = Span(_NAMED, len(before), column, column + max(1, length))
        told.append(Diagnostic("PLM-GOV-001", Severity.ERROR, fault.message, span, help=fault.help))
    return tuple(told)


def _show(args: argparse.Namespace, one: "Located[Any]", tried: "list[Tried]", *, rule: "Rule | None") -> int:
    from plimsoll.cli.policy.trial_lines import trial_data, trials_lines

    view: View = args.view
    if not tried:
        where = f" in {args.environment}" if args.environment else ""
        raise Refused("object", one.key, f"nothing is judged of it{where}", _why_not(args, rule))
    data = {
        "object": one.key,
        "rule": rule.id if rule else None,
        "expression": None if rule else args.expression,
        "tried": [trial_data(each) for each in tried],
    }
    view.result(data, trials_lines(tried, one.key, is_rule=rule is not None))
    return FINDINGS if any(_fails(each, is_rule=rule is not None) for each in tried) else CLEAN


def _fails(tried: "Tried", *, is_rule: bool) -> bool:
    """Whether it does not pass; an expression that is no condition fails where it has no value."""
    if is_rule:
        return tried.verdict not in ("holds", "does not apply")
    step = tried.conditions[0].step
    return step.state != "value" or step.value is False


def _why_not(args: argparse.Namespace, rule: "Rule | None") -> str:
    if rule is not None and rule.judges == "Flow":
        return "no data comes to a place of its that the rule judges; name what owns such a place"
    kinds = args.rendered or ", ".join(sorted(rule.objects) if rule else ())
    if kinds:
        return f"of {kinds} none is rendered for it: for a Deployment, only once a version is pinned"
    return (
        "name an environment that it reaches" if args.environment else "no deployment leads from it to an environment"
    )
