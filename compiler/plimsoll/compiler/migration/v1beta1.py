"""From plimsoll.dev/v1beta1 to plimsoll.dev/v1: durations with units, words for personal data, and keys in groups.

v1beta1 counted durations in seconds or days, as the key's name said; knew of personal data only whether there was any;
read from files alone; and ran a fixed number of replicas.
"""

from typing import Any

from plimsoll.compiler.migration.changes import EVERY, Change, Gather, Key

_UNITS = ((3600, "h"), (60, "m"), (1, "s"))


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"a whole number is expected, not {value!r}")
    return int(value)


def seconds(value: Any) -> str:
    """A number of seconds as a duration in hours, else minutes, where that is exact: 172800 is ``48h``."""
    number = _whole(value)
    length, unit = next(one for one in _UNITS if number % one[0] == 0) if number else (1, "s")
    return f"{number // length}{unit}"


def days(value: Any) -> str:
    """A number of days as a duration: 1095 is ``1095d``."""
    return f"{_whole(value)}d"


def personal_data(value: Any) -> str:
    """Whether data is about people, as a word; of what kind it is, v1beta1 did not know, so it is not ``special``."""
    return str(_word(value, {True: "personal", False: "none"}))


def personal_data_allowed(value: Any) -> Any:
    """Whether personal data may enter, as the kinds that may; ``special`` has to be asked for by that name."""
    return _word(value, {True: ["none", "pseudonymous", "personal"], False: ["none"]})


def mode(value: Any) -> Any:
    """What a binding does, in the words of v1."""
    return _word(value, {"dryrun": "audit", "warn": "warn", "deny": "deny"})


def file_location(value: Any) -> dict[str, str]:
    """A file's path as a location."""
    if not isinstance(value, str):
        raise ValueError(f"a path is expected, not {value!r}")
    return {"type": "file", "path": value}


def scaling(value: Any) -> dict[str, int]:
    """A fixed number of replicas as bounds that leave no choice."""
    number = _whole(value)
    return {"min": number, "max": number}


def _word(value: Any, words: dict[Any, Any]) -> Any:
    # True == 1, so that a number must not be looked up among booleans.
    known = next((new for old, new in words.items() if type(old) is type(value) and old == value), None)
    if known is None:
        choices = ", ".join(str(word).lower() for word in words)
        raise ValueError(f"one of {choices} is expected, not {value!r}")
    return known


SPEC = ("spec",)
OVERLAY = ("spec", "environments", EVERY)


def _deployed(at: tuple[str, ...]) -> tuple[Change, ...]:
    """The changes of a deployment's values, in the spec itself or in an environment's overlay."""
    return (
        Key((*at, "online"), "replicas", "scaling", scaling),
        Key((*at, "batch"), "windowDays", "window", days),
        Key((*at, "monitoring"), "windowDays", "window", days),
        Key((*at, "alerting"), "p99LatencyMs", "p99Latency"),
        Key(at, "timeoutSeconds", "timeout", seconds),
    )


CHANGES: dict[str, tuple[Change, ...]] = {
    "DataSource": (
        Key(SPEC, "path", "location", file_location),
        Key(SPEC, "personalData", "personalData", personal_data),
        Key(SPEC, "retentionDays", "retention", days),
    ),
    "FeatureSet": (
        Gather(SPEC, "transformation", {"sql": "sql", "sqlFile": "file"}),
        Key(SPEC, "ttlSeconds", "ttl", seconds),
        Key(("spec", "features", EVERY), "personalData", "personalData", personal_data),
    ),
    "Model": (
        Gather(SPEC, "window", {"trainingWindow": "training", "evaluationWindow": "evaluation"}),
        Key(("spec", "examples", "label"), "knownAfterSeconds", "knownAfter", seconds),
        Key(("spec", "training"), "timeoutSeconds", "timeout", seconds),
    ),
    "Deployment": (*_deployed(SPEC), *_deployed(OVERLAY)),
    "Environment": (Key(SPEC, "personalData", "personalData", personal_data_allowed),),
    "Policy": (),
    "PolicyBinding": (Key(SPEC, "action", "mode", mode),),
    "Waiver": (Key(SPEC, "until", "expires"),),
}
"""What changes in each kind."""
