"""CustomResourceDefinitions → one strict JSON schema: every field is known, and what repeats is said once.

An API server drops a field that a CRD does not know, in silence. A strict schema refuses it. Prose and CEL rules are
left out: the API server itself judges by those, in the tests against a cluster.
"""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_KEPT = frozenset(
    {
        *("type", "properties", "required", "items", "additionalProperties", "enum", "pattern"),
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "uniqueItems"),
        *("allOf", "anyOf", "oneOf", "not"),
    }
)
"""Keywords that OpenAPI v3 of a CRD shares with JSON schema and that say something about a value."""

_SUBSCHEMAS = frozenset({"items", "additionalProperties", "not"})
_LISTS = frozenset({"allOf", "anyOf", "oneOf"})

_TEXT = {"type": "string"}
"""What every object says first; some CRDs leave it to the API server to know."""

_LEAST = 120
"""The shortest schema, in characters of JSON, that is worth a definition of its own."""


def derive(crds: Iterable[Mapping[str, Any]], kinds: Iterable[str] | None = None) -> dict[str, Any]:
    """One schema with a definition for each served version of the CRDs, by ``apiVersion/Kind``.

    ``kinds`` names those that are wanted; all without it. Law: the order of the CRDs makes no difference.
    """
    wanted = None if kinds is None else set(kinds)
    whole = dict(
        sorted((name, schema) for crd in crds for name, schema in _served(crd) if not wanted or name in wanted)
    )
    return _shared(whole)


def schema_bytes(schema: Mapping[str, Any]) -> bytes:
    """A schema as it is kept beside the code. Law: equal schemas give equal bytes."""
    return gzip.compress(json.dumps(schema, sort_keys=True, separators=(",", ":")).encode(), 9, mtime=0)


def _served(crd: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    spec = crd["spec"]
    for version in spec["versions"]:
        if version["served"]:
            name = f"{spec['group']}/{version['name']}/{spec['names']['kind']}"
            yield name, _envelope(_strict(version["schema"]["openAPIV3Schema"]))


def _envelope(schema: dict[str, Any]) -> dict[str, Any]:
    """An object as it is written: with its kind and its metadata, and without the status that its controller keeps."""
    text = {"type": "string"}
    given = {key: value for key, value in schema["properties"].items() if key != "status"}
    properties: dict[str, Any] = {"apiVersion": text, "kind": text, **given}
    properties["metadata"] = {"type": "object", "required": ["name"]}
    properties = {"apiVersion": _TEXT, "kind": _TEXT, **properties}
    required = sorted({*schema.get("required", ()), "apiVersion", "kind", "metadata"})
    return {**schema, "properties": properties, "required": required, "additionalProperties": False}


def _strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _KEPT and not (key == "pattern" and not _is_understood(value)):
            made[key] = _keyword(key, value)
    if "properties" in made and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-embedded-resource"):
        made.pop("additionalProperties", None)
    return _nullable(made) if schema.get("nullable") else made


def _is_understood(pattern: str) -> bool:
    """Whether Python reads a pattern: Go allows flags in the middle of one. The API server knows them all."""
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _keyword(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: _strict(item) for name, item in value.items()}
    if key in _SUBSCHEMAS and isinstance(value, Mapping):
        return _strict(value)
    if key in _LISTS:
        return [_branch(item) for item in value]
    return value


def _branch(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A branch of a union only says more of what stands beside it, so it stays open."""
    return {key: _branches(key, value) for key, value in schema.items() if key in _KEPT}


def _branches(key: str, value: Any) -> Any:
    if key == "properties":
        return {name: _branch(item) for name, item in value.items()}
    if key in _SUBSCHEMAS and isinstance(value, Mapping):
        return _branch(value)
    return [_branch(item) for item in value] if key in _LISTS else value


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        schema = {**schema, "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]} if isinstance(schema.get("type"), str) else schema


def _shared(kinds: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Schemas that stand in several places become definitions: a pod's spec is written in a dozen."""
    counts: Counter[str] = Counter()
    for schema in kinds.values():
        _count(schema, counts)
    repeated = sorted(text for text, count in counts.items() if count > 1 and len(text) >= _LEAST)
    numbers = {text: f"s{number}" for number, text in enumerate(repeated)}
    definitions = {number: _refer(json.loads(text), numbers, inside=True) for text, number in numbers.items()}
    named = {name: _refer(schema, numbers, inside=True) for name, schema in kinds.items()}
    return {"$defs": {**definitions, **named}}


def _count(schema: dict[str, Any], counts: Counter[str]) -> None:
    for child in _children(schema):
        text = _text(child)
        counts[text] += 1
        if counts[text] == 1:
            _count(child, counts)


def _refer(schema: dict[str, Any], numbers: Mapping[str, str], *, inside: bool = False) -> dict[str, Any]:
    if not inside and (number := numbers.get(_text(schema))):
        return {"$ref": f"#/$defs/{number}"}
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {name: _refer(item, numbers) for name, item in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            made[key] = _refer(schema[key], numbers)
    return made


def _children(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("properties", {}).values()
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield schema[key]


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, sort_keys=True, separators=(",", ":"))
