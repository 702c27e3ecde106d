"""JSON Schemas of the spec kinds, for editors: strict, by the names of YAML, with the words of the docstrings."""

import ast
import inspect
import json
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, BeforeValidator
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from plimsoll.cli.generate.overlay_schema import with_overlays
from plimsoll.compiler.kinds import Resource
from plimsoll.compiler.kinds.scalars import days, days_or_month, seconds

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_UNITS: dict[object, str] = {seconds: "s", days: "d", days_or_month: "d"}
"""The unit in which a duration is kept, by the function that reads it."""

_DURATION: JsonSchemaValue = {
    "type": "string",
    "pattern": "^[0-9]{1,9}[smhdw]$",
    "maxLength": 10,
    "examples": ["30s", "15m", "3h", "7d", "2w"],
    "x-unit": "duration",
}
_WRITTEN: dict[object, JsonSchemaValue] = {
    seconds: _DURATION,
    days: {**_DURATION, "examples": ["30d", "4w"], "x-unit": "whole days"},
    days_or_month: {
        **_DURATION,
        "pattern": "^(month|[0-9]{1,9}[smhdw])$",
        "examples": ["30d", "month"],
        "x-unit": "whole days",
    },
}
"""How a value is written, by the function that reads it before pydantic does."""


def kind_schema(kind: type[Resource]) -> bytes:
    """The schema of a kind, as the bytes of its file."""
    text = json.dumps(kind_schema_value(kind), indent=2, ensure_ascii=False)
    return f"{text}\n".encode()


def kind_schema_value(kind: type[Resource]) -> dict[str, Any]:
    """The schema of a kind."""
    schema = kind.model_json_schema(by_alias=True, schema_generator=_Described)
    closed: dict[str, Any] = _closed({"$schema": DIALECT, **schema})
    return with_overlays(closed) if kind.__name__ == "Deployment" else closed


def described_schema(model: type[BaseModel]) -> bytes:
    """The schema of a document that is written, as the bytes of its file."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_Described, mode="serialization")
    return f"{json.dumps({'$schema': DIALECT, **schema}, indent=2, ensure_ascii=False)}\n".encode()


def _closed(node: Any) -> Any:
    """A schema whose mappings refuse keys that are not spelt as their pattern says."""
    if isinstance(node, list):
        return [_closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _closed(value) for key, value in node.items()}
    return {**made, "additionalProperties": False} if "patternProperties" in made else made


class _Described(GenerateJsonSchema):
    """Takes a field's description from the docstring below it, and shows durations and quantities as YAML has them."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        words = attribute_docstrings(model)
        for name, field in model.model_fields.items():
            shown: JsonSchemaValue = made["properties"][field.alias or name]
            shown.pop("title", None)
            said = (words.get(name, ""), shown.get("description", ""))
            shown["description"] = " ".join(filter(None, said))
            readers = [_UNITS.get(one.func) for one in field.metadata if isinstance(one, BeforeValidator)]
            if any(readers) and isinstance(field.default, int):
                shown["default"] = f"{field.default}{readers[0]}"
        return made

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return dict(_WRITTEN.get(schema["function"]["function"]) or super().function_before_schema(schema))


@cache
def attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The strings that stand below a model's fields, by field, its parents' among them.

    pydantic can read them too, but would at every import and for every command.
    """
    classes = (one for one in reversed(model.__mro__) if issubclass(one, BaseModel) and one is not BaseModel)
    return {name: text for one in classes for name, text in _pairs(one)}


def _pairs(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    [definition] = ast.parse(inspect.getsource(model)).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    for one, after in pairwise(body):
        match one, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str() as text)):
                yield name, " ".join(inspect.cleandoc(text).replace("``", "`").split())
            case _:
                continue
