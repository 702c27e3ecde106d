"""A strict JSON schema of Argo's objects, made from Hera's models once and kept beside this file.

Hera's models ignore keys that they do not know. Their JSON schema does not, once ``additionalProperties: false`` stands
wherever it lists properties. It is Argo 4.0's: a field that 4.1 added is refused, as a 4.0 controller would. The CRDs
of Argo Events know no fields at all, so its kinds are here as well.
"""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).with_name("argo-4.0.schema.json.gz")
"""Made by ``schema_bytes()``; a test makes it again and compares."""

KINDS = ("CronWorkflow", "Workflow", "WorkflowTemplate")
EVENT_KINDS = ("argoproj.io/v1alpha1/EventSource", "argoproj.io/v1alpha1/Sensor")
_PROSE = ("description", "title", "deprecated")


@cache
def argo_schema() -> dict[str, Any]:
    """The schema: ``{"$defs": {...}}`` with one definition for each of ``KINDS`` and all that they are made of."""
    schema: dict[str, Any] = json.loads(gzip.decompress(SCHEMA_FILE.read_bytes()))
    return schema


def make_schema() -> dict[str, Any]:
    """The schema from Hera's models; takes seconds, and Hera."""
    from hera.events import models as events
    from hera.workflows import models
    from pydantic.json_schema import models_json_schema

    wanted = [getattr(models, kind) for kind in KINDS]
    wanted += [getattr(events, name.rpartition("/")[2]) for name in EVENT_KINDS]
    _, schema = models_json_schema([(model, "validation") for model in wanted], by_alias=True)
    strict: dict[str, Any] = _strict(schema)
    return _as_in_go(strict)


def _as_in_go(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with what Hera's generated models of Argo Events say otherwise than its Go types.

    Its objects have the envelope of all objects, a webhook's context is embedded, and a trigger's resource is an object
    of any kind (``eventsource_types.go``, ``webhook_context.go``, ``artifact_types.go``).
    """
    definitions = schema["$defs"]
    for name in EVENT_KINDS:
        one = definitions[name.rpartition("/")[2]]
        one["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}}
    webhook, context = definitions["WebhookEventSource"], definitions["WebhookContext"]
    context["properties"]["maxPayloadSize"] = {"type": "integer"}
    webhook["properties"] |= context["properties"]
    definitions["K8SResource"] = {"type": "object"}
    return schema


def schema_bytes() -> bytes:
    """What ``SCHEMA_FILE`` holds. Law: the same Hera gives the same bytes."""
    return gzip.compress(json.dumps(make_schema(), sort_keys=True, separators=(",", ":")).encode(), 9, mtime=0)


def _strict(node: Any, *, names: bool = False) -> Any:
    """The node without prose, and closed wherever it lists properties; ``names`` says that its keys are names."""
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _strict(item, names=key in ("properties", "$defs") and not names)
        for key, item in node.items()
        if names or key not in _PROSE
    }
    if "properties" in kept and not names:
        kept.setdefault("additionalProperties", False)
    return kept
