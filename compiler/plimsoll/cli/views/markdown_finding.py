"""One finding as Markdown: in full with its lines of source, or on one line."""

from collections.abc import Iterator
from dataclasses import replace

from plimsoll.cli.views.advice import advice
from plimsoll.cli.views.excerpt import excerpt
from plimsoll.cli.views.inert import block, code, inert
from plimsoll.cli.views.order import excuse_of, reason_of
from plimsoll.cli.views.paint import Style
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings
from plimsoll.compiler.diagnostics import Diagnostic


def in_line(one: Diagnostic, findings: Findings, places: Places) -> str:
    """A finding as one item of a list: its code, what is wrong, why it does not count if it doesn't, and where."""
    place = f"{places.path(findings.file(one.span.path).path)}:{one.span.line}"
    return f"{_item(one)} · {code(place)}"


def in_full(one: Diagnostic, findings: Findings, places: Places) -> str:
    """The same with the lines that it points at, its note and its help."""
    return "\n\n".join([_item(one), *_details(one, _in_repository(one, findings, places))])


def _item(one: Diagnostic) -> str:
    excuse = f" · {excuse_of(one)} {inert(reason_of(one))}" if excuse_of(one) else ""
    return f"- **{_name(one.code)}** {inert(one.message)}{excuse}"


def _in_repository(one: Diagnostic, findings: Findings, places: Places) -> Findings:
    """The files of one finding, under their paths in the repository."""
    files = {path: findings.file(path) for path in (one.span.path, *(label.span.path for label in one.labels))}
    placed = {path: replace(file, path=places.path(file.path)) for path, file in files.items()}
    return replace(findings, files=placed)


def _details(one: Diagnostic, findings: Findings) -> Iterator[str]:
    lines = [
        "".join(piece if isinstance(piece, str) else piece.text for piece in pieces)
        for pieces in excerpt(one, findings, Style.DIM)
    ]
    yield block(lines, indent="  ")
    told = [f"  {word}: {inert(text)}" for word, text in (("note", one.note), ("help", advice(one))) if text]
    if told:
        yield "  \n".join(told)


def _name(text: str) -> str:
    """A code as it is. Whatever has not the form of one is shown as text only."""
    return text if text.replace("-", "").isalnum() and text.isascii() else code(text)
