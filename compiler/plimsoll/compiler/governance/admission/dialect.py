"""CEL as our engine and the API server both understand it: what an expression reads and calls, and how it is moved.

Both evaluate the same language on plain values, so that the text of a rule can stay as it was written. Two things
differ: which functions there are, and what the variables are called.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from plimsoll.compiler.governance.syntax import MACROS, Node, parse

Path = tuple[str, ...]
"""A variable and the fields that are selected from it."""

_TYPES = ("bool", "double", "dyn", "int", "string", "type", "uint")
_TEXTS = (
    *("charAt", "contains", "endsWith", "indexOf", "join", "lastIndexOf", "lowerAscii", "matches", "replace"),
    *("split", "startsWith", "substring", "trim", "upperAscii"),
)
COMMON = frozenset({*_TYPES, *_TEXTS, *MACROS, "has", "size"})
"""The functions and macros that both have and that mean the same to both; ``make test-cluster`` calls each of them.

Our engine's ``format``, ``quote`` and ``reverse`` are not among them: the API server's are of another version, or none.
"""


class Read(NamedTuple):
    """A value of a variable that an expression reads."""

    path: Path
    """As many fields as are selected by name, one after another."""
    node: Node
    """The whole selection."""
    root: Node
    """The variable in it."""
    asked: Node | None
    """The call of ``has`` around it, where it is only asked to be there."""


class _Edit(NamedTuple):
    """A piece of text that stands in place of a part of an expression."""

    node: Node
    text: str


_parsed = lru_cache(maxsize=1024)(parse)


def reads(expression: str, variable: str) -> list[Read]:
    """Where an expression reads a variable, in the order of its text."""
    found = _reads(_parsed(expression), None)
    return sorted((one for one in found if one.path[0] == variable), key=lambda one: one.node.start)


def calls(expression: str) -> frozenset[str]:
    """The names of the functions and macros that an expression calls."""
    return frozenset(node.word for node in _walk(_parsed(expression)) if node.form == "call")


def binds(expression: str) -> frozenset[str]:
    """The names that macros of an expression give to what they go through."""
    return frozenset(node.parts[1].word for node in _walk(_parsed(expression)) if node.is_macro)


def moved(expression: str, names: Mapping[str, str]) -> str:
    """An expression whose variables are called, or stand for, something else; all other text stays as it is."""
    return _edited(
        expression,
        (_Edit(one.root, names[one.path[0]]) for name in names for one in reads(expression, name)),
    )


def null_is_absent(expression: str) -> str:
    """An expression to which a field that is null is not there.

    The API server writes null where a list of one of its own kinds is empty, and no manifest had it.
    """

    def once_more(node: Node) -> str:
        asked = null_is_absent(expression[node.parts[0].start : node.parts[0].end])
        return f"(has({asked}) && {asked} != null)"

    return _edited(expression, [_Edit(one, once_more(one)) for one in _questions(_parsed(expression))])


def replaced(expression: str, variable: str, stand_ins: Mapping[str, str]) -> str:
    """An expression in which all that is read of a variable is read elsewhere.

    ``stand_ins`` has what stands for each path, and for each ``has(path)``.
    """
    return _edited(
        expression, (_Edit(one.asked or one.node, stand_ins[shown(one)]) for one in reads(expression, variable))
    )


def shown(one: Read) -> str:
    """What is read as it would be written."""
    path = ".".join(one.path)
    return path if one.asked is None else f"has({path})"


def literal(value: Any) -> str:
    """A plain value as an expression. The members of lists and mappings are without a type of their own.

    Raises:
        TypeError: for what no document holds.
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_member(item) for item in value)}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{literal(key)}: {_member(item)}" for key, item in value.items()) + "}"
    raise TypeError(f"no literal of CEL is a {type(value).__name__}")


def _member(value: Any) -> str:
    """A member of a list or a mapping. The API server wants all of them to be of one type, or of none."""
    return f"dyn({literal(value)})"


def _questions(node: Node) -> Iterator[Node]:
    """The outermost calls of ``has``."""
    if node.form == "call" and node.word == "has" and not node.is_method:
        yield node
        return
    for part in node.parts:
        yield from _questions(part)


def _edited(expression: str, edits: Iterable[_Edit]) -> str:
    text, end = "", 0
    for edit in sorted(edits, key=lambda one: one.node.start):
        text += expression[end : edit.node.start] + edit.text
        end = edit.node.end
    return text + expression[end:]


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _walk(part)


def _reads(node: Node, asked: Node | None) -> Iterator[Read]:
    path, root = _selection(node)
    if root is not None:
        yield Read((root.word, *reversed(path)), node, root, asked)
        return
    is_question = node.form == "call" and node.word == "has" and not node.is_method
    for part in node.parts:
        yield from _reads(part, node if is_question else None)


def _selection(node: Node) -> tuple[list[str], Node | None]:
    """The fields of a selection, last first, and the variable that they are selected from."""
    path = []
    while node.form == "select":
        path.append(node.word)
        node = node.parts[0]
    return path, node if node.form == "name" else None
