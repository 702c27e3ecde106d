"""Rule → what a ValidatingAdmissionPolicy says: conditions under which it applies, validations, and their messages.

The API server evaluates expressions on plain values, as our engine does: the type of ``object`` is ``dyn``, and a field
that is not there is asked for by ``has`` on both sides. A rule's text therefore stays as it was written, but for the
names of its two variables:

- ``object`` becomes ``variables.object``, which is ``dyn(object)``: one policy is matched by several kinds, and the API
  server's own type checker would else report fields that only some of them have.
- ``context`` becomes ``variables.context``, a literal with those values of the environment that the rule reads.

A condition under which a rule applies may use no variables; there, both are written out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.governance.admission.dialect import COMMON, binds, calls, literal, moved, null_is_absent, reads
from plimsoll.compiler.governance.admission.resources import ELSEWHERE, resources_of
from plimsoll.compiler.governance.admission.survivors import kept_in, lost_everywhere, message_moved, moved_to
from plimsoll.compiler.governance.engine import EvaluationFailed, variables
from plimsoll.compiler.governance.evaluating import message_of
from plimsoll.compiler.governance.rules import FLOW, Rule, expressions, message_parts

_HELD = {"object": "variables.object", "context": "variables.context"}

LET_GO = (
    "!has(object.metadata.deletionTimestamp)"
    " || !dyn(object).all(k, k in ['metadata', 'status'] || k in dyn(oldObject) && dyn(object)[k] == dyn(oldObject)[k])"
    " || !dyn(oldObject).all(k, k in ['metadata', 'status'] || k in dyn(object))"
)
"""Applies unless an object is being deleted and nothing but its metadata changes: its finalizers may always be taken
away, or an object that broke a rule before there was a policy could never go."""

MOST_BYTES = 5 * 1024
"""A longer message is not shown by the API server."""


class NotExportable(Exception):
    """A rule that the API server can't hold; the message says why."""


@dataclass(frozen=True)
class Said:
    """What is said when a validation fails: a text, or an expression that is one."""

    text: str = ""
    expression: str = ""


@dataclass(frozen=True)
class Validation:
    """A condition of a rule."""

    expression: str
    message: Said


@dataclass(frozen=True)
class Translation:
    """A rule in the API server's words, for objects of some kinds."""

    kinds: tuple[str, ...]
    left_out: Mapping[str, str]
    """The kinds of the rule that it isn't for, and why."""
    variables: tuple[tuple[str, str], ...]
    conditions: tuple[tuple[str, str], ...]
    """Under which it applies: all of them."""
    validations: tuple[Validation, ...]


@dataclass(frozen=True)
class _Words:
    """What a rule says, over objects of some kinds."""

    kinds: tuple[str, ...]
    when: str | None
    conditions: tuple[tuple[str, str], ...]
    """Expression and message."""

    @property
    def texts(self) -> Iterator[str]:
        """Every expression."""
        for expression, message in self.conditions:
            yield expression
            yield from (part for part, _ in message_parts(message))
        if self.when is not None:
            yield self.when


def translate(rule: Rule, environment: Mapping[str, Any], waived: str = "") -> tuple[Translation, ...]:
    """A rule as it holds in an environment, given the environment's values; one over specs for each kind of object.

    ``waived`` is an expression, true for objects that may break the rule. As with our own engine, it lets pass an
    object for which the rule is false, and none for which it has no value.

    Raises:
        NotExportable: when the API server can't hold it.
    """
    _require_common(rule)
    left_out: dict[str, str] = {}
    return tuple(_translated(rule, words, environment, waived, left_out) for words in _words(rule, left_out))


def _require_common(rule: Rule) -> None:
    """See to it that a rule reads and calls what the API server has.

    Raises:
        NotExportable: when it doesn't.
    """
    if rule.judges == FLOW:
        raise NotExportable(
            "judges data on its way through several specs, and the API server judges one object by itself"
        )
    texts = [text for _, text, _ in expressions(rule.values)]
    if any(binds(text) & {"object", "context"} for text in texts):
        raise NotExportable("gives the name of the object or the context to something else")
    context = [one.path for text in texts for one in reads(text, "context")]
    if any(len(path) == 1 for path in context):
        raise NotExportable("takes the context whole, so that what it reads can't be told")
    if any(path[1] == "today" for path in context):
        raise NotExportable("reads context.today, and the API server's expressions have no clock")
    if elsewhere := sorted({f"context.{path[1]}" for path in context} - {"context.environment"}):
        raise NotExportable(f"reads {', '.join(elsewhere)}, and the API server judges one object by itself")
    if unknown := sorted({name for text in texts for name in calls(text)} - COMMON):
        raise NotExportable(f"calls {', '.join(unknown)}, which the API server lacks or takes otherwise")


