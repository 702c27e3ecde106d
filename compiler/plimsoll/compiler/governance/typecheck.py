"""CEL: check an expression against our kinds' types, and say where it is wrong."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_strings

from plimsoll.compiler.governance.context import Context, RenderedContext
from plimsoll.compiler.governance.flow import Flow, FlowContext
from plimsoll.compiler.governance.growth import MOST, heaviest
from plimsoll.compiler.governance.rules import FLOW, RENDERED
from plimsoll.compiler.governance.schema import PACKAGE, Schema
from plimsoll.compiler.hints import did_you_mean
from plimsoll.compiler.kinds import KINDS

JUDGED = ("DataSource", "FeatureSet", "Model", "Deployment", "Environment")
"""The kinds that rules can judge."""

_AT = re.compile(r"ERROR: <input>:([0-9]+):([0-9]+): (.*)")
_FIELD = re.compile(r"undefined field '(\w+)' not found in struct '([\w.]+)'")
_NAME = re.compile(r"undeclared reference to '(\w+)[\w.]*'")
_DEEP = re.compile(r"recursion (?:limit|depth)\D*([0-9]+)")
_TEXT = ("STRING", "INT", "DOUBLE", "BOOL", "DYN", "LIST<STRING>", "LIST<INT>", "LIST<DYN>")


@dataclass(frozen=True)
class Fault:
    """What is wrong with an expression, at the character ``offset`` of it and for ``length`` characters."""

    offset: int
    length: int
    message: str
    help: str = ""


@cache
def _schema() -> Schema:
    return Schema([*(KINDS[name] for name in JUDGED), Context, RenderedContext, Flow, FlowContext])


@cache
def _typed(kind: str) -> Any:
    """The environment that knows the types of the kind that is judged; those of a rendered object are Kubernetes'."""
    context = {RENDERED: "RenderedContext", FLOW: "FlowContext"}.get(kind, "Context")
    judged = cel.Type.DYN if kind == RENDERED else cel.Type(f"{PACKAGE}.{kind}")
    variables = {"object": judged, "context": cel.Type(f"{PACKAGE}.{context}")}
    return cel.NewEnv(_schema().pool, variables=variables, extensions=[ext_strings.ExtStrings()])


@cache
def type_of(kind: str, expression: str) -> str | tuple[Fault, ...]:
    """The type of an expression over a kind, as the engine calls it, or what the type checker has against it."""
    odd = next((at for at, one in enumerate(expression) if "\ud800" <= one <= "\udfff"), None)
    if odd is not None:
        return (Fault(odd, 1, "half a character, which no text holds"),)
    try:
        found: str = _typed(kind).compile(expression).return_type().name()
    except RuntimeError as error:
        return tuple(_faults(str(error), expression)) or (Fault(0, len(expression), _unplaced(str(error))),)
    if heaviest(expression) > MOST:
        message = "may make too large a value, of texts that grow from texts or of lists of lists"
        return (Fault(0, len(expression), message, "ask for less at once, or in several rules"),)
    return found


@cache
def faults(kind: str, expression: str, *, condition: bool) -> tuple[Fault, ...]:
    """What the type checker has against an expression over a kind: a condition must be true or false, else text."""
    found = type_of(kind, expression)
    if isinstance(found, tuple):
        return found
    if condition and found != "BOOL":
        return (Fault(0, len(expression), f"a condition is true or false, but this is {_plain(found)}"),)
    if not condition and found not in _TEXT:
        return (Fault(0, len(expression), f"a message holds text and numbers, but this is {_plain(found)}"),)
    return ()


def _unplaced(report: str) -> str:
    """What the engine reports without a place, such as that an expression nests too deep for it."""
    told = re.sub(r"^[A-Z_]+: (?:ERROR: <input>:-1:-1: )?| \[[A-Z_]+\]\Z", "", report).splitlines()[0]
    deep = _DEEP.search(told)
    return f"is nested too deep: {deep[1]} levels are the most" if deep else told


def _plain(name: str) -> str:
    return name.replace(f"{PACKAGE}.", "").replace("google.protobuf.", "").lower()


def _faults(report: str, expression: str) -> Iterator[Fault]:
    """The engine's report, fault by fault, without those that only follow from another."""
    lines = expression.split("\n")
    for match in _AT.finditer(report):
        line, column, message = int(match[1]), int(match[2]), match[3]
        if "'*error*'" in message:
            continue
        offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
        yield _fault(expression, offset, message.removesuffix(" [INVALID_ARGUMENT]"))


def _fault(expression: str, offset: int, message: str) -> Fault:
    if field := _FIELD.search(message):
        name, struct = field[1], field[2]
        at = max(expression.find(name, offset), 0)
        known = _schema().fields.get(struct, ())
        return Fault(
            at, len(name), f"{struct.removeprefix(PACKAGE + '.')} has no field {name!r}", did_you_mean(name, known)
        )
    if unknown := _NAME.search(message):
        name = unknown[1]
        at = max(expression.rfind(name, 0, offset + len(name)), 0)
        return Fault(at, len(name), f"nothing is called {name!r} here", did_you_mean(name, ("object", "context")))
    last = max(len(expression.rstrip()) - 1, 0)
    return Fault(min(offset, last), 1, message.replace(f"{PACKAGE}.", ""))
