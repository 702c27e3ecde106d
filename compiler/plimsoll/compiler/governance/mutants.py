"""What can go wrong in a rule's expression, one small change at a time: the mutants of a CEL expression."""

from collections.abc import Iterator
from typing import NamedTuple

from plimsoll.compiler.governance.syntax import Node, parse

_TWISTED = {
    "==": ("!=",),
    "!=": ("==",),
    "<": ("<=", ">"),
    "<=": ("<", ">="),
    ">": (">=", "<"),
    ">=": (">", "<="),
    "+": ("-",),
    "-": ("+",),
    "*": ("/",),
    "/": ("*",),
}
"""Operators, and those that are mistaken for them."""

_RENAMED = {
    "all": "exists",
    "exists": "all",
    "exists_one": "exists",
    "startsWith": "endsWith",
    "endsWith": "startsWith",
}
"""Methods, and those that are mistaken for them."""


class Mutant(NamedTuple):
    """A changed expression, and what was done to it."""

    text: str
    change: str
    start: int
    """Where in the expression that was changed."""
    end: int


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of an expression, each once.

    Raises:
        NotCel: when the text is no expression; no sound rule has such.
    """
    seen = {text}
    whole = parse(text)
    for start, end, new, change in (*_constant(text), *_everywhere(text, whole)):
        mutant = Mutant(text[:start] + new + text[end:], change, start, end)
        if mutant.text not in seen:
            seen.add(mutant.text)
            yield mutant


_Change = tuple[int, int, str, str]
"""From where to where the text is replaced, by what, and why."""


def _constant(text: str) -> Iterator[_Change]:
    for constant in ("true", "false"):
        yield 0, len(text), constant, f"all of it is {constant}"


def _everywhere(text: str, node: Node) -> Iterator[_Change]:
    yield from _at(text, node)
    for part in node.parts:
        yield from _everywhere(text, part)


def _at(text: str, node: Node) -> Iterator[_Change]:
    """The changes at one part of an expression."""
    match node.form:
        case "binary":
            yield from _binary(text, node)
        case "unary" if node.word == "!":
            yield _instead(text, node, node.parts[0], "a negation is dropped")
        case "choice":
            yield _instead(text, node, node.parts[1], "a choice always takes the first")
            yield _instead(text, node, node.parts[2], "a choice always takes the second")
        case "literal":
            yield from _literal(node)
        case "list":
            yield from _list(text, node)
        case "call":
            yield from _call(text, node)


def _instead(text: str, node: Node, part: Node, change: str) -> _Change:
    return node.start, node.end, f"({text[part.start : part.end]})", change


def _binary(text: str, node: Node) -> Iterator[_Change]:
    left, right = node.parts
    said = text[left.end : right.start]
    at = left.end + said.index(node.word)
    if node.word in ("&&", "||"):
        yield _instead(text, node, left, f"what follows {node.word} is dropped")
        yield _instead(text, node, right, f"what comes before {node.word} is dropped")
        other = "||" if node.word == "&&" else "&&"
        swapped = f"(({text[node.start : at]}) {other} ({text[at + 2 : node.end]}))"
        yield node.start, node.end, swapped, f"{node.word} becomes {other}"
    elif node.word == "in":
        yield node.start, node.end, f"!({text[node.start : node.end]})", "in becomes not in"
    for other in _TWISTED.get(node.word, ()):
        yield at, at + len(node.word), other, f"{node.word} becomes {other}"


def _literal(node: Node) -> Iterator[_Change]:
    word = node.word
    if word in ("true", "false"):
        other = "false" if word == "true" else "true"
        yield node.start, node.end, other, f"{word} becomes {other}"
    elif word.isdecimal():
        yield node.start, node.end, str(int(word) + 1), f"{word} becomes one more"
        yield node.start, node.end, str(int(word) - 1), f"{word} becomes one less"
    elif word[0] in "'\"rR":
        yield node.start, node.end, f"{word[:-1]}-{word[-1]}", f"the text {word} is another"


def _list(text: str, node: Node) -> Iterator[_Change]:
    for index, part in enumerate(node.parts):
        kept = [text[one.start : one.end] for at, one in enumerate(node.parts) if at != index]
        yield node.start, node.end, f"[{', '.join(kept)}]", f"{text[part.start : part.end]} is left out of a list"


def _call(text: str, node: Node) -> Iterator[_Change]:
    if node.word == "has" and not node.is_method:
        for constant in ("true", "false"):
            yield node.start, node.end, constant, f"{text[node.start : node.end]} is {constant}"
    elif node.is_method and (other := _RENAMED.get(node.word)) is not None and not _names_a_value(node):
        at = text.rindex(f".{node.word}", node.parts[0].end, node.parts[1].start) + 1
        yield at, at + len(node.word), other, f"{node.word} becomes {other}"


def _names_a_value(node: Node) -> bool:
    """Whether a macro names a value, as in ``[value].all(name, …)``: of one element, all and some are the same."""
    (over, *_) = node.parts
    return node.word in ("all", "exists", "exists_one") and over.form == "list" and len(over.parts) == 1