def _words(rule: Rule, left_out: dict[str, str]) -> Iterator[_Words]:
    """What a rule says: for all kinds of objects at once, or, over specs, for each kind that has what it reads."""
    if rule.objects:
        kinds = tuple(kind for kind in sorted(rule.objects) if not _why_not(kind, left_out))
        if not kinds:
            raise NotExportable("; ".join(f"{kind}: {why}" for kind, why in sorted(left_out.items())))
        yield _Words(kinds, rule.when, tuple((one.expression, one.message) for one in rule.conditions))
        return
    kept = kept_in(rule)
    if not kept:
        raise NotExportable(_why_lost(rule))
    for kind in kept:
        when = moved_to(rule.when, rule.judges, kind) if rule.when is not None else None
        yield _Words(
            (kind,),
            None if when == "true" else when,
            tuple(
                (moved_to(one.expression, rule.judges, kind), message_moved(one.message, rule.judges, kind))
                for one in rule.conditions
            ),
        )


def _why_not(kind: str, left_out: dict[str, str]) -> str:
    found = resources_of(kind)
    if not found:
        left_out[kind] = "no resource of the API server is known by this kind"
    elif not found[0].namespaced and kind != "Namespace":
        left_out[kind] = "its objects belong to no namespace, and so to no environment"
    elif kind in ELSEWHERE:
        left_out[kind] = "its objects lie in another namespace than the environment's"
    return left_out.get(kind, "")


def _why_lost(rule: Rule) -> str:
    if not (missing := lost_everywhere(rule)):
        return f"judges a spec, the {rule.judges}, and reads nothing of it that is rendered"
    shown = ", ".join(missing[:4]) + (f" and {len(missing) - 4} more" if len(missing) > 4 else "")
    return f"judges a spec, the {rule.judges}; no rendered object is known to hold {shown}"


def _translated(
    rule: Rule, words: _Words, environment: Mapping[str, Any], waived: str, left_out: Mapping[str, str]
) -> Translation:
    context = _literal_context(words, environment)
    conditions = [("is-not-going-away", LET_GO)]
    if words.when is not None:
        when = null_is_absent(moved(words.when, {"object": "dyn(object)", "context": context}))
        conditions.append(("rule-applies", when))
    variables = [("object", "dyn(object)")]
    if any(reads(text, "context") for text in words.texts):
        variables.append(("context", context))
    if waived:
        variables.append(("waived", waived))
    validations = tuple(_validation(rule, one, message, environment, waived) for one, message in words.conditions)
    return Translation(words.kinds, left_out, tuple(variables), tuple(conditions), validations)


def _validation(rule: Rule, condition: str, message: str, environment: Mapping[str, Any], waived: str) -> Validation:
    said = _said(rule, message, environment)
    expression = null_is_absent(moved(condition, _HELD)).strip()
    if waived:
        stands = f"size({said.expression}) > 0 && variables.waived" if said.expression else "variables.waived"
        expression = f"(\n{expression}\n) ? true : {stands}"
    return Validation(expression, said)


def answered(validation: Validation) -> str:
    """An expression that is true where a validation has a verdict, whatever it is, and else has no value."""
    told = validation.message.expression
    return f"(\n{validation.expression}\n) ? true : " + (f"size({told}) > 0" if told else "true")


def _literal_context(words: _Words, environment: Mapping[str, Any]) -> str:
    """The values of the environment that an expression reads, as a literal; what isn't there isn't there."""
    kept: dict[str, Any] = {"environment": {}}
    paths = {one.path[2:] for text in words.texts for one in reads(text, "context")}
    for path in sorted(paths, key=lambda one: (len(one), one)):
        _keep(path, environment, kept["environment"])
    return f"dyn({literal(kept)})"


def _keep(path: tuple[str, ...], whole: Mapping[str, Any], kept: dict[str, Any]) -> None:
    if not path:
        kept.update(whole)
        return
    first, *rest = path
    if first not in whole or kept.get(first) is whole[first]:
        return
    if rest and isinstance(whole[first], Mapping):
        _keep(tuple(rest), whole[first], kept.setdefault(first, {}))
    else:
        kept[first] = whole[first]


def _said(rule: Rule, message: str, environment: Mapping[str, Any]) -> Said:
    """The message of a condition: what it says of the environment is known by now."""
    told, texts, end = list[str](), [f"{rule.id}: "], 0
    for expression, start in message_parts(message):
        texts[-1] += message[end : start - 1]
        end = start + len(expression) + 1
        if reads(expression, "object"):
            told.append(_shown(expression))
            texts.append("")
        else:
            texts[-1] += _fixed(expression, environment)
    texts[-1] += message[end:]
    if any("\n" in text for text in texts) or sum(len(text.encode()) for text in texts) > MOST_BYTES:
        raise NotExportable("a message of several lines, or too long, isn't shown by the API server")
    if not told:
        return Said(text=texts[0])
    pieces = (piece for text, each in zip(texts, (*told, ""), strict=True) for piece in (text and literal(text), each))
    return Said(expression=" + ".join(piece for piece in pieces if piece))


def _fixed(expression: str, environment: Mapping[str, Any]) -> str:
    try:
        return message_of(f"{{{expression}}}", variables({}, {"environment": dict(environment)}))
    except EvaluationFailed as failure:
        raise NotExportable(f"{expression} in a message has no value in this environment: {failure}") from None


def _shown(expression: str) -> str:
    """A value in a sentence, as our engine shows it: the members of a list with commas between them."""
    held = null_is_absent(moved(expression, _HELD))
    return f"[dyn({held})].map(v, type(v) == list ? v.map(i, string(i)).join(', ') : string(v))[0]"
