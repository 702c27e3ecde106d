"""The ways of data as an SVG, from left to right, without a script; and as a graph in DOT.

Colours follow the reader's scheme. Layers and their order are those of the reports' graphs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from plimsoll.cli.flow.chart import Chart, Point
from plimsoll.cli.report.layers import Layered, Place, layered
from plimsoll.cli.report.words import fit
from plimsoll.compiler.flow.telling import in_words

_HEIGHT, _GAP, _BETWEEN, _MARGIN, _PASSING = 62, 16, 76, 16, 20
"""A box's height, the room between rows and columns, the edge of the drawing, and the height of a passing line."""

_LETTER, _LEAST, _MOST, _INSIDE = 7.0, 150, 380, 26

_STYLE = """
text{font:12px system-ui,sans-serif;fill:#24292f}.t{font-weight:600}.n{font-style:italic;fill:#8a4b00}
rect{fill:#fff;stroke:#afb8c1}path{fill:none;stroke:#8c959f;stroke-width:1.5}.bg{fill:#f6f8fa;stroke:none}
.p0{fill:#8c959f}.p1{fill:#0969da}.p2{fill:#bf8700}.p3{fill:#cf222e}.p0,.p1,.p2,.p3{stroke:none}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.n{fill:#e3b341}rect{fill:#161b22;stroke:#444c56}
path{stroke:#6e7681}.bg{fill:#0d1117}.p0{fill:#6e7681}.p1{fill:#58a6ff}.p2{fill:#e3b341}.p3{fill:#ff7b72}}
""".strip().replace("\n", "")


@dataclass(frozen=True)
class _Box:
    point: Point
    lines: tuple[str, str, str]
    noted: bool
    """Whether the last line tells what becomes of labels."""
    title: str


def svg(chart: Chart) -> str:
    """The chart as one SVG document."""
    graph = layered(_layers(chart), _parents(chart), reduced=False)
    boxes = {id_: _box(chart, point) for id_, point in chart.points.items()}
    widths = [_width([boxes[place.node] for place in layer if not place.passing]) for layer in graph.layers]
    places = _places(graph, widths)
    right = max((x + widths[place.layer] for place, (x, _) in places.items()), default=0) + _MARGIN
    low = max((y + _high(place) for place, (_, y) in places.items()), default=0) + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{right}" height="{low}" '
        f'viewBox="0 0 {right} {low}" role="img">',
        f"<title>The ways of data</title><style>{_STYLE}</style>",
        f'<rect class="bg" width="{right}" height="{low}"/>',
        *_curves(graph, places, widths),
        *(
            _drawn(boxes[place.node], at, widths[place.layer], chart)
            for place, at in places.items()
            if not place.passing
        ),
        "</svg>",
    ]
    return "\n".join(parts)


def _width(boxes: list[_Box]) -> int:
    """The width of a column: that of its longest text, within bounds."""
    longest = max((len(line) for box in boxes for line in box.lines), default=0)
    return min(_MOST, max(_LEAST, round(longest * _LETTER) + _INSIDE))


def _parents(chart: Chart) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {id_: [] for id_ in chart.points}
    for line in chart.lines:
        parents[line.end].append(line.start)
    return parents


def _layers(chart: Chart) -> list[list[str]]:
    """Every point in the layer after the last of those that it takes data from."""
    parents, depth = _parents(chart), dict[str, int]()
    ahead = list(chart.points)
    while ahead:
        one = ahead[-1]
        missing = [parent for parent in parents[one] if parent not in depth]
        if missing:
            ahead += missing
            continue
        ahead.pop()
        depth.setdefault(one, max((depth[parent] + 1 for parent in parents[one]), default=0))
    layers: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for id_ in chart.points:
        layers[depth[id_]].append(id_)
    return layers


def _places(graph: Layered, widths: list[int]) -> dict[Place, tuple[int, int]]:
    """The upper left corner of each place; each layer is a column, centred."""
    heights = [sum(_high(place) + _GAP for place in layer) - _GAP for layer in graph.layers]
    found, x = {}, _MARGIN
    for number, layer in enumerate(graph.layers):
        y = _MARGIN + (max(heights) - heights[number]) // 2
        for place in layer:
            found[place] = (x, y)
            y += _high(place) + _GAP
        x += widths[number] + _BETWEEN
    return found


def _high(place: Place) -> int:
    return _PASSING if place.passing else _HEIGHT


def _curves(graph: Layered, places: dict[Place, tuple[int, int]], widths: list[int]) -> Iterator[str]:
    for start, end in graph.links:
        (x1, y1), (x2, y2) = places[start], places[end]
        x1, y1, y2 = x1 + widths[start.layer], y1 + _high(start) // 2, y2 + _high(end) // 2
        middle = (x1 + x2) // 2
        yield f'<path d="M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"/>'
    for place, (x, y) in places.items():
        if place.passing:
            yield f'<path d="M{x} {y + _PASSING // 2}h{widths[place.layer]}"/>'


def _box(chart: Chart, point: Point) -> _Box:
    notes = dict.fromkeys(note for line in chart.before(point.id) if (note := chart.note(line)))
    place = f"{point.place.region}, {point.place.jurisdiction}" if point.place else ""
    beside = f" · {', '.join(point.beside)}" if point.beside else ""
    lines = (point.title, in_words(chart.label(point)), "; ".join(notes) or f"{place}{beside}")
    most = int((_MOST - _INSIDE) / _LETTER)
    first, second, third = (fit(line, most) for line in lines)
    return _Box(point, (first, second, third), bool(notes), "\n".join(filter(None, lines)))


def _drawn(box: _Box, at: tuple[int, int], width: int, chart: Chart) -> str:
    x, y = at
    first, second, third = (escape(line) for line in box.lines)
    level = chart.label(box.point).personal
    noted = "n" if box.noted else ""
    return (
        f'<g><title>{escape(box.title)}</title><rect x="{x}" y="{y}" width="{width}" height="{_HEIGHT}" rx="6"/>'
        f'<rect class="p{level}" x="{x}" y="{y + 8}" width="4" height="{_HEIGHT - 16}"/>'
        f'<text class="t" x="{x + 14}" y="{y + 19}">{first}</text><text x="{x + 14}" y="{y + 36}">{second}</text>'
        f'<text class="{noted}" x="{x + 14}" y="{y + 53}">{third}</text></g>'
    )


def dot(chart: Chart) -> str:
    """The chart in Graphviz' language."""
    lines = ["digraph flow {", "  rankdir=LR; node [shape=box, style=rounded];"]
    for point in chart.points.values():
        told = f"{point.title}\\n{in_words(chart.label(point))}"
        lines.append(f"  {_quoted(point.id)} [label={_quoted(told)}];")
    lines += [
        f"  {_quoted(line.start)} -> {_quoted(line.end)} [label={_quoted(chart.note(line))}];" for line in chart.lines
    ]
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'
