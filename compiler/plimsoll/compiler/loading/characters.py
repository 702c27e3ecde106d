"""Characters that a spec must not hold unescaped, since a reader of the file would not see what a machine sees."""

import re
import unicodedata
from functools import partial

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.loading.telling import made, told

_BREAKS = "\x85\u2028\u2029"
"""Line breaks to YAML 1.1 and to libyaml, not to YAML 1.2 nor to editors: a comment could hide a key behind one."""

_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
"""Marks that show text in another order than it is read (CVE-2021-42574)."""

_HIDDEN = re.compile(f"[{_BREAKS}{_DIRECTIONS}\ufeff\ud800-\udfff]")
_UNREADABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What is not printable to YAML 1.2 (5.1)."""

_DIRECTIVE = re.compile(r"%(?<![^\r\n]%)(?:TAG[ \t]|YAML[ \t]+(?![ \t]|1\.2[ \t]*(?:[\r\n#]|\Z)))")


def hidden_characters(source: SourceFile) -> tuple[Diagnostic, ...]:
    """What hides in a text from whoever reviews it: invisible characters, and directives that change its meaning."""
    found: tuple[Diagnostic, ...] = ()
    if not source.text.isascii():
        found += made(_HIDDEN.finditer(source.text), partial(_hidden, source))
    if "%" in source.text:
        found += made(_DIRECTIVE.finditer(source.text), partial(_directive, source))
    return told(found)


def _hidden(source: SourceFile, match: re.Match[str]) -> Diagnostic:
    help_ = "remove it, or write it as an escape in double quotes"
    return _at(source, match, "PLM-YML-009", f"{_named(match[0])} hides what is written", help_)


def _directive(source: SourceFile, match: re.Match[str]) -> Diagnostic:
    return _at(source, match, "PLM-YML-005", "directives are not read", "remove the line")


def unreadable_character(source: SourceFile) -> Diagnostic:
    """The finding about the first character that cannot stand in YAML. There must be one."""
    match = re.search(_UNREADABLE, source.text)
    assert match is not None
    message = f"not YAML: {_named(match[0])} cannot stand in it"
    return _at(source, match, "PLM-YML-001", message, "write it as an escape in double quotes")


def span_at(source: SourceFile, line: int, column: int, width: int = 1) -> Span:
    """Some characters at a line and a column that count from 0, as far as the line goes.

    What libyaml finds at the end of a text without a line end, it puts on the line after the last: that is the end of
    the last one.
    """
    if line >= len(source.lines):
        line, column = len(source.lines) - 1, len(source.lines[-1])
    room = len(source.lines[line]) + 1
    start = min(column + 1, room)
    return Span(source.path, line + 1, start, min(start + width, room))


def _at(source: SourceFile, match: re.Match[str], code: str, message: str, help_: str) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, span_at(source, *source.place(match.start())), help=help_)


def _named(character: str) -> str:
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name.lower()})"
