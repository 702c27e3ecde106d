"""Files that specs name beside themselves."""

from collections.abc import Callable
from typing import TypeVar

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.rendering.owner import Owner

T = TypeVar("T")


class Unreadable(Exception):
    """A file beside a spec can't be used; holds the finding that says which and why."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


def reading(what: str, place: Owner, read: Callable[[], T]) -> T:
    """What ``read`` returns.

    Raises:
        Unreadable: when a file can't be read, is not UTF-8, or is a symbolic link where none may be.
    """
    try:
        return read()
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = str(error)
    raise Unreadable(Diagnostic("PLM-REN-004", Severity.ERROR, f"{what} cannot be used: {reason}", place.span))
