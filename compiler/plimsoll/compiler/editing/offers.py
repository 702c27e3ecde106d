"""The fixes that findings offer. Each is None where the text cannot be mended by replacing a stretch of it."""

import re
from collections.abc import Iterable
from typing import Any

from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import Node, ScalarNode

from plimsoll.compiler.diagnostics import Edit, Fix, Span
from plimsoll.compiler.editing.apply import apply_edits
from plimsoll.compiler.hints import nearest
from plimsoll.compiler.loading.composing import compose
from plimsoll.compiler.loading.limits import Exceeded
from plimsoll.compiler.loading.sources import SourceFile

_IN_BRACES = re.compile(r"""(?<=[\s\[{,])[^\s,\[\]{}"'#&*!|>%@`?-][^\s,\[\]{}"'#]*(?=[ \t]*[,\]}])""")
"""A plain scalar without white space, as it stands between brackets."""

_BEFORE = re.compile(r"(?:[\[{,]|[:-][ \t])[ \t]*\Z")
_BLOCK_TEXT = re.compile(r"(?:^|[\s:-])[|>][-+0-9]*[ \t]*(?:#.*)?$")
_PLAIN_WORD = re.compile(r"[A-Za-z][-A-Za-z0-9_./]*\Z")
"""What can be written with and without quotes alike."""

_TAG = re.compile(r"!\S*[ \t]+")


def quote(path: str, node: Node) -> Fix | None:
    """Put a plain scalar on one line into quotes: the same text, to every reader."""
    end = node.end_mark
    if node.start_mark.line != end.line or end.column - node.start_mark.column < len(node.value):
        return None
    # An anchor stands before the text and belongs to the node.
    span = Span(path, end.line + 1, end.column - len(node.value) + 1, end.column + 1)
    return Fix("quote", f"quote {node.value}", (_replace(span, f'"{node.value}"'),), safe=True)


def quote_in_braces(source: SourceFile, line: int, column: int) -> Fix | None:
    """Put a plain scalar between brackets into quotes, since libyaml reads no colon in one; YAML 1.2 has it as text.

    ``line`` and ``column``, which count from 1, are those of the colon.
    """
    text = source.line(line)
    found = next((one for one in _IN_BRACES.finditer(text) if one.start() < column <= one.end()), None)
    if found is None or found[0].endswith(":") or not _BEFORE.search(text[: found.start()]):
        return None
    span = Span(source.path, line, found.start() + 1, found.end() + 1)
    return Fix("quote", f"quote {found[0]}", (_replace(span, f'"{found[0]}"'),), safe=True)


def remove_repeat(source: SourceFile, mapping: Any, key: Node) -> Fix | None:
    """Remove a key that stands twice in a mapping, where both have the same scalar and nothing else is on its line."""
    number = next(n for n, (other, _) in enumerate(mapping.value) if other is key)
    value = mapping.value[number][1]
    first = next(item for other, item in mapping.value if other.value == key.value)
    if not (_same_scalar(first, value) and key.start_mark.line == value.end_mark.line):
        return None
    line, start, end = key.start_mark.line + 1, key.start_mark.column, value.end_mark.column
    text = source.line(line)
    title = f"remove the second {key.value}"
    if not mapping.flow_style:
        if text[:start].strip() or text[end:].strip():
            return None
        return Fix("remove-repeat", title, (Edit(source.path, line, 1, line + 1, 1, ""),), safe=True)
    before = mapping.value[number - 1][1].end_mark
    if before.line + 1 != line or text[before.column : start].strip() != ",":
        return None
    return Fix("remove-repeat", title, (Edit(source.path, line, before.column + 1, line, end + 1, ""),), safe=True)


def _same_scalar(first: Node, second: Node) -> bool:
    both = isinstance(first, ScalarNode) and isinstance(second, ScalarNode)
    return both and first is not second and first.ctag is second.ctag and first.value == second.value


def remove_tag(source: SourceFile, node: Node) -> Fix | None:
    """Remove a tag, and keep what stands behind it; a plain scalar that was tagged as text becomes quoted."""
    start, end = node.start_mark, node.end_mark
    found = _TAG.match(source.line(start.line + 1), start.column)
    if found is None:
        return None
    line = start.line + 1
    plain = isinstance(node, ScalarNode) and source.line(line)[found.end() : end.column] == node.value
    if plain and end.line == start.line and node.ctag.suffix.endswith(":str"):
        quoted = "'{}'".format(node.value.replace("'", "''"))
        edit = Edit(source.path, line, found.start() + 1, line, end.column + 1, quoted)
    else:
        edit = Edit(source.path, line, found.start() + 1, line, found.end() + 1, "")
    return Fix("remove-tag", f"remove {found[0].strip()}", (edit,), safe=False)


def indent(source: SourceFile) -> Fix | None:
    """Indent by two spaces for each tab, where all indentation is by tabs and the outcome is YAML."""
    edits = []
    for number, line in enumerate(source.lines, 1):
        space = line[: len(line) - len(line.lstrip())]
        if not line.strip() or not space:
            continue
        if space.strip("\t"):
            return None
        edits.append(Edit(source.path, number, 1, number, len(space) + 1, "  " * len(space)))
    if not edits or any(_BLOCK_TEXT.search(line) for line in source.lines):
        return None
    try:
        compose(apply_edits(source.text, edits))
    except (YAMLError, Exceeded):
        return None
    return Fix("indent", "indent by spaces", tuple(edits), safe=True)


def spell(source: SourceFile, span: Span, word: str, known: Iterable[str]) -> Fix | None:
    """Write the nearest known word at a span, in the quotes that are there; None where the word itself is not."""
    near = nearest(word, known)
    text = source.line(span.line)[span.column - 1 : span.end - 1]
    marks = text[:1] if text[:1] in ("'", '"') else ""
    if near is None or text != f"{marks}{word}{marks}" or not _PLAIN_WORD.match(near):
        return None
    return Fix("spell", f"write {near}", (_replace(span, f"{marks}{near}{marks}"),), safe=False)


def _replace(span: Span, text: str) -> Edit:
    return Edit(span.path, span.line, span.column, span.line, span.end, text)
