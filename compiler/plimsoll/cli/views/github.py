"""For GitHub Actions: what people see, and annotations on the lines of a pull request.

GitHub shows ten errors and ten warnings a step, so the worst come first and the rest is counted. Specs are written by
whoever opens a pull request: while their text is printed, the runner is told to take no workflow command from it.
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import secrets
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from plimsoll.cli.views.human import HumanView
from plimsoll.cli.views.view import Findings, Line
from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.contract.refusal import Refused, Unavailable

LIMIT = 10
"""How many annotations of each level GitHub shows for one step."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class GithubView:
    """The human view inside ``stop-commands``, and annotations when the verb ends."""

    def __init__(self, colour: str) -> None:
        self._human = HumanView(colour)
        self._commands: list[str] = []
        self._token = secrets.token_hex(16)
        sys.stdout.write(f"::stop-commands::{self._token}\n")
        sys.stdout.flush()

    def findings(self, findings: Findings) -> None:
        """Show them, and keep an annotation of each that stands."""
        self._human.findings(findings)
        for severity, level in _LEVELS.items():
            standing = [one for one in findings.diagnostics if one.severity is severity and not one.waived]
            self._commands += [annotation(level, one, findings) for one in standing[:LIMIT]]
            if len(standing) > LIMIT:
                self._commands.append(f"::notice::{len(standing) - LIMIT} more of level {level} stand in the log")

    def result(self, data: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Show the lines."""
        self._human.result(data, lines)

    def refused(self, refused: Refused) -> None:
        """Show it, and keep an annotation."""
        self._human.refused(refused)
        self._commands.append(f"::error::{escape_data(str(refused))}")

    def unavailable(self, fault: Unavailable) -> None:
        """Show it, and keep an annotation."""
        self._human.unavailable(fault)
        self._commands.append(f"::error::{escape_data(str(fault))}")

    def progress(self, message: str) -> None:
        """Say what is being done."""
        self._human.progress(message)

    def close(self, code: int) -> None:
        """Let the runner take commands again, and give it the annotations."""
        self._human.close(code)
        sys.stderr.flush()
        sys.stdout.write("".join(f"{line}\n" for line in (f"::{self._token}::", *self._commands)))


def annotation(level: str, one: Diagnostic, findings: Findings) -> str:
    """The workflow command that annotates the line of a finding."""
    properties = {
        "file": findings.file(one.span.path).path,
        "line": one.span.line,
        "col": one.span.column,
        "endColumn": one.span.end,
        "title": one.code,
    }
    given = ",".join(f"{name}={escape_property(str(value))}" for name, value in properties.items())
    text = "\n".join(filter(None, (one.message, one.note, f"help: {one.help}" if one.help else "")))
    return f"::{level} {given}::{escape_data(text)}"


def escape_data(text: str) -> str:
    """A command's text on one line, as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """A property's value, which may not end the property or the list either."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")
