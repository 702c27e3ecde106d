"""Which facts made a condition false: the element that broke ``all``, and the facts elsewhere that it read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plimsoll.compiler.diagnostics import Label, Route
from plimsoll.compiler.governance.engine import EvaluationFailed, program
from plimsoll.compiler.governance.paths import way
from plimsoll.compiler.governance.subjects import Estate, Subject
from plimsoll.compiler.project.located import Located

_ALL = re.compile(r"\b((?:object|context)(?:\.[A-Za-z_]\w*)+)\.all\((\w+),")
_SINGLE = re.compile(r"\bcontext\.(environment|model)\.((?:\w+\.)*\w+)(?!\w*\()")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_TABLES = {"models": "Model", "featureSets": "FeatureSet", "dataSources": "DataSource"}


@dataclass(frozen=True)
class Broken:
    """A condition that is false for a subject."""

    condition: str
    route: Route
    """The place that the rule blames."""
    subject: Subject
    context: dict[str, Any]
    shared: Any
    """The variables of the judgement."""


@dataclass(frozen=True)
class _Quantifier:
    """A call of ``all``: what it ranges over, its variable, its condition."""

    over: tuple[str, ...]
    variable: str
    condition: str


def _quantifiers(expression: str) -> Iterator[_Quantifier]:
    """The calls of ``all`` over a field of the object or of the context, outermost first."""
    bare = _STRING.sub(lambda match: " " * len(match[0]), expression)
    position = 0
    while match := _ALL.search(bare, position):
        depth, position = 1, match.end()
        while position < len(bare) and depth:
            depth += {"(": 1, ")": -1}.get(bare[position], 0)
            position += 1
        yield _Quantifier(tuple(match[1].split(".")), match[2], expression[match.end() : position - 1].strip())


def _broken(quantifier: _Quantifier, values: Any, shared: Any) -> list[str | int]:
    """The keys or positions for which the condition is false; none where that can't be said."""
    over = ".".join(quantifier.over)
    try:
        if isinstance(values, dict):
            text = f"{over}.filter({quantifier.variable}, !({quantifier.condition}))"
            return sorted(program(text).value(shared))
        held = program(f"{over}.map({quantifier.variable}, {quantifier.condition})").value(shared)
    except EvaluationFailed:
        return []
    return [index for index, holds in enumerate(held) if not holds]


def witness(broken: Broken, estate: Estate) -> tuple[Route, tuple[Label, ...]]:
    """The place that a rule blames, narrowed to the first element that broke it, and where the facts are."""
    route, labels, subject = broken.route, list[Label](), broken.subject
    for quantifier in _quantifiers(broken.condition):
        root, *path = quantifier.over
        values = _at(subject.values if root == "object" else broken.context, path)
        elements = _broken(quantifier, values, broken.shared)
        if root == "object" and elements and route == tuple(path):
            route = (*route, elements[0])
            labels += [Label(subject.span((*path, key)), "and this") for key in elements[1:]]
        elif len(path) == 1 and path[0] in _TABLES:
            names = [values[index]["metadata"]["name"] for index in elements if isinstance(index, int)]
            table = estate.project.tables[_TABLES[path[0]]]
            reads = re.findall(rf"\b{quantifier.variable}\.((?:\w+\.)*\w+)(?![\w(])", quantifier.condition)
            for name in names:
                labels += [*way(estate.project, subject.one, table[name]), *facts_of(table[name], reads)]
    labels += _singles(broken, estate)
    primary = subject.span(route)
    return route, tuple(label for label in dict.fromkeys(labels) if label.span != primary)


def _at(value: Any, path: list[str]) -> Any:
    for part in path:
        value = value.get(part, {}) if isinstance(value, dict) else {}
    return value


def _singles(broken: Broken, estate: Estate) -> Iterator[Label]:
    """The facts about the environment and the model that a condition names."""
    subject = broken.subject
    found: dict[str, list[str]] = {}
    for variable, path in _SINGLE.findall(broken.condition):
        found.setdefault(variable, []).append(path)
    if subject.environment and "environment" in found and subject.one.kind != "Environment":
        yield from facts_of(estate.project.environments[subject.environment], found["environment"])
    if subject.placed and "model" in found:
        yield from facts_of(subject.placed.model, found["model"])


def facts_of(one: Located[Any], paths: list[str]) -> Iterator[Label]:
    """A label for each route that was written in a spec, with its value."""
    for path in dict.fromkeys(paths):
        route: Route = tuple(path.split("."))
        if path != "metadata.name" and one.document.has(route):
            value: Any = one.facts.written
            for part in route:
                value = value[part]
            shown = f"{route[-1]} is {value}" if not isinstance(value, dict | list) else f"its {route[-1]}"
            yield Label(one.document.span(route), f"{one.key}: {shown}")
