"""A run as a graph: where each step's box stands and how the lines run, in units of a pixel."""

from dataclasses import dataclass

from plimsoll.cli.report.layers import Place, layered
from plimsoll.cli.report.parts import RunView
from plimsoll.cli.report.status import Status, of_run
from plimsoll.cli.report.words import between, count, fit, letters, seconds, visible
from plimsoll.runtime.runner.order import PlannedTask
from plimsoll.runtime.runner.record import NodeRecord, RunRecord

HEIGHT, ROW_GAP, COLUMN_GAP, PASSING, MARGIN = 46, 34, 14, 18, 5
"""A box's height, the room between rows and columns, the width of a passing line, and the edge of the drawing."""
_LETTER = 6.7
"""The mean width of a letter at the size in which names are drawn, rounded up."""
_BESIDE_NAME = 38
_LEAST, _MOST = 118, 180


@dataclass(frozen=True)
class Box:
    """A step: its upper left corner and what stands in it."""

    x: float
    y: float
    name: str
    """Cut to what fits; ``title`` tells all."""
    title: str
    said: str
    status: Status
    fans_out: bool


@dataclass(frozen=True)
class Drawing:
    """The whole, its lines as SVG paths made of numbers only."""

    width: float
    height: float
    box_width: float
    box_height: float
    boxes: tuple[Box, ...]
    paths: tuple[str, ...]


def draw(run: RunView) -> Drawing:
    """Draw a run wave by wave from top to bottom. Boxes never overlap, and no line runs behind one."""
    tasks = {task.name: task for wave in run.waves for task in wave}
    graph = layered(
        [[task.name for task in wave] for wave in run.waves], {t.name: t.dependencies for t in tasks.values()}
    )
    longest = max((letters(visible(name)) for name in tasks), default=0)
    width = float(min(_MOST, max(_LEAST, round(longest * _LETTER) + _BESIDE_NAME)))
    total = max((_row_width(row, width) for row in graph.layers), default=width)
    centres = {
        place: (x, MARGIN + number * (HEIGHT + ROW_GAP))
        for number, row in enumerate(graph.layers)
        for place, x in _row(row, width, MARGIN + total / 2)
    }
    boxes = tuple(
        _box(tasks[place.node], run.record, x - width / 2, y, width)
        for place, (x, y) in centres.items()
        if not place.passing
    )
    lines = [_curve(centres[upper], centres[lower]) for upper, lower in graph.links]
    lines += [_straight(*centres[place]) for place in centres if place.passing]
    height = len(graph.layers) * (HEIGHT + ROW_GAP) - ROW_GAP
    return Drawing(total + 2 * MARGIN, height + 2 * MARGIN, width, HEIGHT, boxes, tuple(lines))


def _wide(place: Place, width: float) -> float:
    return PASSING if place.passing else width


def _row_width(row: tuple[Place, ...], width: float) -> float:
    return sum(_wide(place, width) for place in row) + COLUMN_GAP * (len(row) - 1)


def _row(row: tuple[Place, ...], width: float, middle: float) -> list[tuple[Place, float]]:
    """The places of a row with the x of their centres, the row centred."""
    left, placed = middle - _row_width(row, width) / 2, []
    for place in row:
        placed.append((place, left + _wide(place, width) / 2))
        left += _wide(place, width) + COLUMN_GAP
    return placed


def _curve(upper: tuple[float, float], lower: tuple[float, float]) -> str:
    (x1, top), (x2, y2) = upper, lower
    y1 = top + HEIGHT
    if x1 == x2:
        return f"M{x1:g} {y1:g}V{y2:g}"
    middle = (y1 + y2) / 2
    return f"M{x1:g} {y1:g}C{x1:g} {middle:g} {x2:g} {middle:g} {x2:g} {y2:g}"


def _straight(x: float, y: float) -> str:
    return f"M{x:g} {y:g}v{HEIGHT}"


def _box(task: PlannedTask, record: RunRecord, x: float, y: float, width: float) -> Box:
    node = record.nodes.get(task.name)
    said = _said(task, record, node)
    status = of_run(node.status) if node else Status.NONE
    title = f"{task.name} ({task.template}): {node.status if node else 'Pending'}, {said}"
    return Box(x, y, fit(task.name, int((width - _BESIDE_NAME) / _LETTER)), title, said, status, task.fans_out)


def _said(task: PlannedTask, record: RunRecord, node: NodeRecord | None) -> str:
    if node is None:
        return "did not run"
    if node.status in ("Skipped", "Omitted"):
        return node.status.lower()
    items = sum(name.startswith(f"{task.name}.") and "/" not in name for name in record.nodes)
    parts = [seconds(between(node.started, node.finished))]
    if node.status != "Succeeded":
        parts.insert(0, node.status)
    if task.fans_out:
        parts.append(count(items, "item"))
    elif len(node.attempts) > 1:
        parts.append(count(len(node.attempts), "attempt"))
    return " · ".join(parts)
