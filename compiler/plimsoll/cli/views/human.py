"""For people at a terminal: findings as rustc shows them, results as short lines, progress on standard error."""

from collections.abc import Iterable, Mapping
from typing import Any

from plimsoll.cli.views.paint import Painter, Style, Styled
from plimsoll.cli.views.view import Findings, Line
from plimsoll.contract.refusal import Refused, Unavailable

LOOK = {"error": Style.ERROR, "warning": Style.WARNING, "note": Style.NOTE}


class HumanView:
    """Shows everything as soon as it is known."""

    def __init__(self, colour: str, *, one_stream: bool = False) -> None:
        """With ``one_stream`` even what went wrong goes to standard output, so that the order of all is certain."""
        self._out = Painter.of_standard_output(colour)
        self._error = self._out if one_stream else Painter.of_standard_error(colour)

    def findings(self, findings: Findings) -> None:
        """Show each finding, and then how many there are."""
        from plimsoll.cli.views.count import count

        for one in findings.diagnostics:
            if not one.known:  # The baseline's are told by their number.
                self._finding(one, findings)
        counts = count(findings.diagnostics)
        judged = f", {findings.judgements:,} judgements" if findings.judgements else ""
        verdict = Styled(counts.sentence() or "no findings", _verdict(counts))
        scope = f" in {findings.specs:,} spec{'' if findings.specs == 1 else 's'}{judged}" if findings.specs else ""
        self._out.line(verdict, f"{scope} ({findings.seconds:.2f} s)")
        if counts.fixable:
            self._out.line(Styled("plimsoll check --fix", Style.STRONG), f" mends {counts.fixable:,} of them")

    def _finding(self, one: Any, findings: Findings) -> None:
        from plimsoll.cli.views.advice import advice
        from plimsoll.cli.views.excerpt import excerpt

        name = "waived" if one.waived else "ignored" if one.ignored else str(one.severity)
        style = LOOK.get(name, Style.DIM)
        self._out.line(Styled(f"{name}[{one.code}]", style), Styled(f": {one.message}", Style.STRONG))
        for pieces in excerpt(one, findings, style):
            self._out.line(*pieces)
        margin = " " * len(str(max([one.span.line, *(label.span.line for label in one.labels)])))
        for word, text in (
            ("waived because", one.waived),
            ("ignored because", one.ignored),
            ("note", one.note),
            ("help", advice(one)),
        ):
            for number, line in enumerate(text.splitlines()):
                self._out.line(
                    margin, Styled(" = ", Style.FRAME), Styled(f"{word}: ", Style.STRONG) if not number else "", line
                )
        self._out.line()

    def result(self, _data: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Show the lines."""
        for line in lines:
            self._out.line(*((line,) if isinstance(line, str) else line))

    def own(self, document: str) -> None:
        """Show it as it is."""
        self._out.line(document)

    def refused(self, refused: Refused) -> None:
        """Show a refusal in the look of a finding."""
        self._trouble("error", f"{refused.what}: {refused.why}", refused.where, refused.mend)

    def unavailable(self, fault: Unavailable) -> None:
        """Show what is missing."""
        self._trouble("error", f"{fault.what}: {fault.why}", "", fault.mend)

    def _trouble(self, word: str, message: str, where: str, mend: str) -> None:
        first, *more = message.splitlines()
        self._error.line(Styled(word, Style.ERROR), Styled(f": {first}", Style.STRONG))
        for line in more:
            self._error.line("  ", line)
        if where:
            self._error.line(Styled("  --> ", Style.FRAME), where)
        if mend:
            self._error.line(Styled("   = ", Style.FRAME), Styled("help: ", Style.STRONG), mend)

    def progress(self, message: str) -> None:
        """Say what is being done, dimly."""
        self._error.line(Styled(message, Style.DIM))

    def close(self, code: int) -> None:
        """Everything has been said."""


def _verdict(counts: Any) -> Style:
    if counts.errors:
        return Style.ERROR
    return Style.WARNING if counts.warnings else Style.GOOD
