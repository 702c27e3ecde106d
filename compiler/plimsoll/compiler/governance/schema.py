"""Our pydantic models as protobuf messages, so that CEL's type checker knows every field of every kind."""

from collections.abc import Iterable
from datetime import date
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2  # type: ignore[import-untyped]
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from plimsoll.compiler.kinds.choice import Choice, by_tag

PACKAGE = "plimsoll"
_FIELD = descriptor_pb2.FieldDescriptorProto
_SCALARS: dict[Any, int] = {
    str: _FIELD.TYPE_STRING,
    date: _FIELD.TYPE_STRING,
    bool: _FIELD.TYPE_BOOL,
    int: _FIELD.TYPE_INT64,
    float: _FIELD.TYPE_DOUBLE,
}
_DYNAMIC = ".google.protobuf.Value"


class Schema:
    """Descriptors of some models and of all that they hold, under the names that stand in YAML.

    A tuple becomes a repeated field, a mapping a map, a choice of models one message with the fields of all of them; a
    choice of scalars, or anything at all, is checked at run time.
    """

    def __init__(self, models: Iterable[type[BaseModel]]) -> None:
        self._file = descriptor_pb2.FileDescriptorProto(
            name="plimsoll.proto", package=PACKAGE, syntax="proto3", dependency=["google/protobuf/struct.proto"]
        )
        self._models: dict[str, type[BaseModel]] = {}
        self._choices: dict[str, tuple[type[BaseModel], ...]] = {}
        self.fields: dict[str, tuple[str, ...]] = {}
        """The fields of every message, by its full name."""
        for model in models:
            self._message(model)
        self.pool = descriptor_pool.DescriptorPool()
        self.pool.AddSerializedFile(struct_pb2.DESCRIPTOR.serialized_pb)
        self.pool.AddSerializedFile(self._file.SerializeToString())

    def _message(self, model: type[BaseModel]) -> str:
        """The full name of a model's message, which is made if need be.

        Raises:
            ValueError: when two models share a name; a bug of ours.
        """
        name = f"{PACKAGE}.{model.__name__}"
        known = self._models.setdefault(model.__name__, model)
        if known is not model:
            raise ValueError(f"{known} and {model} share the name {model.__name__}")
        if name in self.fields:
            return name
        self.fields[name] = tuple(field.alias or key for key, field in model.model_fields.items())
        message = self._file.message_type.add(name=model.__name__)
        for number, (key, field) in enumerate(model.model_fields.items(), 1):
            self._field(message, field.alias or key, number, self._type(field))
        return name

    def _type(self, field: FieldInfo) -> Any:
        """What a field holds: a bare type, or the name of a choice's message."""
        optional = (one for one in get_args(field.annotation) if hasattr(one, "__metadata__"))
        annotated = ((field.metadata, field.annotation), *((one.__metadata__, one.__origin__) for one in optional))
        for metadata, annotation in annotated:
            choice = next((one for one in metadata if isinstance(one, Choice)), None)
            if choice is not None:
                return self._any_of(choice, annotation)
        return _bare(field.annotation)

    def _any_of(self, choice: Choice, union: Any) -> str:
        """The message of a choice of models: the fields of all of them, so that a rule may ask which are there."""
        members = tuple(by_tag(union, choice.key).values())
        known = self._choices.setdefault(choice.name, members)
        if known is not members:
            if known != members:
                raise ValueError(f"two choices share the name {choice.name}")
            return choice.name
        found: dict[str, Any] = {}
        for member in members:
            for key, field in member.model_fields.items():
                name, annotation = field.alias or key, self._type(field)
                found[name] = annotation if found.setdefault(name, annotation) == annotation else Any
        self.fields[f"{PACKAGE}.{choice.name}"] = tuple(found)
        message = self._file.message_type.add(name=choice.name)
        for number, (name, annotation) in enumerate(found.items(), 1):
            self._field(message, name, number, annotation)
        return choice.name

    def _field(self, message: descriptor_pb2.DescriptorProto, name: str, number: int, annotation: Any) -> None:
        field = message.field.add(name=name, number=number, label=_FIELD.LABEL_OPTIONAL)
        if get_origin(annotation) is tuple:
            field.label = _FIELD.LABEL_REPEATED
            annotation = _bare(get_args(annotation)[0])
        elif get_origin(annotation) is dict and get_args(annotation)[1] is not Any:
            field.label = _FIELD.LABEL_REPEATED
            entry = message.nested_type.add(name=f"{name[0].upper()}{name[1:]}Entry")
            entry.options.map_entry = True
            self._field(entry, "key", 1, str)
            self._field(entry, "value", 2, _bare(get_args(annotation)[1]))
            field.type = _FIELD.TYPE_MESSAGE
            field.type_name = f".{PACKAGE}.{message.name}.{entry.name}"
            return
        if annotation in _SCALARS:
            field.type = _SCALARS[annotation]
            return
        field.type = _FIELD.TYPE_MESSAGE
        if isinstance(annotation, str):
            field.type_name = f".{PACKAGE}.{annotation}"
            return
        is_model = isinstance(annotation, type) and issubclass(annotation, BaseModel)
        field.type_name = f".{self._message(annotation)}" if is_model else _DYNAMIC


def _bare(annotation: Any) -> Any:
    """A type without what decorates it: annotations, None; a choice of words is text, another choice is anything."""
    if hasattr(annotation, "__metadata__"):
        return _bare(annotation.__origin__)
    if get_origin(annotation) in (Union, UnionType):
        choices = [a for a in get_args(annotation) if a is not type(None)]
        return _bare(choices[0]) if len(choices) == 1 else Any
    if get_origin(annotation) is Literal:
        return str if all(isinstance(a, str) for a in get_args(annotation)) else Any
    return str if isinstance(annotation, type) and issubclass(annotation, str) else annotation
