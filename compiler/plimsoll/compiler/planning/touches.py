"""What a field of a spec has to do with: learning, judging, running, or words."""

from plimsoll.compiler.planning.plan import EffectKind, FieldChange, ObjectChange

_LEARNT_FROM = {
    "Model": ("spec.task", "spec.examples.", "spec.features", "spec.window.", "spec.training.", "spec.format."),
    "FeatureSet": (
        "spec.entity.",
        "spec.sources",
        "spec.transformation.",
        "spec.timestamp",
        "spec.ttl",
        "spec.features.",
    ),
    "DataSource": ("spec.location.", "spec.timestamp", "spec.columns."),
}
_SERVED_FROM = {
    **_LEARNT_FROM,
    "Model": ("spec.task", "spec.examples.", "spec.features", "spec.format."),
    "Environment": (
        "spec.runtimeImage",
        "spec.stores.",
        "spec.signers.",
        "spec.network.",
        "spec.namespace",
        "spec.region",
        "spec.platform.serving",
    ),
    "Deployment": ("spec.",),
}
_RUN_BY = ("spec.training.resources.", "spec.training.timeout", "spec.training.retries", "spec.schedule.")
_WORDS = (".description", ".unit", ".personalData")


def touches(key: str, change: FieldChange) -> EffectKind:
    """What a changed field of a model, or of what it is made from, does to the model's training."""
    kind, route = key.partition("/")[0], change.route
    if route.startswith("spec.evaluation.") or ".expect." in route:
        return "judge"
    if route.startswith(_RUN_BY):
        return "run"
    if route.startswith(_LEARNT_FROM.get(kind, ())) and not route.endswith(_WORDS):
        return "retrain"
    return "describe"


def serves(key: str, change: FieldChange) -> bool:
    """Whether a server is told of a changed field, so that its pods are replaced."""
    return change.route.startswith(_SERVED_FROM.get(key.partition("/")[0], ()))


def reason(change: ObjectChange, kind: EffectKind) -> str:
    """Why an object has an effect on a model: its first such field, and how many more there are."""
    if change.action != "changed":
        return f"{change.key} is {change.action}"
    fields = [one for one in change.fields if touches(change.key, one) == kind]
    return in_words(change.key, fields)


def in_words(key: str, fields: list[FieldChange]) -> str:
    """An object's first changed field, before and after, and how many more there are."""
    first, more = fields[0], len(fields) - 1
    text = f"{key} {first.route.removeprefix('spec.')}: {first.before or 'absent'} → {first.after or 'absent'}"
    return f"{text}, and {more} more" if more else text
