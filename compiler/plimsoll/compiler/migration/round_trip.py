"""One document, changed by ruamel's round trip, with every line that did not change as its author wrote it."""

import re
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML

from plimsoll.compiler.editing.lines import Lines
from plimsoll.compiler.migration.merge import merge_lines
from plimsoll.compiler.suppression.comments import layout

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\r\n|\r|\n")
_NO_FOLDING = 1_000_000
"""A width that no line reaches: what its author wrote on one line stays on one."""


def rewrite(text: str, change: Callable[[Any], None]) -> str:
    """A document's text after ``change`` was applied to its values in place.

    ``change`` gets ruamel's mapping, with comments and quotes. New lines end as the document's first line does.

    Raises:
        YAMLError: when ruamel cannot read the text, which is stricter than libyaml here and there.
    """
    own = _LINE.findall(text)
    plain, changed = (_dumped(text, one) for one in (_nothing, change))
    ending = next((end[0] for line in own if (end := _END.search(line))), "\n")
    merged = merge_lines([_END.sub("", line) for line in own], plain, changed)
    gaps = _gaps(text)
    result = "".join(own[line] if isinstance(line, int) else _spaced(line, gaps) + ending for line in merged)
    return result if own and _END.search(own[-1]) else result.removesuffix(ending)


def _gaps(text: str) -> dict[str, str]:
    """The room before each comment that stands beside something, by the comment."""
    lines = Lines(text)
    beside = ((one, lines.text(one.line)[: one.column - 1]) for one in layout(text).comments if not one.alone)
    return {one.text.rstrip(): before[len(before.rstrip()) :] for one, before in beside}


def _spaced(line: str, gaps: dict[str, str]) -> str:
    """A new line with as much room before its comment as there was: the round trip keeps the column instead."""
    for found in re.finditer(" #", line):
        comment = line[found.start() + 1 :]
        if comment in gaps:
            return line[: found.start()].rstrip() + gaps[comment] + comment
    return line


def _nothing(_value: Any) -> None:
    """The change that shows which lines the round trip alone rewrites."""


def _dumped(text: str, change: Callable[[Any], None]) -> list[str]:
    """The lines of a text after a change, as the round trip writes them."""
    yaml = _round_trip(text)
    value = yaml.load(_END.sub("\n", text))
    change(value)
    stream = StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().split("\n")[:-1]


def _round_trip(text: str) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = _NO_FOLDING
    mapping, offset = _indentation(text)
    yaml.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    return yaml


def _indentation(text: str) -> tuple[int, int]:
    """How far mappings are indented, and how far the dashes of lists: as where each is first seen, else by two."""
    steps = list(_steps(text))
    mapping = next((step for step, dash in steps if not dash and step > 0), 2)
    offset = next((step for step, dash in steps if dash and step >= 0), 2)
    return mapping, offset


def _steps(text: str) -> Iterator[tuple[int, bool]]:
    """The indentation of what stands below a key that has nothing beside it, and whether that is a list."""
    lines = [line for line in _END.split(text) if line.strip() and not line.lstrip().startswith("#")]
    for line, below in pairwise(lines):
        if re.search(r":\s*(#.*)?$", line):
            yield _indent(below) - _indent(line), below.lstrip().startswith("- ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
