"""``templateDefaults``, merged into a template as Argo merges them."""

from collections.abc import Mapping
from typing import Any

_MERGE_KEYS = {"env": "name", "volumeMounts": "mountPath", "volumes": "name"}
"""The lists that a strategic merge joins by a key of their items; every other list is replaced as a whole."""

_BODIES = ("container", "script", "dag", "steps", "suspend", "resource", "http", "plugin", "data", "containerSet")


def with_defaults(template: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A template with what it leaves out taken from the defaults; what it says itself wins.

    Defaults for another kind of body (``container`` for a DAG) don't apply.
    """
    foreign = [body for body in _BODIES if body not in template]
    return _merge({key: value for key, value in defaults.items() if key not in foreign}, template)


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        before = merged.get(key)
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            merged[key] = _merge(before, value)
        elif key in _MERGE_KEYS and isinstance(before, list) and isinstance(value, list):
            name = _MERGE_KEYS[key]
            merged[key] = list({item[name]: item for item in [*before, *value]}.values())
        else:
            merged[key] = value
    return merged
