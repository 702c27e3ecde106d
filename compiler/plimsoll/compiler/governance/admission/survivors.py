"""Where what a spec says stands in what is rendered for it: rules over these fields can be held at admission too."""

from collections.abc import Mapping

from plimsoll.compiler.governance.admission.dialect import reads, replaced, shown
from plimsoll.compiler.governance.rules import Rule, expressions, message_parts

SURVIVORS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "Deployment": {
        "HorizontalPodAutoscaler": {
            "has(object.spec.online)": "true",
            "object.spec.online.scaling.min": "object.spec.minReplicas",
            "object.spec.online.scaling.max": "object.spec.maxReplicas",
        },
        "InferenceService": {
            "has(object.spec.online)": "true",
            "object.spec.online.scaling.min": "object.spec.predictor.minReplicas",
            "object.spec.online.scaling.max": "object.spec.predictor.maxReplicas",
        },
        "ScaledObject": {
            "has(object.spec.online)": "true",
            "object.spec.online.scaling.min": "object.spec.minReplicaCount",
            "object.spec.online.scaling.max": "object.spec.maxReplicaCount",
        },
    },
}
"""By the kind of a spec and the kind of an object: what an expression over the spec reads, and where the object has it.

A row is sound where every spec that a rule applies to is rendered to such an object, whatever else it says, and the
object has the value as the spec has it.
"""


def lost(rule: Rule, kind: str) -> list[str]:
    """What a rule over specs reads that objects of a kind do not have, in its own words."""
    known = SURVIVORS.get(rule.judges, {}).get(kind, {})
    found = {shown(one) for _, text, _ in expressions(rule.values) for one in reads(text, "object")}
    return sorted(found - known.keys())


def kept_in(rule: Rule) -> list[str]:
    """The kinds of objects that have all that a rule over specs reads; none for a rule that reads nothing of a spec."""
    if all(one.asked for _, text, _ in expressions(rule.values) for one in reads(text, "object")):
        return []
    return [kind for kind in SURVIVORS.get(rule.judges, {}) if not lost(rule, kind)]


def lost_everywhere(rule: Rule) -> list[str]:
    """What a rule over specs reads and no object has: as little as there is to say."""
    return min((lost(rule, kind) for kind in ("", *SURVIVORS.get(rule.judges, {}))), key=len)


def moved_to(text: str, judged: str, kind: str) -> str:
    """An expression over a spec as one over an object of a kind that has all that it reads."""
    return replaced(text, "object", SURVIVORS[judged][kind])


def message_moved(message: str, judged: str, kind: str) -> str:
    """A message over a spec as one over an object."""
    text, end = "", 0
    for expression, start in message_parts(message):
        text += message[end:start] + moved_to(expression, judged, kind)
        end = start + len(expression)
    return text + message[end:]
