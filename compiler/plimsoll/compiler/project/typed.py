"""Document → typed spec: hold a document against its kind, and say what is wrong in the user's words."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from plimsoll.compiler.diagnostics import Diagnostic, Fix, Outcome, Route, Severity
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import API_VERSION, KINDS, Resource
from plimsoll.compiler.kinds.choice import Choice
from plimsoll.compiler.kinds.common import NO_DATE
from plimsoll.compiler.loading.documents import Document
from plimsoll.compiler.loading.telling import made
from plimsoll.compiler.migration.versions import OLDER
from plimsoll.compiler.project.located import Located

_PYDANTIC = re.compile(r"^Value error, |^(?:Input|Tuple|Dictionary|String) (?=should)| after validation")
"""What pydantic says around a reason that no author needs."""

__all__ = ["Located", "did_you_mean", "type_document"]


def type_document(document: Document) -> Outcome[Resource]:
    """Hold a document against the model of its kind. Every fault of it is reported, each once."""
    value = document.value
    kind = KINDS.get(value.get("kind", "")) if isinstance(value.get("kind"), str) else None
    if kind is None:
        return Outcome(None, (_unknown_kind(document),))
    if value.get("apiVersion") != API_VERSION:
        message = f"apiVersion is {value.get('apiVersion')!r}; this compiler reads {API_VERSION}"
        span = document.span(("apiVersion",))
        help_ = "run plimsoll migrate" if value.get("apiVersion") in OLDER else f"write {API_VERSION}"
        return Outcome(None, (Diagnostic("PLM-TYP-002", Severity.ERROR, message, span, help=help_),))
    try:
        return Outcome(kind.model_validate(value, by_alias=True, by_name=False))
    except ValidationError as error:
        return Outcome(None, made(_causes(error), lambda details: _explain(document, kind, details)))


def _spell(*given: Any) -> Fix | None:
    """What ``offers.spell`` offers: it needs the parser, which most specs do without."""
    from plimsoll.compiler.editing.offers import spell

    return spell(*given)


def _unknown_kind(document: Document) -> Diagnostic:
    kind, span, fix = document.value.get("kind"), document.span(("kind",)), None
    if kind is None:
        message, help_ = "there is no kind", f"add kind: one of {', '.join(KINDS)}"
    else:
        message, help_ = f"{kind!r} is not a kind of spec", did_you_mean(str(kind), KINDS)
        fix = _spell(document.source, span, str(kind), KINDS)
    return Diagnostic("PLM-TYP-001", Severity.ERROR, message, span, help=help_, fix=fix)


def _causes(error: ValidationError) -> Iterator[ErrorDetails]:
    """The errors that are causes: one for a route, and none for a list that is short since its items are wrong."""
    found = {_route(details): details for details in reversed(error.errors(include_url=False))}
    above = {route[:length] for route in found for length in range(len(route))}
    for route, details in reversed(found.items()):
        if not (details["type"] == "too_short" and route in above):
            yield details


def _route(details: ErrorDetails) -> Route:
    """Pydantic's location without the word that it adds for a mapping's key; no union of the kinds adds its branch."""
    route = details["loc"]
    return route[:-1] if route[-1:] == ("[key]",) else route


def _explain(document: Document, kind: type[Resource], details: ErrorDetails) -> Diagnostic:
    route, what = _route(details), details["type"]
    where = ".".join(map(str, route))
    if what == "extra_forbidden":
        key, span = str(route[-1]), document.key_span(route)
        fields = _fields_at(kind, route[:-1], document.value) - set(_mapping_at(document, route[:-1]))
        message, hint = f"unknown key {key!r} in {_inside(route)}", did_you_mean(key, fields)
        fix = _spell(document.source, span, key, fields)
        return Diagnostic("PLM-TYP-003", Severity.ERROR, message, span, "not a key here", help=hint, fix=fix)
    if what == "missing":
        message = f"{_inside(route)} needs {str(route[-1])!r}"
        return Diagnostic("PLM-TYP-004", Severity.ERROR, message, document.key_span(route[:-1]), "expected in here")
    reason = _PYDANTIC.sub("", details["msg"])
    given = details["input"]
    shown = "" if isinstance(given, dict | list) or what == "explained" else f", not {_short(given)}"
    span, hint, fix = document.span(route), "", None
    if what == "literal_error" and isinstance(given, str):
        words = [word.strip("'") for word in details["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        hint, fix = did_you_mean(given, words), _spell(document.source, span, given, words)
        hint = NO_DATE if given == "date" and "timestamp" in words else hint
    message = f"{where}: {reason}{shown}"
    return Diagnostic("PLM-TYP-005", Severity.ERROR, message, span, help=hint, fix=fix)


def _inside(route: Route) -> str:
    return ".".join(map(str, route[:-1])) or "the spec"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _mapping_at(document: Document, route: Route) -> dict[str, Any]:
    value: Any = document.value
    for part in route:
        value = value[part]
    return value if isinstance(value, dict) else {}


def _fields_at(model: Any, route: Route, value: Any) -> set[str]:
    """The keys that the model knows at a route of a value, as written in YAML."""
    for part in route:
        value = value[part]
        model = _step(model, part, value)
    if isinstance(model, type) and issubclass(model, BaseModel):
        return {field.alias or name for name, field in model.model_fields.items()}
    return set()


def _step(model: Any, part: str | int, value: Any) -> Any:
    if isinstance(model, type) and issubclass(model, BaseModel):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        field = fields[str(part)]
        choice = next((one for one in field.metadata if isinstance(one, Choice)), None)
        return choice.member(field.annotation, value) if choice else _unwrap(field.annotation)
    arguments = get_args(model)
    return _unwrap(arguments[1] if get_origin(model) is dict else arguments[0]) if arguments else None


def _unwrap(annotation: Any) -> Any:
    """An optional type without its None, an annotated one without its annotations."""
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return _unwrap(next(a for a in get_args(annotation) if a is not type(None)))
    if hasattr(annotation, "__metadata__"):
        return _unwrap(annotation.__origin__)
    return annotation
