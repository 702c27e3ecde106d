"""For the comment on a pull request, and the summary of a CI step: Markdown on standard output.

The first line is a hidden marker by which a workflow finds its comment again to update it. All text from specs is
inert. What is too long for a comment takes a concise form: how many findings of each code, then a line a finding, the
worst first, as many as there is room for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plimsoll.cli.views.collected import Collected, CollectingView
from plimsoll.cli.views.count import count
from plimsoll.cli.views.inert import block, code, shortened
from plimsoll.cli.views.markdown_finding import in_full, in_line
from plimsoll.cli.views.order import stands, worst_first
from plimsoll.cli.views.places import Places
from plimsoll.cli.views.view import Findings, Line
from plimsoll.compiler.diagnostics import Diagnostic, Severity

COMMENT = 65_536
"""How long a comment on GitHub may be, in characters. It is counted in bytes here, which are never fewer."""

_TITLES = {Severity.ERROR: "Errors", Severity.WARNING: "Warnings", Severity.NOTE: "Notes"}
_MOST_CODES = 50
_MOST_LINES = 400
_MOST_ABOVE = 20_000
"""How many lines, and bytes of them, of a verb's result or of a trouble are shown above the findings."""


class MarkdownView(CollectingView):
    """Findings by weight, and what the verb did."""

    def __init__(self, verb: str) -> None:
        super().__init__()
        self._verb = verb

    def result(self, _data: Mapping[str, Any], lines: Iterable[Line]) -> None:
        """Keep the lines."""
        self._collected = self._collected.with_lines(lines)

    def document(self, collected: Collected, _code: int) -> str:
        """The comment."""
        return compose(self._verb, collected, COMMENT)


def compose(verb: str, collected: Collected, most: int) -> str:
    """What a verb had to say as Markdown of at most so many bytes: in full if there is room, else concisely."""
    head = "\n\n".join(_head(verb, collected))
    findings, worst = collected.findings or Findings(()), worst_first(collected.diagnostics)
    whole = _within(most, head, _sections(worst, findings))
    if whole is None:
        return _concise(most, head, worst, findings)
    return whole


def marker(verb: str) -> str:
    """The line by which a comment of a verb is found again; it is not shown."""
    return f"<!-- plimsoll: {verb} -->"


def _head(verb: str, collected: Collected) -> Iterator[str]:
    """The marker, the verdict, what went wrong, and the verb's result."""
    counts = count(collected.diagnostics)
    yield marker(verb)
    if collected.troubles:
        yield f"## Plimsoll {verb}: not done"
    elif collected.findings is not None:
        yield f"## Plimsoll {verb}: {counts.sentence() or 'no findings'}"
    else:
        yield f"## Plimsoll {verb}"
    for trouble in collected.troubles:
        yield _excerpt(trouble.details.splitlines())
    if collected.findings is not None and collected.findings.specs:
        yield _scope(collected.findings, counts.fixable)
    if collected.lines:
        yield _excerpt([_plain(line) for line in collected.lines])


def _scope(findings: Findings, fixable: int) -> str:
    judged = f", {findings.judgements:,} judgements" if findings.judgements else ""
    mended = f". `plimsoll check --fix` mends {fixable:,} of the findings" if fixable else ""
    return f"{findings.specs:,} spec{'' if findings.specs == 1 else 's'}{judged}{mended}."


def _excerpt(lines: list[str]) -> str:
    """As many lines as may stand above findings, and how many more there are."""
    shown = [shortened(line) for line in lines[:_MOST_LINES]]
    while _size("".join(shown)) > _MOST_ABOVE:
        shown = shown[: len(shown) // 2]
    rest = len(lines) - len(shown)
    return block([*shown, f"… and {rest:,} lines more"] if rest else shown)


def _plain(line: Line) -> str:
    return line if isinstance(line, str) else "".join(piece if isinstance(piece, str) else piece.text for piece in line)


def _sections(worst: list[Diagnostic], findings: Findings) -> Iterator[str]:
    """Every finding: those that stand by severity, then the others, folded up."""
    places = Places()
    standing = [one for one in worst if stands(one)]
    for severity, title in _TITLES.items():
        of_it = [one for one in standing if one.severity is severity]
        if of_it:
            yield f"### {title}"
        for one in of_it:
            yield in_full(one, findings, places)
    excused = [one for one in worst if not stands(one)]
    if excused:
        yield f"<details>\n<summary>{count(excused).sentence()}</summary>"
        for one in excused:
            yield in_full(one, findings, places)
        yield "</details>"


def _within(most: int, head: str, parts: Iterable[str]) -> str | None:
    """Parts below a head, or None as soon as they take more than so many bytes."""
    kept, size = [head], _size(head)
    for part in parts:
        size += _size(part) + 2
        if size >= most:
            return None
        kept.append(part)
    return "\n\n".join(kept) + "\n"


def _concise(most: int, head: str, worst: list[Diagnostic], findings: Findings) -> str:
    """Counts by code, and findings as long as there is room for them and for saying how many are missing."""
    places, room = Places(), most - 200
    codes = Counter(one.code for one in worst if stands(one)).most_common(_MOST_CODES)
    kept = [
        head,
        "This is the concise form, since the whole is longer than may be shown here.",
        "\n".join(f"- {number:,} × {code(name)}" for name, number in codes),
        "### The worst",
    ]
    size, told = sum(_size(part) + 2 for part in kept), []
    for one in worst:
        line = in_line(one, findings, places)
        size += _size(line) + 1
        if size > room:
            break
        told.append(line)
    rest = len(worst) - len(told)
    return "\n\n".join([*kept, "\n".join(told), f"{rest:,} more are left out."]) + "\n"


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
