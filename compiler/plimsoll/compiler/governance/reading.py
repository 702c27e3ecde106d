"""What the conditions of rules that judge Flow read, told from their text: what two flows may differ in for them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.syntax import Node
from plimsoll.compiler.governance.syntax import parse as parse_anew

Names = frozenset[str] | None
"""Names of fields; None stands for all."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What some rules read of a flow."""

    source: Names
    """The names of fields anywhere in a source."""
    label: Names
    sink: Names
    flow: frozenset[str]
    """Fields of the flow itself that are worked out only when they are read: ``declassified``, ``data``, ``way``."""
    context: frozenset[str]


def reading_of(rules: Iterable[Rule]) -> Reading:
    """What the conditions of rules read; messages are read only where something is found."""
    trees = [parse(text) for rule in rules for text in _conditions(rule)]
    paths = {path for tree in trees for path in _paths(tree)}
    names = frozenset(node.word for tree in trees for node in _nodes(tree) if _may_be_of_source(node))
    whole = ("object",) in paths or any("[]" in path for path in paths)
    bare = any(
        path in paths for path in (("object", "source"), *(("object", "source", p) for p in ("spec", "metadata")))
    )
    return Reading(
        None if whole or bare or names & _SWEEPING else names,
        None if whole else _below(paths, "label"),
        None if whole else _below(paths, "sink"),
        _LATE if whole else frozenset(path[1] for path in paths if path[0] == "object" and len(path) > 1) & _LATE,
        frozenset(path[1] if len(path) > 1 else "" for path in paths if path[0] == "context"),
    )


parse = lru_cache(maxsize=1024)(parse_anew)
"""The tree of an expression; those of the catalogue are asked for again and again."""

_LATE = frozenset({"declassified", "data", "way"})
_SWEEPING = frozenset({"annotations", "labels"})
"""Fields of a source's metadata that are data themselves, and may be asked for as a whole."""


def kinds_of(rule: Rule, known: Iterable[str]) -> frozenset[str]:
    """The kinds of sinks that a rule can apply to: those that its ``when`` names as a condition of all else."""
    kinds = frozenset(known)
    for one in _conjuncts(parse(rule.when)) if rule.when is not None else ():
        if one.form == "binary" and one.word in ("==", "in") and _path(one.parts[0]) == ("object", "sink", "kind"):
            items = one.parts[1].parts if one.word == "in" and one.parts[1].form == "list" else one.parts[1:]
            words = [_PLAIN.fullmatch(item.word) if item.form == "literal" else None for item in items]
            if all(words):
                kinds &= {word["text"] for word in words if word}
    return kinds


_PLAIN = re.compile(r"""(?P<quote>['"])(?P<text>[^'"\\]+)(?P=quote)""")
"""A string as kinds are written; any other way to write one narrows nothing."""


def _conditions(rule: Rule) -> Iterator[str]:
    if rule.when is not None:
        yield rule.when
    yield from (condition.expression for condition in rule.conditions)


def _conjuncts(tree: Node) -> Iterator[Node]:
    if tree.form == "binary" and tree.word == "&&":
        for part in tree.parts:
            yield from _conjuncts(part)
    else:
        yield tree


def _nodes(tree: Node) -> Iterator[Node]:
    yield tree
    for part in tree.parts:
        yield from _nodes(part)


def _may_be_of_source(node: Node) -> bool:
    """Whether a field is selected that may be one of a source's: below it, or of what a macro ranges over."""
    path = _path(node)
    return node.form == "select" and (path[0] not in ("object", "context") or path[:2] == ("object", "source"))


def _path(node: Node) -> Path:
    """The names on the way to a field, from the variable on; what is no name is ``[]``."""
    if node.form == "name":
        return (node.word,)
    return (*_path(node.parts[0]), node.word) if node.form == "select" else ("[]",)


def _paths(tree: Node) -> Iterator[Path]:
    """Every longest path that begins at a variable, and ``[]`` for an index into one of the variables themselves."""
    if tree.form in ("name", "select"):
        path = _path(tree)
        if path[0] != "[]":
            yield path
            return
    if tree.form == "index" and len(path := _path(tree.parts[0])) <= 2 and path[0] in ("object", "context"):
        yield ("[]",)
    for part in tree.parts:
        yield from _paths(part)


def _below(paths: Iterable[Path], part: str) -> Names:
    """The fields of a part of the flow that are read; None where the part itself is."""
    read = [path for path in paths if path[:2] == ("object", part)]
    return None if any(len(path) == 2 for path in read) else frozenset(path[2] for path in read)
