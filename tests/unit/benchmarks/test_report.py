"""Figures as rows: what JSON holds, what tables say, and where the page takes them."""

import json
import platform
from pathlib import Path

import pytest
from benchmarks.measure.rounds import Failure, Timing
from benchmarks.measure.yardstick import yardstick
from benchmarks.report.page import PAGE, machine, pace, write_between_marks
from benchmarks.report.rows import row, timed, write_json
from benchmarks.report.tables import tables

ROWS = [
    *timed("check", Timing((0.25, 0.2, 0.9)), {"quick": Timing((0.05,)), "slow": Failure("stopped after 120 s")}, 0.3),
    row("memory", 2048.123, "MiB", bar=1024, quick=10.0),
    row("growth", 1.04, ""),
]


def test_a_row_is_what_the_design_asks_for(tmp_path: Path) -> None:
    read = json.loads(write_json("some", ROWS, tmp_path).read_text())
    assert read[0] == {
        "metric": "check",
        "ours": 0.25,
        "peers": {"quick": 0.05},
        "unit": "s",
        "bar": 0.3,
        "holds": True,
    }
    assert all(set(one) == {"metric", "ours", "peers", "unit", "bar", "holds"} for one in read)


def test_a_peer_without_a_figure_is_a_row_that_says_why() -> None:
    assert ROWS[1] == row("check: slow not measured, stopped after 120 s", None, "", slow=None)
    assert not ROWS[1].measured


def test_ours_without_a_figure_is_a_row_beside_that_of_the_peers() -> None:
    rows = timed("check", Failure("exit code 1: no"), {"quick": Timing((0.05,))}, 0.3)
    assert [(one.metric, one.ours, dict(one.peers), one.holds) for one in rows] == [
        ("check", None, {"quick": 0.05}, None),
        ("check: plimsoll not measured, exit code 1: no", None, {}, None),
    ]


@pytest.mark.parametrize(("ours", "holds"), [(0.29, True), (0.3, True), (0.31, False)])
def test_a_bar_holds_up_to_itself(ours: float, holds: bool) -> None:
    assert row("m", ours, "s", bar=0.3).holds is holds


def test_figures_keep_four_digits() -> None:
    assert row("m", 12345.678, "s").ours == 12350
    assert row("m", 0.000123456, "s").ours == 0.0001235


def test_tables_show_bars_ratios_and_reasons() -> None:
    assert (
        tables(ROWS)
        == """\
| what   |      ours |      bar |  holds |
|--------|----------:|---------:|-------:|
| check  |    0.25 s |    0.3 s |    yes |
| memory | 2,048 MiB | 1024 MiB | **no** |
| growth |      1.04 |          |        |

|          |  check (s) |
|----------|-----------:|
| plimsoll |       0.25 |
| quick    | 0.05 ×0.20 |

|          | memory (MiB) |
|----------|-------------:|
| plimsoll |        2,048 |
| quick    | 10.0 ×0.0049 |

- check: slow not measured, stopped after 120 s
"""
    )


def test_rows_stand_together_that_share_a_peer_and_a_unit() -> None:
    rows = [
        row("few", 1, "s", a=1, b=1),
        row("size", 1, "MiB", a=1),
        row("render", 1, "s", c=1),
        row("many", 2, "s", a=9),
    ]
    heads = [line for line in tables(rows).splitlines() if line.startswith("|  ")]
    assert [head.split() for head in heads] == [
        ["|", "|", "few", "(s)", "|", "many", "(s)", "|"],
        ["|", "|", "size", "(MiB)", "|"],
        ["|", "|", "render", "(s)", "|"],
    ]


def test_a_table_replaces_what_stood_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- begin a -->\nold\n<!-- end a -->\nmiddle\n<!-- begin b -->\n<!-- end b -->\nafter\n")
    write_between_marks(page, "a", "new\n")
    write_between_marks(page, "b", "other")
    expected = "before\n<!-- begin a -->\nnew\n<!-- end a -->\nmiddle\n<!-- begin b -->\nother\n<!-- end b -->\nafter\n"
    assert page.read_text() == expected
    write_between_marks(page, "a", "new\n")
    assert page.read_text() == expected


@pytest.mark.parametrize("text", ["", "<!-- begin a -->", "<!-- end a --><!-- begin a -->", "<!-- begin a -->" * 2])
def test_a_page_without_its_marks_is_left_alone(tmp_path: Path, text: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(ValueError, match=r"page\.md is to have"):
        write_between_marks(page, "a", "new")
    assert page.read_text() == text


def test_the_page_has_room_for_each_benchmark(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE.read_text())
    for name in ("startup", "compiler", "rendering", "policies"):
        write_between_marks(page, name, f"| of {name} |")
        assert f"<!-- begin {name} -->\n| of {name} |\n<!-- end {name} -->" in page.read_text()


def test_the_machine_is_described_and_not_named() -> None:
    assert "cores" in machine()
    assert platform.node() not in machine()


def test_whoever_compares_figures_is_told_how_fast_a_core_was() -> None:
    measured = yardstick()
    assert measured > 0
    assert pace(measured, 2 * measured) == f"The yardstick took {measured:.3f} s before and {2 * measured:.3f} s after."
