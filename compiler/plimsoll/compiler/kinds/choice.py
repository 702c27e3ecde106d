"""A choice between models, by the value of one of their keys."""

from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema


@dataclass(frozen=True)
class Choice:
    """An annotation of a union of models: ``key`` says which of them is meant.

    pydantic's own discriminator puts the tag into an error's location, and points at the whole for an unknown tag; this
    one keeps locations as they are written, and points at the key.
    """

    name: str
    """What is chosen, as a rule's type checker and a page call it: ``Location``."""
    key: str
    default: str | None = None
    """The choice where the key is left out; without it, the key is required."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A union for what is written out, and our own choice for what is read."""
        members = by_tag(source, self.key)

        def choose(value: Any, _handler: Any) -> BaseModel:
            return self._choose(members, value)

        return core_schema.no_info_wrap_validator_function(choose, handler(source))

    def member(self, union: Any, value: Any) -> type[BaseModel] | None:
        """The model that a value is meant to be, as far as its key says so."""
        tag = value.get(self.key, self.default) if isinstance(value, dict) else None
        return by_tag(union, self.key).get(tag) if isinstance(tag, str) else None

    def _choose(self, members: dict[str, type[BaseModel]], value: Any) -> BaseModel:
        if isinstance(value, BaseModel) and type(value) in members.values():
            return value
        if not isinstance(value, dict):
            raise PydanticCustomError("choice", f"should be a mapping with the key {self.key}")
        tag = value.get(self.key, self.default)
        if isinstance(tag, str) and tag in members:
            return members[tag].model_validate(value, by_alias=True, by_name=False)
        raise ValidationError.from_exception_data(self.name, [self._wrong(members, value)])

    def _wrong(self, members: dict[str, type[BaseModel]], value: dict[str, Any]) -> InitErrorDetails:
        if self.key not in value:
            return InitErrorDetails(type="missing", loc=(self.key,), input=value)
        words = [f"'{tag}'" for tag in members]
        expected = f"{', '.join(words[:-1])} or {words[-1]}"
        return InitErrorDetails(
            type="literal_error", loc=(self.key,), input=value[self.key], ctx={"expected": expected}
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Exactly one of the models."""
        made = handler(schema)
        if "anyOf" in made:
            made["oneOf"] = made.pop("anyOf")
        return made


def by_tag(union: Any, key: str) -> dict[str, type[BaseModel]]:
    """The models of a union by the word that stands for them in ``key``."""
    return {get_args(member.model_fields[key].annotation)[0]: member for member in get_args(union)}
