"""How much is told of one file: no more than somebody reads, and how much more there is."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from plimsoll.compiler.diagnostics import Diagnostic, Severity
from plimsoll.compiler.loading.limits import MAX_FINDINGS

C = TypeVar("C")

_MORE = "PLM-YML-010"


class Findings:
    """Collects the findings of one file. Beyond ``MAX_FINDINGS`` of a severity they are counted and not made."""

    def __init__(self) -> None:
        self._kept: dict[Severity, list[Diagnostic]] = {severity: [] for severity in Severity}
        self._more = 0

    def add(self, severity: Severity, make: Callable[[], Diagnostic]) -> None:
        """Keep one finding of a severity."""
        if len(self._kept[severity]) < MAX_FINDINGS:
            self._kept[severity].append(make())
        else:
            self._more += 1

    def all(self) -> tuple[Diagnostic, ...]:
        """What was found, errors first, and a note of what was not kept."""
        return told((one for kept in self._kept.values() for one in kept), self._more)


def made(causes: Iterable[C], make: Callable[[C], Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that are made of causes, and a note of how many more causes there are."""
    remaining = iter(causes)
    found = [make(cause) for cause in islice(remaining, MAX_FINDINGS)]
    return told(found, sum(1 for _ in remaining))


def told(found: Iterable[Diagnostic], more: int = 0) -> tuple[Diagnostic, ...]:
    """Findings of one file, at most ``MAX_FINDINGS``, those that block first; and a note of how many more there are.

    ``more`` is how many were not made. Notes of that kind among the findings become one.

    Law: if any finding blocks, one that is told does.
    """
    findings = list(found)
    more += sum(_count(one) for one in findings)
    findings = [one for one in findings if one.code != _MORE]
    if len(findings) > MAX_FINDINGS:
        more += len(findings) - MAX_FINDINGS
        findings = sorted(findings, key=lambda one: not one.blocks)[:MAX_FINDINGS]
    return (*findings, *_note(findings, more))


def _count(one: Diagnostic) -> int:
    return int(dict(one.properties)["more"]) if one.code == _MORE else 0


def _note(shown: list[Diagnostic], more: int) -> Iterator[Diagnostic]:
    if more:
        message = f"there are at least {more:,} more findings in this file; {len(shown)} are shown"
        last = max(one.span for one in shown)
        properties = (("more", str(more)),)
        yield Diagnostic(_MORE, Severity.NOTE, message, last, help="mend these first", properties=properties)
