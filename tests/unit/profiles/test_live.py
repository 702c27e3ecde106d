import threading
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from plimsoll.contract.refusal import Refused
from plimsoll.contract.requests import ColumnType
from plimsoll.runtime.profiles.live import LiveProfiler, day_file
from plimsoll.runtime.profiles.sketches import Profile, profile

COLUMNS: dict[str, ColumnType] = {"x": "float", "y": "string"}
MONDAY, TUESDAY = date(2013, 1, 7), date(2013, 1, 8)


def carriers(path: Path) -> dict[str, int]:
    view = Profile.read(path).column("y")
    assert view is not None
    return view.frequent()


def test_rows_of_a_day_land_in_its_file(tmp_path: Path) -> None:
    with LiveProfiler(tmp_path, COLUMNS) as live:
        live.add(MONDAY, {"x": [1.0], "y": ["UA"]})
        live.add(TUESDAY, {"x": [2.0, None], "y": ["AA", "UA"]})
        live.add(MONDAY, {"x": [3.0], "y": ["UA"], "z": [1]})
        assert not day_file(tmp_path, MONDAY).exists()
    assert day_file(tmp_path, MONDAY).name == "2013-01-07.bin"
    assert carriers(day_file(tmp_path, MONDAY)) == {"UA": 2}
    assert carriers(day_file(tmp_path, TUESDAY)) == {"AA": 1, "UA": 1}
    assert Profile.read(day_file(tmp_path, MONDAY)).columns == ("x", "y")


def test_a_restart_loses_nothing(tmp_path: Path) -> None:
    for _ in range(3):
        with LiveProfiler(tmp_path, COLUMNS) as live:
            live.add(MONDAY, {"x": [1.0], "y": ["UA"]})
    assert carriers(day_file(tmp_path, MONDAY)) == {"UA": 3}


def test_a_full_buffer_is_written(tmp_path: Path) -> None:
    live = LiveProfiler(tmp_path, COLUMNS, buffer_rows=10)
    for _ in range(9):
        live.add(MONDAY, {"x": [1.0], "y": ["UA"]})
    assert not day_file(tmp_path, MONDAY).exists()
    live.add(TUESDAY, {"x": [1.0], "y": ["UA"]})
    assert carriers(day_file(tmp_path, MONDAY)) == {"UA": 9}
    live.add(TUESDAY, {"x": [1.0] * 10, "y": ["UA"] * 10})
    assert carriers(day_file(tmp_path, TUESDAY)) == {"UA": 11}


def test_every_kind_of_table_may_be_added(
    tmp_path: Path, flights: pd.DataFrame, columns: dict[str, ColumnType]
) -> None:
    rows = flights.head(500)
    with LiveProfiler(tmp_path, columns) as live:
        live.add(MONDAY, rows)
        live.add(MONDAY, pa.Table.from_pandas(rows, preserve_index=False))
        live.add(MONDAY, {name: rows[name].to_numpy() for name in columns})
    found, whole = Profile.read(day_file(tmp_path, MONDAY)), profile(pd.concat([rows] * 3), columns)
    assert found.rows == whole.rows == 1500
    for name in columns:
        one, other = found.column(name), whole.column(name)
        assert one is not None
        assert other is not None
        assert (one.count, one.missing, one.families, one.minimum, one.maximum, one.frequent()) == (
            (other.count, other.missing, other.families, other.minimum, other.maximum, other.frequent())
        )


def test_a_value_of_another_type_is_kept_as_what_it_is(tmp_path: Path) -> None:
    with LiveProfiler(tmp_path, COLUMNS) as live:
        live.add(MONDAY, {"x": [1.0]})
        live.add(MONDAY, {"x": ["NA"]})
    found = Profile.read(day_file(tmp_path, MONDAY))
    view = found.column("x")
    assert view is not None
    assert view.families == {"number": 1, "text": 1}
    assert found.missing_share("y") == 1.0


@pytest.mark.parametrize("shared", [True, False])
def test_threads_and_profilers_lose_no_row(tmp_path: Path, shared: bool) -> None:
    """One profiler used by eight threads; eight profilers on one folder, as eight servers are."""
    one = LiveProfiler(tmp_path, COLUMNS, buffer_rows=17)

    def serve() -> None:
        live = one if shared else LiveProfiler(tmp_path, COLUMNS, buffer_rows=17)
        for number in range(60):
            live.add(MONDAY, {"x": [float(number)], "y": ["UA"]})
        live.close()

    threads = [threading.Thread(target=serve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert carriers(day_file(tmp_path, MONDAY)) == {"UA": 480}
    assert Profile.read(day_file(tmp_path, MONDAY)).rows == 480


def test_a_damaged_day_is_refused_and_the_rows_are_kept(tmp_path: Path) -> None:
    path = day_file(tmp_path, MONDAY)
    path.write_bytes(b"not a profile")
    live = LiveProfiler(tmp_path, COLUMNS)
    live.add(MONDAY, {"x": [1.0], "y": ["UA"]})
    with pytest.raises(Refused) as refusal:
        live.flush()
    assert refusal.value.where == str(path)
    path.unlink()
    live.close()
    assert carriers(path) == {"UA": 1}
