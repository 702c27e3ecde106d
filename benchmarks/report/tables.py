"""Rows as tables that read well in a terminal and as Markdown."""

from collections.abc import Iterator, Sequence

from benchmarks.report.rows import Row


def tables(rows: Sequence[Row]) -> str:
    """Ours against the bars; then the peers, a line each, with the ratio to ours; then what was not measured."""
    own = [one for one in rows if one.ours is not None]
    parts = [_table(("what", "ours", "bar", "holds"), [_own(one) for one in own])] if own else []
    parts += [_beside(group) for group in _groups(rows)]
    parts += ["\n".join(f"- {one.metric}" for one in rows if not one.measured)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _groups(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows with peers, those together that share a unit and some peer."""
    groups: list[list[Row]] = []
    for one in rows:
        if not one.measured or not one.peers:
            continue
        for group in groups:
            if group[0].unit == one.unit and any(set(one.peers) & set(other.peers) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _beside(group: Sequence[Row]) -> str:
    """A line for us and one for each peer."""
    head = ("", *(f"{one.metric} ({one.unit})" for one in group))
    ours = ["plimsoll", *(_number(one.ours) if one.ours is not None else "–" for one in group)]
    names = dict.fromkeys(name for one in group for name in one.peers)
    return _table(head, [ours, *([name, *(_peer(one, name) for one in group)] for name in names)])


def _own(one: Row) -> list[str]:
    held = {True: "yes", False: "**no**", None: ""}[one.holds]
    bar = "" if one.bar is None else f"{one.bar:g} {one.unit}".rstrip()
    return [one.metric, f"{_number(one.ours)} {one.unit}".rstrip(), bar, held]


def _peer(one: Row, name: str) -> str:
    value = one.peers.get(name)
    if value is None:
        return "–"
    return f"{_number(value)} ×{_number(value / one.ours)}" if one.ours else _number(value)


def _number(value: float | None) -> str:
    assert value is not None
    if value < 0.1:
        return f"{value:.2g}"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    return "\n".join(_lines(head, lines, widths))


def _lines(head: Sequence[str], lines: Sequence[Sequence[str]], widths: Sequence[int]) -> Iterator[str]:
    """A table's lines: the first column to the left, figures to the right."""
    yield _line(head, widths)
    yield "|" + "|".join("-" * (width + 1) + ("-" if index == 0 else ":") for index, width in enumerate(widths)) + "|"
    for line in lines:
        yield _line(line, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.ljust(width) if index == 0 else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"
