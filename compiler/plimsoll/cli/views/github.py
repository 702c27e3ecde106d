"""For GitHub Actions: what people see, annotations on the lines of a pull request, and the summary of the step.

GitHub shows ten annotations of each level a step, so the worst come first and the rest is counted. Specs are written by
whoever opens a pull request: while their text is printed, the runner is told to take no workflow command from it. All
is written to one stream, since the runner does not promise an order between two.
https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from plimsoll.cli.views.advice import advice
from plimsoll.cli.views.collected import Collected
from plimsoll.cli.views.human import HumanView
from plimsoll.cli.views.order import stands, worst_first
from plimsoll.cli.views.paint import safe, safe_lines
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings, Line
from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.contract.refusal import Refused, Unavailable

LIMIT = 10
"""How many annotations of each level GitHub shows for one step; it shows 50 for a job."""

SUMMARY = 1_000_000
"""How many bytes are written to a step's summary; GitHub takes 1 MiB."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class GithubView:
    """The human view inside ``stop-commands``, and annotations and a summary when the verb ends."""

    def __init__(self, colour: str, verb: str) -> None:
        self._human = HumanView(colour, one_stream=True)
        self._verb = verb
        self._collected = Collected()
        self._token = secrets.token_hex(16)
        sys.stdout.write(f"::stop-commands::{self._token}\n")
        sys.stdout.flush()

    def findings(self, findings: Findings) -> None:
        """Show them, and keep them for annotations."""
        self._collected = self._collected.with_findings(findings)
        self._human.findings(findings)

    def result(self, data: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Show the lines, and keep them for the summary."""
        told = tuple(lines)
        self._collected = self._collected.with_lines(told)
        self._human.result(data, told)

    def own(self, document: str) -> None:
        """Show it as it is."""
        self._human.own(document)

    def refused(self, refused: Refused) -> None:
        """Show it, and keep it for an annotation."""
        self._collected = self._collected.with_refusal(refused)
        self._human.refused(refused)

    def unavailable(self, fault: Unavailable) -> None:
        """Show it, and keep it for an annotation."""
        self._collected = self._collected.with_fault(fault)
        self._human.unavailable(fault)

    def progress(self, message: str) -> None:
        """Say what is being done."""
        self._human.progress(message)

    def close(self, code: int) -> None:
        """Let the runner take commands again, give it the annotations, and write the summary."""
        self._human.close(code)
        collected = self._collected.ended(code)
        sys.stderr.flush()
        commands = (f"::{self._token}::", *annotations(collected), *_write_summary(self._verb, collected))
        sys.stdout.write("".join(f"{line}\n" for line in commands))


def annotations(collected: Collected) -> Iterator[str]:
    """The workflow commands for what went wrong and for the worst findings, and one that counts the others."""
    for trouble in collected.troubles:
        yield f"::error title=plimsoll::{escape_data(safe_lines(trouble.details))}"
    findings, places = collected.findings or Findings(()), Places()
    standing = worst_first(one for one in collected.diagnostics if stands(one))
    left_out = []
    for severity, level in _LEVELS.items():
        of_it = [one for one in standing if one.severity is severity]
        room = LIMIT - (len(collected.troubles) if level == "error" else 1 if level == "notice" else 0)
        yield from (annotation(level, one, findings, places) for one in of_it[:room])
        if len(of_it) > room:
            left_out.append(f"{len(of_it) - room:,} of level {level}")
    if left_out:
        yield f"::notice title=plimsoll::not annotated, but in the log: {', '.join(left_out)}"


def annotation(level: str, one: Diagnostic, findings: Findings, places: Places) -> str:
    """The workflow command that annotates the line of a finding."""
    properties = {
        "file": places.path(findings.file(one.span.path).path),
        "line": one.span.line,
        "col": one.span.column,
        "endColumn": one.span.end,
        "title": one.code,
    }
    given = ",".join(f"{name}={escape_property(safe(str(value)))}" for name, value in properties.items())
    helped = advice(one)
    way = _way(one, findings, places)
    text = "\n".join(filter(None, (one.message, *way, one.note, f"help: {helped}" if helped else "")))
    return f"::{level} {given}::{escape_data(safe_lines(text))}"


def _way(one: Diagnostic, findings: Findings, places: Places) -> Iterator[str]:
    """The steps of a way of data, each with its place: an annotation shows one line of one file."""
    for label in sorted(one.labels, key=lambda label: label.hop):
        if label.hop:
            yield f"{label.hop}. {label.text} ({places.path(findings.file(label.span.path).path)}:{label.span.line})"


def escape_data(text: str) -> str:
    """A command's text on one line, as the runner unescapes it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """A property's value, which may not end the property or the list either."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _write_summary(verb: str, collected: Collected) -> Iterator[str]:
    """Add to the step's summary where there is one. A summary that can't be written is told by an annotation."""
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        return
    from plimsoll.cli.views.markdown import compose

    text = compose(verb, collected, SUMMARY)
    try:
        with Path(place).open("a", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        yield f"::warning title=plimsoll::the step summary could not be written: {escape_data(safe(str(error)))}"
