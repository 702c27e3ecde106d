"""What a verb had to say, gathered for the formats that can only speak when it has ended."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plimsoll.cli.views.order import by_place
from plimsoll.cli.views.paint import safe
from plimsoll.cli.views.view import Findings, Line
from plimsoll.compiler.diagnostics import Diagnostic
from plimsoll.contract.exit_codes import CLEAN
from plimsoll.contract.refusal import Refused, Unavailable


@dataclass(frozen=True)
class Trouble:
    """Why a verb did not get to its end. No report may look clean that has one."""

    what: str
    why: str
    where: str = ""
    mend: str = ""

    @property
    def sentence(self) -> str:
        """What happened and why."""
        return f"{self.what}: {self.why}"

    @property
    def details(self) -> str:
        """The same with the place and the remedy, one a line."""
        where = f"where: {self.where}" if self.where else ""
        return "\n".join(filter(None, (self.sentence, where, f"help: {self.mend}" if self.mend else "")))


@dataclass(frozen=True)
class Collected:
    """Everything that a verb said."""

    findings: Findings | None = None
    """What the stages found; None when they were never asked, or did not get that far."""
    troubles: tuple[Trouble, ...] = ()
    lines: tuple[Line, ...] = ()
    """The verb's own result, for people."""

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """The findings by place."""
        return by_place(self.findings.diagnostics) if self.findings else []

    def with_findings(self, more: Findings) -> "Collected":
        """The same with further findings behind its own."""
        had = self.findings
        if had is None:
            return replace(self, findings=more)
        both = replace(
            more,
            diagnostics=(*had.diagnostics, *more.diagnostics),
            files={**had.files, **more.files},
            rules={**had.rules, **more.rules},
            passed=(*had.passed, *more.passed),
        )
        return replace(self, findings=both)

    def with_lines(self, lines: Iterable[Line]) -> "Collected":
        """The same with more of the verb's result."""
        return replace(self, lines=(*self.lines, *lines))

    def with_refusal(self, refused: Refused) -> "Collected":
        """The same with a refusal."""
        return self._with(Trouble(refused.what, refused.why, refused.where, refused.mend))

    def with_fault(self, fault: Unavailable) -> "Collected":
        """The same with what is missing around us."""
        return self._with(Trouble(fault.what, fault.why, mend=fault.mend))

    def ended(self, code: int) -> "Collected":
        """The same, with a trouble more when an exit code tells of a failure that nothing else tells of."""
        if code == CLEAN or self.troubles or any(one.blocks for one in self.diagnostics):
            return self
        return self._with(Trouble("plimsoll", f"ended with exit code {code}; its log says why"))

    def _with(self, trouble: Trouble) -> "Collected":
        return replace(self, troubles=(*self.troubles, trouble))


class CollectingView(ABC):
    """The part that formats of one document share: collect, and write the document when the verb ends."""

    def __init__(self) -> None:
        self._collected = Collected()

    @abstractmethod
    def document(self, collected: Collected, code: int) -> str:
        """The whole output. Law: the same findings in any order give the same text."""

    def findings(self, findings: Findings) -> None:
        """Keep them."""
        self._collected = self._collected.with_findings(findings)

    def result(self, _data: Mapping[str, Any], _lines: Iterable[Line]) -> None:  # noqa: B027 -- it is all it does
        """A format of findings has no room for what a verb did."""

    def own(self, _document: str) -> None:  # noqa: B027 -- as above
        """A format of findings has no room for what a verb did."""

    def refused(self, refused: Refused) -> None:
        """Keep it for the document, and say it where people look."""
        self._collected = self._collected.with_refusal(refused)
        self._say(str(refused))

    def unavailable(self, fault: Unavailable) -> None:
        """Keep it for the document, and say it where people look."""
        self._collected = self._collected.with_fault(fault)
        self._say(str(fault))

    def progress(self, message: str) -> None:
        """Say what is being done, where that cannot be taken for data."""
        sys.stderr.write(f"{safe(message)}\n")

    def close(self, code: int) -> None:
        """Write the document."""
        sys.stdout.write(self.document(self._collected.ended(code), code))

    def _say(self, text: str) -> None:
        for number, line in enumerate(text.split("\n")):
            self.progress(line if number else f"error: {line}")
