"""Whether a model is told what nobody knows yet when a prediction is asked for.

What can be said for certain is said as an error: a column that its source declares to be filled in later, a label that
claims to be known before its columns, a label that is an input. What may be meant is a warning.
"""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plimsoll.compiler.diagnostics import Diagnostic, Label, Route
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.references.findings import duration, error, warning

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import DataSource, Model

_NO_NAME = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)
"""What looks like a name in SQL and is none: text and comments."""
_NAME = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_]*)(?!\s*\()')
"""A name in SQL, quoted or not; one before a parenthesis is a function's."""


def columns_in(sql: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known columns that a DuckDB expression reads, in the order of the table; names are told apart by no case."""
    words = {(quoted or plain).casefold() for quoted, plain in _NAME.findall(_NO_NAME.sub(" ", sql))}
    return tuple(name for name in known if name.casefold() in words)


def check(one: Located["Model"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    """What a model takes from its examples' source, held against when it is known."""
    yield from _inputs(one, source)
    yield from _label(one, source)
    yield from _filter(one, source)


def _inputs(one: Located["Model"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    examples, late = one.said["examples"], source.said.get("knownAfter", {})
    named: list[tuple[Route, str]] = [(("inputs", name), name) for name in examples["inputs"]]
    named += [(("keys", index), name) for index, name in enumerate(examples["keys"])]
    named.append((("timestamp",), examples["timestamp"]))
    for route, name in named:
        if name in late:
            label = Label(source.span("spec", "knownAfter", name), f"known {duration(late[name])} after its row")
            message = f"{name!r} is not known yet when a prediction is asked for"
            yield error("PLM-REF-015", one, ("spec", "examples", *route), message, label)


def _label(one: Located["Model"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    examples, columns, late = one.said["examples"], source.said["columns"], source.said.get("knownAfter", {})
    about = examples["label"]
    if about["name"] in examples["inputs"]:
        message = f"the label {about['name']!r} is an input as well: it would leak"
        yield error("PLM-REF-007", one, ("spec", "examples", "inputs", about["name"]), message)
        return
    read = columns_in(about["expression"], columns)
    if read and all(name in examples["inputs"] for name in read):
        labels = [Label(one.span("spec", "examples", "inputs", name), "an input") for name in read]
        message = f"the label is worked out from {', '.join(read)} alone, which the model is told"
        yield warning("PLM-REF-007", one, ("spec", "examples", "label", "expression"), message, *labels)
    for name in read:
        if late.get(name, 0) > about["knownAfter"]:
            label = Label(source.span("spec", "knownAfter", name), f"known {duration(late[name])} after its row")
            given = duration(about["knownAfter"])
            message = f"the label is said to be known after {given}, but {name!r}, which it is made of, is not"
            help_ = f"write knownAfter: {duration(late[name])}"
            yield error("PLM-REF-015", one, ("spec", "examples", "label", "knownAfter"), message, label, help_=help_)


def _filter(one: Located["Model"], source: Located["DataSource"]) -> Iterator[Diagnostic]:
    examples, columns, late = one.said["examples"], source.said["columns"], source.said.get("knownAfter", {})
    if "filter" not in examples:
        return
    outcome = {name for name in columns_in(examples["label"]["expression"], columns) if name not in examples["inputs"]}
    for name in columns_in(examples["filter"], columns):
        if name in late or name in outcome:
            route = ("spec", "knownAfter", name) if name in late else ("spec", "columns", name)
            label = Label(
                source.span(*route), "known later than its row" if name in late else "the label is made of it"
            )
            message = (
                f"the examples are chosen by {name!r}, by which nothing can be chosen when a prediction is asked for"
            )
            help_ = "what is served will not look like what was learned from; choose by what is known at the time"
            yield warning("PLM-REF-015", one, ("spec", "examples", "filter"), message, label, help_=help_)
