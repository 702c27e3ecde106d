"""What comments ask for: ``# plimsoll: ignore[CODE, CODE] reason``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from plimsoll.compiler.diagnostics import Diagnostic, Severity, Span
from plimsoll.compiler.loading.sources import SourceFile
from plimsoll.compiler.suppression.comments import Comment, layout

_DIRECTIVE = re.compile(r"#+\s*plimsoll:\s*(.*)")
_IGNORE = re.compile(r"ignore\s*\[([^\]]*)\]\s*(.*)")


@dataclass(frozen=True)
class Ignore:
    """A comment that asks to leave findings of some codes on some lines aside."""

    codes: tuple[tuple[str, Span], ...]
    """The codes with their places."""
    reason: str
    lines: frozenset[int]
    """The lines it speaks of: its own or, where it stands alone, the next one, with the whole of a scalar there."""


@dataclass(frozen=True)
class Ignores:
    """The comments of a file that could be understood, and what is to be said of the others."""

    ignores: tuple[Ignore, ...]
    diagnostics: tuple[Diagnostic, ...]


def ignores(source: SourceFile) -> Ignores:
    """Read the comments of a file that speak to Plimsoll."""
    plan = layout(source.text)
    understood: list[Ignore] = []
    found: list[Diagnostic] = []
    for comment in plan.comments:
        directive = _DIRECTIVE.match(comment.text)
        if directive is None:
            continue
        span = Span(source.path, comment.line, comment.column, comment.column + len(comment.text.rstrip()))
        asked = _IGNORE.fullmatch(directive[1].strip())
        if asked is None or not asked[1].strip(" ,"):
            found.append(_not_understood(span))
        elif not asked[2]:
            found.append(_no_reason(span))
        else:
            line = plan.line_below(comment) if comment.alone else comment.line
            understood.append(Ignore(tuple(_codes(source.path, comment)), asked[2], plan.lines_with(line)))
    return Ignores(tuple(understood), tuple(found))


def _codes(path: str, comment: Comment) -> Iterator[tuple[str, Span]]:
    opening = comment.text.index("[") + 1
    for code in re.finditer(r"[^\s,]+", comment.text[opening : comment.text.index("]")]):
        column = comment.column + opening + code.start()
        yield code[0], Span(path, comment.line, column, column + len(code[0]))


def _not_understood(span: Span) -> Diagnostic:
    message = "this comment is meant for plimsoll, but is not understood"
    return Diagnostic("PLM-IGN-001", Severity.WARNING, message, span, help="write # plimsoll: ignore[CODE] reason")


def _no_reason(span: Span) -> Diagnostic:
    message = "nothing is ignored without a reason"
    return Diagnostic("PLM-IGN-002", Severity.WARNING, message, span, help="say why, behind the closing bracket")
