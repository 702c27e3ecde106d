"""A finding's source lines with what is meant underlined, as rustc shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from plimsoll.cli.views.paint import Style, Styled, safe, width
from plimsoll.cli.views.view import Findings, ShownFile
from plimsoll.compiler.diagnostics import Diagnostic, Span

Pieces = tuple[str | Styled, ...]

_ROOM = 140
"""The widest source line that is shown whole; a longer one is cut around what is underlined."""


@dataclass(frozen=True)
class _Mark:
    """An underlined span: its text, and whether it is the one that the finding is about."""

    span: Span
    text: str
    primary: bool


def excerpt(one: Diagnostic, findings: Findings, style: Style) -> Iterator[Pieces]:
    """The lines of source that a finding points at, file by file, the finding's own first."""
    marks = list(_marks(one))
    margin = max(len(str(mark.span.line)) for mark in marks)
    paths = dict.fromkeys(mark.span.path for mark in marks)
    for path in paths:
        here = sorted((m for m in marks if m.span.path == path), key=lambda m: (m.span.line, not m.primary, m.span))
        first = next((mark for mark in here if mark.primary), here[0]).span
        shown = findings.file(path)
        arrow = "-->" if path == one.span.path else ":::"
        yield (" " * margin, Styled(arrow, Style.FRAME), f" {shown.path}:{first.line}:{first.column}")
        yield from _block(shown, here, margin, style)


def _marks(one: Diagnostic) -> Iterator[_Mark]:
    """What is underlined. The steps of a way are numbered, and the finding's own place is where it ends."""
    last = max((label.hop for label in one.labels), default=0)
    yield _Mark(one.span, f"{last + 1}. {one.caption}" if last else one.caption, True)
    for label in one.labels:
        yield _Mark(label.span, f"{label.hop}. {label.text}" if label.hop else label.text, False)


def _block(file: ShownFile, marks: list[_Mark], margin: int, style: Style) -> Iterator[Pieces]:
    bar = (" " * margin, Styled(" |", Style.FRAME))
    if not any(file.line(mark.span.line) for mark in marks):
        for mark in marks:
            if mark.text:
                yield (" " * margin, Styled(" = ", Style.FRAME), mark.text)
        return
    yield bar
    last = None
    for number, on_line in groupby(marks, key=lambda mark: mark.span.line):
        here = list(on_line)
        if last is not None and number > last + 1:
            yield (Styled("...", Style.FRAME),)
        last = number
        start, text = _cut(file.line(number), here[0].span)
        yield (Styled(f"{number:>{margin}} | ", Style.FRAME), text)
        for mark in here:
            yield (*bar, " ", *_underline(file.line(number), mark, start, style))
    yield bar


def _underline(line: str, mark: _Mark, start: int, style: Style) -> Pieces:
    """The row below a source line. ``start`` is how many characters of the line were cut away."""
    first, end = mark.span.column - 1, mark.span.end - 1
    indent = width(safe(line[start:first])) + (1 if start else 0)
    length = max(1, width(safe(line[first:end])))
    sign, look = ("^", style) if mark.primary else ("-", Style.FRAME)
    room = max(1, _ROOM - indent)
    text = f" {mark.text}" if mark.text else ""
    return (" " * indent, Styled(f"{sign * min(length, room)}{text}", look))


def _cut(line: str, span: Span) -> tuple[int, str]:
    """A long line cut around a span, and how many of its characters went missing at its start."""
    if len(line) <= _ROOM:
        return 0, line
    start = max(0, min(span.column - 1 - _ROOM // 4, len(line) - _ROOM))
    text = line[start : start + _ROOM]
    return start, ("…" if start else "") + text + ("…" if start + _ROOM < len(line) else "")
