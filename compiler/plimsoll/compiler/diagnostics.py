"""Diagnostics: what a stage has to say about its input, returned as values and never raised.

A finding points at spans of source text. Stages that know only routes, such as ``("spec", "image")``, have the document
turn them into spans. A malformed finding is refused when it is built: that is a bug of ours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")
Route = tuple[str | int, ...]
"""A path inside a document: keys of mappings and positions in sequences."""


class Severity(StrEnum):
    """How much a finding weighs. Only ``ERROR`` stops the way from specs to release."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of one line in a source file; ``line`` and ``column`` count from 1, ``end`` is exclusive."""

    path: str
    line: int
    column: int
    end: int

    def __post_init__(self) -> None:
        if self.line < 1 or self.column < 1 or self.end < self.column:
            raise ValueError(f"not a span: {self}")


@dataclass(frozen=True)
class Label:
    """A secondary span and what it has to do with the finding, such as "declared here"."""

    span: Span
    text: str
    hop: int = 0
    """On a way of data: which step this is, from 1 at the source; 0 for what is no step."""


@dataclass(frozen=True, order=True)
class Edit:
    """Text that takes the place of a stretch of a file; lines and columns count from 1, the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True)
class Fix:
    """A way to mend a finding. A safe one can't change what the author meant, and is applied without being named."""

    name: str
    """What ``plimsoll check --fix NAME`` calls it, such as ``quote``; the same for all findings it can mend."""
    title: str
    """What it does, as a command: ``quote 'NO'``."""
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True)
class Diagnostic:
    """One finding: a stable code, where it is, what is wrong, and how to mend it."""

    code: str
    severity: Severity
    message: str
    span: Span
    caption: str = ""
    """What stands under the underlined text."""
    labels: tuple[Label, ...] = ()
    note: str = ""
    help: str = ""
    subject: str = ""
    """The object that is judged, as ``kind/name``."""
    waived: str = ""
    """Why a finding that would stand does not count: the waiver's reason; empty when it counts."""
    ignored: str = ""
    """Why a comment beside the finding asks to leave it aside; empty when none does."""
    known: str = ""
    """Since when a baseline has the finding, so that it does not count; empty where none has it."""
    fix: Fix | None = None
    properties: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.code.startswith("PLM-") or not self.message:
            raise ValueError(f"a finding needs a PLM- code and a message, not {self.code!r} and {self.message!r}")

    @property
    def blocks(self) -> bool:
        """Whether this finding stops the way on."""
        return self.severity is Severity.ERROR and not self.waived and not self.ignored and not self.known


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a stage returns: its value, if it could make one, and what it found on the way."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether there is a value and nothing that blocks."""
        return self.value is not None and not any(d.blocks for d in self.diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Findings by place, then code, without repeats: the same multiset always prints in the same order."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message)))
