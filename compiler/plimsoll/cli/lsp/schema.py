"""What may stand at a route of a kind: from the very schemas that are published for editors."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from plimsoll.cli.generate.schemas import kind_schema
from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.kinds import KINDS

_FIXED = ("model", "environments")
"""The keys of a Deployment that no environment lays over."""


@dataclass(frozen=True)
class Slot:
    """A place for a value: what is said of it, and what it may be."""

    root: dict[str, Any]
    schema: dict[str, Any]
    required: bool = False

    @property
    def description(self) -> str:
        """What the value is for: the field's words, else those of the part that it holds."""
        own = [self.schema.get("description", "")]
        return next(filter(None, own + [one.get("description", "") for one in self._branches]), "")

    @property
    def words(self) -> tuple[Any, ...]:
        """The values that may stand here, where they can be counted: texts, numbers, truth values."""
        return tuple(dict.fromkeys(word for one in self._branches for word in _words(one)))

    @property
    def default(self) -> Any:
        """The value without one; ``None`` where there is none."""
        return self.schema.get("default")

    @property
    def holds_keys(self) -> bool:
        """Whether a mapping may stand here."""
        return any(one.get("type") == "object" for one in self._branches)

    @property
    def facts(self) -> tuple[str, ...]:
        """Type, bounds and spelling, in words."""
        return tuple(dict.fromkeys(fact for one in self._branches for fact in _facts(one)))

    def keys(self, chosen: dict[str, str] | None = None) -> dict[str, "Slot"]:
        """The keys that are known here. ``chosen`` are those already written, which tell a union's branches apart."""
        found: dict[str, Slot] = {}
        for one in self._branches:
            properties = one.get("properties", {})
            if _chosen(properties, chosen or {}):
                required = one.get("required", ())
                for key, schema in properties.items():
                    found.setdefault(key, Slot(self.root, schema, key in required))
        return found

    def step(self, part: str | int) -> "Slot | None":
        """What may stand one step further; a key, or a position in a list."""
        for one in self._branches:
            inside = _inside(one, part)
            if inside is not None:
                return Slot(self.root, inside, part in one.get("required", ()))
        return None

    @property
    def _branches(self) -> tuple[dict[str, Any], ...]:
        return tuple(_branches(self.root, self.schema))


def slot_at(kind: str, route: Route) -> Slot | None:
    """What may stand at a route of a kind; in an environment's values, what may stand in the spec."""
    root = _schema(kind) if kind in KINDS else None
    if root is None:
        return None
    slot: Slot | None = Slot(root, root)
    for part in laid_over(kind, route) or route:
        slot = slot.step(part) if slot else None
    if slot is not None and laid_over(kind, route) == ("spec",):
        return _overlay(slot)
    return slot


def laid_over(kind: str, route: Route) -> Route | None:
    """The route in the spec that a route in an environment's values is laid over; none for any other route."""
    if kind == "Deployment" and route[:2] == ("spec", "environments") and len(route) > 2:
        return ("spec", *route[3:])
    return None


def _overlay(spec: Slot) -> Slot:
    """A spec of which nothing is required, and without what no environment can change."""
    [branch] = spec._branches
    properties = {key: value for key, value in branch["properties"].items() if key not in _FIXED}
    description = "What differs here: laid over the spec, key by key; null takes a key away."
    return Slot(spec.root, {**branch, "description": description, "properties": properties, "required": []})


@cache
def _schema(kind: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(kind_schema(KINDS[kind]))
    return made


def _branches(root: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Everything that a schema allows, without references and unions."""
    if "$ref" in schema:
        yield from _branches(root, root["$defs"][schema["$ref"].rpartition("/")[2]])
    for union in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(union, ()):
            if one.get("type") != "null":
                yield from _branches(root, one)
    if not {"$ref", "anyOf", "oneOf", "allOf"} & schema.keys():
        yield schema


def _chosen(properties: dict[str, Any], written: dict[str, str]) -> bool:
    """Whether what is written leaves a branch possible: its constants must not be contradicted."""
    return all(
        written[key] == schema["const"] for key, schema in properties.items() if "const" in schema and written.get(key)
    )


def _inside(schema: dict[str, Any], part: str | int) -> dict[str, Any] | None:
    if isinstance(part, int):
        items: dict[str, Any] | None = schema.get("items")
        return items
    known: dict[str, Any] | None = schema.get("properties", {}).get(part)
    if known is not None:
        return known
    free = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    return next((one for one in free if isinstance(one, dict)), None)


def _words(schema: dict[str, Any]) -> Iterator[Any]:
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    if schema.get("type") == "boolean":
        yield from (True, False)


def _facts(schema: dict[str, Any]) -> Iterator[str]:
    kind = schema.get("type")
    named = " or ".join(kind) if isinstance(kind, list) else kind or "any value"
    bounds = [f"{sign} {schema[key]}" for key, sign in _BOUNDS.items() if key in schema]
    yield ", ".join([_NAMES.get(named, named), *bounds])
    if "pattern" in schema and "enum" not in schema:
        yield f"matches `{schema['pattern']}`"
    if schema.get("examples"):
        yield "such as " + ", ".join(f"`{one}`" for one in schema["examples"][:4])


_BOUNDS = {
    "minimum": "≥",
    "exclusiveMinimum": ">",
    "maximum": "≤",
    "exclusiveMaximum": "<",
    "minLength": "length ≥",
    "maxLength": "length ≤",
    "minItems": "items ≥",
    "minProperties": "keys ≥",
}
_NAMES = {"string": "text", "object": "mapping", "array": "list", "integer": "whole number", "boolean": "true or false"}
