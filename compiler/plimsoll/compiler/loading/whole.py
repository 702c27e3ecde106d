"""Parse a text by libyaml into nodes, and these into documents; and say what is wrong with it."""

import re

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from plimsoll.compiler.diagnostics import Diagnostic, Fix, Outcome, Severity
from plimsoll.compiler.editing.offers import indent, quote_in_braces
from plimsoll.compiler.loading.characters import hidden_characters, span_at, unreadable_character
from plimsoll.compiler.loading.composing import compose
from plimsoll.compiler.loading.documents import Document
from plimsoll.compiler.loading.limits import Exceeded, hold_expansion
from plimsoll.compiler.loading.scalars import shortened
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.values import Builder

_ANCHOR = re.compile(r"&[-0-9A-Za-z_]")


def parse_whole(source: SourceFile) -> Outcome[tuple[Document, ...]]:
    """What ``parse`` gives, by the parser of all YAML: it leads ``usual_value``, and tells what is wrong."""
    if hidden := hidden_characters(source):
        return Outcome(None, hidden)
    builder = Builder(source)
    try:
        documents = _documents(source, builder)
    except YAMLError as error:
        return Outcome(None, (_syntax_error(source, error),))
    except Exceeded as limit:
        span = span_at(source, limit.line, limit.column)
        return Outcome(None, (Diagnostic("PLM-YML-002", Severity.ERROR, str(limit), span, help=limit.help),))
    return Outcome(documents, builder.found.all())


def _documents(source: SourceFile, builder: Builder) -> tuple[Document, ...]:
    found = []
    aliases = "*" in source.text and _ANCHOR.search(source.text) is not None
    for position, node in enumerate(compose(source.text)):
        value = builder.value(node)
        if aliases:
            hold_expansion(node)
        if isinstance(value, dict):
            found.append(Document(source, value, position))
        else:
            builder.say("PLM-YML-004", node, "a spec is a mapping with apiVersion, kind, metadata and spec")
    return tuple(found)


def _syntax_error(source: SourceFile, error: YAMLError) -> Diagnostic:
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return unreadable_character(source)
    mark = error.problem_mark
    message = ", ".join(shortened(part) for part in (error.context, error.problem) if part)
    span = span_at(source, mark.line, mark.column)
    hint, fix = _way_out(source, mark.line + 1, mark.column + 1, str(error.problem))
    return Diagnostic("PLM-YML-001", Severity.ERROR, f"not YAML: {message}", span, help=hint, fix=fix)


def _way_out(source: SourceFile, line: int, column: int, problem: str) -> tuple[str, Fix | None]:
    """How a syntax error can be mended, where its usual cause can be seen."""
    if "\t" in source.line(line)[:column]:
        return "indent with spaces; YAML knows no tabs", indent(source)
    if problem == "found unexpected ':'":
        return "quote text that has a colon, where it stands in brackets", quote_in_braces(source, line, column)
    return "", None
