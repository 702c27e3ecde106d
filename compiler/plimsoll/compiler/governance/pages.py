"""Reference pages of the governance rules, in Markdown, generated from the rules themselves."""

from collections.abc import Iterable
from typing import get_args

from plimsoll.compiler.flow.sinks import SINKS
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.context import Context, Demand, Pinned
from plimsoll.compiler.governance.flow import Flow, FlowContext, FlowLabel, FlowLowering, FlowSink
from plimsoll.compiler.governance.modes import default_mode
from plimsoll.compiler.governance.rules import FLOW, Rule
from plimsoll.compiler.kinds.common import Part
from plimsoll.compiler.kinds.policy import Control

_EVIDENCE = {
    "declared": "what a spec says of itself; it proves nothing about what runs",
    "rendered": "what stands in a rendered manifest",
    "linked": "a link to evidence that lies elsewhere",
}


def policy_page(rule: Rule) -> str:
    """The page of one rule: what it asks, why, how to keep it, and which controls its checks support."""
    spec = rule.spec
    facts = [
        ("Severity", spec.severity),
        ("Where no binding names it", default_mode(rule)),
        ("Judges", f"{_judged(rule)}, {_how_often(rule)}"),
        ("Evidence", f"{spec.evidence}: {_EVIDENCE[spec.evidence]}"),
        ("Finding", f"`{rule.code}`"),
    ]
    parts = [f"# {spec.id}: {spec.title}", _table(("", ""), facts), spec.rationale.strip()]
    if spec.leaves_to:
        left = f"[{spec.leaves_to}]({spec.leaves_to}.md)"
        parts.append(f"What a spec brings about is {left}'s to find. This rule finds what a patch brings about.")
    if spec.when:
        parts += ["## When it applies", _code(spec.when)]
    parts.append("## What must hold")
    for condition in spec.rules:
        parts += [_code(condition.expression), f"Otherwise, at `{condition.blame.route}`: {condition.message}"]
    parts += ["## How to keep it", f"{spec.remedy[0].upper()}{spec.remedy[1:]}."]
    if spec.controls:
        rows = [_control(control) for control in spec.controls]
        parts += ["## Controls", "The checks support these controls. They don't establish compliance with any of them."]
        parts.append(_table(("Framework", "Article", "Jurisdiction", "From", "Mapping"), rows))
    return "\n\n".join(parts) + "\n"


def policies_page(catalogue: Catalogue) -> str:
    """The page of the whole catalogue: every rule, and what a rule's expressions can see."""
    rows = [
        (f"[{rule.id}]({rule.id}.md)", rule.spec.title, _judged(rule), rule.spec.severity, default_mode(rule))
        for rule in catalogue.rules.values()
    ]
    parts = [
        "# Governance rules",
        f"The catalogue has {len(rows)} rules. A `PolicyBinding` sets how hard a rule is enforced in an environment; "
        "where none names it, critical and high rules deny, medium and low ones warn. Of several bindings, the "
        "strictest counts.",
        _table(("Rule", "Title", "Judges", "Severity", "Default"), rows),
        "## What an expression sees",
        "`object` is the spec that is judged, with the keys of YAML, defaults filled in, and a deployment as it is in "
        "the environment. Durations are seconds, windows and retentions days. A field that isn't given is absent: test "
        "it with `has()`. Lists and mappings are always there, if only empty. `context` holds:",
        _fields("context", Context),
        _fields("context.demand", Demand),
        _fields("context.pins", Pinned),
        " ".join((Context.__doc__ or "").replace("``", "`").split()),
        "A rule that judges rendered objects sees as `object` the manifest as it will be applied, patches included, "
        "with the fields of its kind; none of them is filled in. Its `context` holds `environment` and `today` alone.",
        "## What a rule that judges Flow sees",
        "It is judged once for each source whose data comes to a sink, by whichever ways. Labels begin at data "
        "sources, flow through feature sets and models, and end only where a feature set declassifies them. A finding "
        "is about the spec that owns the sink, and shows a shortest way that is enough to break the rule, step by "
        "step.",
        _fields("object", Flow),
        _fields("object.label", FlowLabel),
        _fields("object.sink", FlowSink),
        _fields("object.declassified[]", FlowLowering),
        _fields("context", FlowContext),
        _table(("`object.sink.kind`", "Meaning"), ((f"`{kind}`", meaning) for kind, meaning in SINKS.items())),
    ]
    return "\n\n".join(parts) + "\n"


def _judged(rule: Rule) -> str:
    if not rule.objects:
        return f"`{rule.spec.judges}`"
    return "rendered " + ", ".join(f"`{kind}`" for kind in rule.spec.objects or ())


def _how_often(rule: Rule) -> str:
    if rule.judges == FLOW:
        return "at each sink that data of a source comes to"
    if rule.objects or rule.per_environment or rule.spec.judges in ("Deployment", "Environment"):
        return "in each environment"
    return "once"


def _control(control: Control) -> tuple[str, ...]:
    since = control.effective_from.isoformat() if control.effective_from else ""
    return control.framework, control.article, control.jurisdiction or "any", since, control.status


def _fields(prefix: str, model: type[Part]) -> str:
    rows = []
    for name, field in model.model_fields.items():
        annotation = field.annotation
        inner = next((a for a in get_args(annotation) if isinstance(a, type) and issubclass(a, Part)), None)
        several = "list of " if str(annotation).startswith("tuple") else ""
        kind = f"{several}{inner.__name__}" if inner else str(getattr(annotation, "__name__", annotation))
        rows.append((f"`{prefix}.{field.alias or name}`", kind, field.description or ""))
    return _table(("Field", "Type", "Meaning"), rows)


def _code(expression: str) -> str:
    return f"```cel\n{expression.strip()}\n```"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
