"""What rules tell apart in the context of a rendered object: environments that are one to them get one verdict."""

import json
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from plimsoll.compiler.governance.rules import Rule

_CONTEXT = re.compile(r"\bcontext\b((?:\s*\.\s*[A-Za-z_]\w*)*)(\s*\()?")
"""The context where it is named, the fields that are selected from it, and whether the last of them is called."""


class Reads:
    """What some rules read of the context to say whether they are kept; their messages may name more."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)

    @cached_property
    def _routes(self) -> tuple[tuple[str, ...], ...]:
        texts = [text for rule in self._rules for text in _deciding(rule.values)]
        return tuple(sorted({_route(match) for text in texts for match in _CONTEXT.finditer(text)}))

    def of(self, context: dict[str, Any]) -> str:
        """A context as far as it is read.

        Law: rules keep or break alike in contexts of which this is the same.
        """
        return json.dumps([_value(context, route) for route in self._routes], sort_keys=True)


def _deciding(spec: dict[str, Any]) -> list[str]:
    """The expressions that decide whether a rule is kept."""
    when = [spec["when"]] if spec.get("when") is not None else []
    return [*when, *(rule["expression"] for rule in spec["rules"])]


def _route(match: re.Match[str]) -> tuple[str, ...]:
    """The fields that are selected; what is called is none, and what follows in brackets belongs to the value."""
    fields = tuple(re.findall(r"\w+", match[1]))
    return fields[:-1] if match[2] else fields


def _value(context: dict[str, Any], route: tuple[str, ...]) -> Any:
    """The value at a route; else where the route ends, and at what, unless that is for want of a field."""
    value: Any = context
    for at, field in enumerate(route):
        if not isinstance(value, dict):
            return [at, value]
        if field not in value:
            return [at]
        value = value[field]
    return [len(route), value]
