"""The one interface of all formats. A view is built before anything can fail, so that every failure has its look."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from plimsoll.cli.views.paint import Styled
from plimsoll.contract.refusal import Refused, Unavailable

if TYPE_CHECKING:
    from plimsoll.compiler.diagnostics import Diagnostic
    from plimsoll.compiler.kinds.policy import PolicySpec

Line = str | Sequence[str | Styled]
"""One line for people: plain text, or pieces of which some are styled."""


@dataclass(frozen=True)
class ShownFile:
    """A file that findings point into: its path as people can open it, and its lines."""

    path: str
    lines: tuple[str, ...]
    built_in: bool = False
    """Whether it comes with Plimsoll, as the catalogue's rules do, and is no file of the project."""

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the last."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


@dataclass(frozen=True)
class Findings:
    """What the stages have to say about a project."""

    diagnostics: tuple["Diagnostic", ...]
    files: Mapping[str, ShownFile] = field(default_factory=dict)
    """The files by the path that diagnostics bear."""
    rules: Mapping[str, "PolicySpec"] = field(default_factory=dict)
    """The governance rules by the code that their findings bear."""
    specs: int = 0
    judgements: int = 0
    """How many times a rule was applied to an object."""
    seconds: float = 0.0
    baseline: bool = False
    """Whether they were held against a baseline."""
    passed: tuple[tuple[str, str], ...] = ()
    """Cases that were tried and hold, each by its file and its name, for formats that list them."""

    def and_also(self, diagnostics: Iterable["Diagnostic"]) -> "Findings":
        """The same with further diagnostics behind its own."""
        return replace(self, diagnostics=(*self.diagnostics, *diagnostics))

    def weighty(self) -> "Findings":
        """The same without notes and without what does not stand, for verbs that do something else than find."""
        kept = tuple(one for one in self.diagnostics if one.severity != "note" and not one.waived and not one.ignored)
        return replace(self, diagnostics=kept)

    def file(self, path: str) -> ShownFile:
        """The file of a diagnostic; one without lines when it could not be read."""
        return self.files.get(path) or ShownFile(path, ())


class View(Protocol):
    """A way to show what a verb found and did."""

    def findings(self, findings: Findings) -> None:
        """Show diagnostics, the worst being what the exit code follows."""

    def result(self, data: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Show what a verb did or found out: as data for machines, as lines for people."""

    def own(self, document: str) -> None:
        """Write a verb's own document, which takes the place of the report where there is one."""

    def refused(self, refused: Refused) -> None:
        """Show what was refused, where and why."""

    def unavailable(self, fault: Unavailable) -> None:
        """Show what is missing around us."""

    def progress(self, message: str) -> None:
        """Say what is being done, where that cannot be taken for data."""

    def close(self, code: int) -> None:
        """End with the exit code; a format that needs the whole to say anything says it now."""
