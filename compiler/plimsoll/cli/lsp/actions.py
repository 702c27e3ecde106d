"""Mend what was found: one finding at a time, or everything that can be mended without changing what was meant."""

from collections.abc import Callable, Iterable

from lsprotocol.types import CodeAction, CodeActionKind, Position, Range, TextEdit, WorkspaceEdit
from lsprotocol.types import Diagnostic as Published

from plimsoll.cli.lsp.analysis import Analysis
from plimsoll.cli.lsp.places import Places
from plimsoll.cli.lsp.publishing import published
from plimsoll.compiler.diagnostics import Diagnostic, Edit
from plimsoll.compiler.editing.apply import chosen_fixes

Wrap = Callable[[dict[str, list[TextEdit]]], WorkspaceEdit]
"""Makes a change of the workspace out of edits by path."""

FIX_ALL = "source.fixAll.plimsoll"


def code_actions(
    found: Analysis, path: str, asked: Range, only: Iterable[str] | None, places: Places, wrap: Wrap
) -> list[CodeAction]:
    """The fixes of the findings that touch a range of a file, and one for all of its safe ones."""
    wanted = tuple(only or ())
    mendable = [one for one in found.diagnostics if one.fix is not None and not (one.waived or one.ignored)]
    here = [one for one in mendable if one.span.path == path]
    actions: list[CodeAction] = []
    if _asked(CodeActionKind.QuickFix, wanted):
        touched = [one for one in here if _touch(places.range(one.span), asked)]
        actions += [_quick(one, published(one, places, found.rules), places, wrap) for one in touched]
    safe = chosen_fixes(here, ())
    if safe and _asked(FIX_ALL, wanted):
        edits = [edit for fix in safe for edit in fix.edits]
        actions.append(CodeAction("Mend all that is safe to mend", FIX_ALL, edit=wrap(text_edits(edits, places))))
    return actions


def _quick(one: Diagnostic, shown: Published, places: Places, wrap: Wrap) -> CodeAction:
    assert one.fix is not None
    title = one.fix.title[:1].upper() + one.fix.title[1:]
    edit = wrap(text_edits(one.fix.edits, places))
    return CodeAction(
        title,
        CodeActionKind.QuickFix,
        diagnostics=[shown],
        is_preferred=one.fix.safe,
        edit=edit,
    )


def text_edits(edits: Iterable[Edit], places: Places) -> dict[str, list[TextEdit]]:
    """Edits for an editor, by path."""
    found: dict[str, list[TextEdit]] = {}
    for one in edits:
        found.setdefault(one.path, []).append(TextEdit(places.text(one.path).range_of(one), one.text))
    return found


def _touch(one: Range, other: Range) -> bool:
    def key(position: Position) -> tuple[int, int]:
        return position.line, position.character

    return key(one.start) <= key(other.end) and key(other.start) <= key(one.end)


def _asked(kind: str, only: tuple[str, ...]) -> bool:
    """Whether a kind of action is wanted: it, or one that it is a part of."""
    return not only or any(kind == one or kind.startswith(f"{one}.") for one in only)
