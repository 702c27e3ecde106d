"""The ways of data as a tree, for a terminal."""

from collections.abc import Iterator

from plimsoll.cli.flow.chart import Chart, Point
from plimsoll.cli.views.paint import Style, Styled
from plimsoll.cli.views.view import Line as Shown
from plimsoll.compiler.flow.labels import Label
from plimsoll.compiler.flow.telling import in_words


def tree(chart: Chart, roots: list[str], *, forwards: bool) -> Iterator[Shown]:
    """A tree from each root. What was shown before is named again, without what is below it."""
    seen: set[str] = set()
    for root in roots:
        if root in chart.points:
            yield from _branch(chart, root, "", "", seen, forwards)


def _branch(
    chart: Chart, id_: str, head: str, indent: str, seen: set[str], forwards: bool, above: Label | None = None
) -> Iterator[Shown]:
    point, again = chart.points[id_], id_ in seen
    label = chart.label(point)
    told = Styled(f"  {_briefly(label, above)}", look(label))
    yield [Styled(head, Style.FRAME), *_told(point), told, Styled(" (see above)" if again else "", Style.DIM)]
    if again:
        return
    seen.add(id_)
    lines = chart.after(id_) if forwards else chart.before(id_)
    for number, line in enumerate(lines):
        last = number == len(lines) - 1
        below = f"{indent}{'   ' if last else '│  '}"
        note = chart.note(line)
        if note:
            yield [Styled(f"{indent}│  ", Style.FRAME), Styled(note, Style.CHANGED)]
        next_ = line.end if forwards else line.start
        yield from _branch(chart, next_, f"{indent}{'└─ ' if last else '├─ '}", below, seen, forwards, label)


def _told(point: Point) -> Iterator[str | Styled]:
    yield Styled(point.title, Style.STRONG)
    if point.beside:
        yield f" with {', '.join(point.beside)}"
    if point.place is not None:
        yield f", {point.place.region} ({point.place.jurisdiction})"


def _briefly(label: Label, above: Label | None) -> str:
    """A label; what it may be used for and how long it may be kept only where that is news."""
    if above is not None and (label.purposes, label.retention, label.licences) == (
        above.purposes,
        above.retention,
        above.licences,
    ):
        return in_words(label)
    return said(label)


def said(label: Label) -> str:
    """A label in a line: what it is, and what it may be used for and how long it may be kept."""
    purposes = "" if label.purposes is None else f", for {' and '.join(sorted(label.purposes)) or 'nothing'}"
    kept = "" if label.retention is None else f", for {label.retention} days"
    licences = f", under {' and '.join(sorted(label.licences))}" if label.licences else ""
    return f"{in_words(label)}{purposes}{kept}{licences}"


def look(label: Label) -> Style:
    """How much care a label asks for, as a colour."""
    return (Style.DIM, Style.NOTE, Style.WARNING, Style.ERROR)[label.personal]
