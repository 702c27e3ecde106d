"""Graphs of any shape: boxes apart, lines beside boxes, names inside them."""

import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from plimsoll.cli.report.graph import Drawing, draw
from plimsoll.cli.report.layers import layered
from plimsoll.cli.report.parts import RunView
from plimsoll.cli.report.status import Status
from plimsoll.runtime.runner.order import PlannedTask
from plimsoll.runtime.runner.record import NodeRecord, RunRecord

START = "2026-11-23T06:00:00Z"


def run_of(tasks: dict[str, tuple[str, ...]], nodes: dict[str, NodeRecord] | None = None) -> RunView:
    """A run in the earliest waves that the dependencies allow."""
    depth: dict[str, int] = {}
    for name, needed in tasks.items():
        depth[name] = 1 + max((depth[one] for one in needed), default=-1)
    waves = [[name for name in tasks if depth[name] == number] for number in range(max(depth.values()) + 1)]
    record = RunRecord.model_validate(
        {"workflow": "w", "name": "w", "uid": "u", "parameters": {}, "status": "Succeeded", "started": START}
    ).model_copy(update={"nodes": nodes or {}})
    return RunView(
        title="t",
        record=record,
        waves=tuple(tuple(PlannedTask(name, "t", tasks[name], None, False) for name in wave) for wave in waves),
    )


@st.composite
def graphs(draw_: st.DrawFn) -> dict[str, tuple[str, ...]]:
    size = draw_(st.integers(1, 12))
    tasks: dict[str, tuple[str, ...]] = {}
    for number in range(size):
        name = f"{draw_(st.text(st.characters(codec='utf-8'), max_size=30))}{number}"
        earlier = list(tasks)
        chosen = draw_(st.lists(st.sampled_from(earlier), unique=True, max_size=4)) if earlier else []
        tasks[name] = tuple(chosen)
    return tasks


def points(path: str) -> list[tuple[float, float]]:
    """Points along a path of the three forms that are drawn."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", path)]
    steps = [number / 40 for number in range(41)]
    if "C" in path:
        x1, y1, a, b, c, d, x2, y2 = numbers
        return [
            (
                (1 - t) ** 3 * x1 + 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t**2 * c + t**3 * x2,
                (1 - t) ** 3 * y1 + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * d + t**3 * y2,
            )
            for t in steps
        ]
    x, y, to = numbers
    end = y + to if "v" in path else to
    return [(x, y + (end - y) * t) for t in steps]


def assert_sound(drawing: Drawing) -> None:
    width, height = drawing.box_width, drawing.box_height
    for one, other in combinations(drawing.boxes, 2):
        assert abs(one.x - other.x) >= width or abs(one.y - other.y) >= height
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - width
        assert 0 <= box.y <= drawing.height - height
    for path in drawing.paths:
        for x, y in points(path):
            inside = [b for b in drawing.boxes if b.x < x < b.x + width and b.y + 0.1 < y < b.y + height - 0.1]
            assert not inside, path


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_boxes_stand_apart_and_no_line_runs_behind_one(tasks: dict[str, tuple[str, ...]]) -> None:
    drawing = draw(run_of(tasks))
    assert len(drawing.boxes) == len(tasks)
    assert_sound(drawing)


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_the_lines_tell_the_same_order_as_the_dependencies(tasks: dict[str, tuple[str, ...]]) -> None:
    run = run_of(tasks)
    graph = layered([[task.name for task in wave] for wave in run.waves], tasks)
    before: dict[str, set[str]] = {}
    for name in tasks:
        before[name] = {one for needed in tasks[name] for one in (needed, *before[needed])}
    told = {name: set[str]() for name in tasks}
    for layer in graph.layers:
        for place in layer:
            for upper, lower in graph.links:
                if lower == place and not place.passing:
                    told[place.node] |= {upper.node} | told[upper.node]
    assert told == before


def test_an_edge_that_a_longer_way_implies_is_left_out() -> None:
    assert len(draw(run_of({"a": (), "b": ("a",), "c": ("a", "b")})).paths) == 2


def test_an_edge_over_a_wave_passes_beside_the_boxes_of_that_wave() -> None:
    drawing = draw(run_of({"a": (), "b": (), "c": ("b",), "d": ("a", "c")}))
    assert len(drawing.paths) == 5
    assert_sound(drawing)


def test_a_name_that_is_too_long_is_cut_and_told_in_the_title() -> None:
    name = "a-very-long-name-of-a-step-that-nobody-can-read-at-a-glance"
    (box,) = draw(run_of({name: ()})).boxes
    assert box.name.endswith("…")
    assert name.startswith(box.name[:-1])
    assert name in box.title


def test_a_step_that_did_not_run_is_not_shown_as_good() -> None:
    skipped = NodeRecord(name="a", template="t", status="Skipped")
    run, waiting = draw(run_of({"a": (), "b": ()}, {"a": skipped})).boxes
    assert (run.status, run.said) == (Status.NONE, "skipped")
    assert (waiting.status, waiting.said) == (Status.NONE, "did not run")


def test_a_fan_out_counts_its_items() -> None:
    done = {"status": "Succeeded", "template": "t", "started": START, "finished": "2026-11-23T06:00:04Z"}
    names = ("a", "a.0", "a.1", "a.1/inner", "ab")
    run = run_of({"a": ()}, {name: NodeRecord.model_validate({"name": name, **done}) for name in names})
    fanned = run.model_copy(update={"waves": ((PlannedTask("a", "t", (), None, True),),)})
    (box,) = draw(fanned).boxes
    assert box.said == "4.0 s · 2 items"
    assert box.fans_out
