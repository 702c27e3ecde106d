from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.monitoring.windows import Window, cut, live_profile
from plimsoll.runtime.profiles.live import LiveProfiler, day_file

dates = st.dates(date(2000, 1, 1), date(2030, 1, 1))


@given(dates, st.integers(-10, 400), st.integers(1, 60))
def test_windows_follow_each_other_and_leave_less_than_one(start: date, span: int, days: int) -> None:
    end = start + timedelta(days=span)
    windows = cut(start, end, days)
    reached = start
    for window in windows:
        assert window.start == reached
        assert window.days == days
        reached = window.end
    assert not windows or reached <= end
    assert (end - reached).days < days


def test_a_window_has_a_day() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        cut(date(2013, 1, 1), date(2013, 2, 1), 0)


def test_the_days_of_a_window_are_merged_and_no_others(tmp_path: Path) -> None:
    first = date(2013, 1, 1)
    with LiveProfiler(tmp_path, {"x": "float"}) as live:
        for number in (0, 1, 3, 6, 7, 8):
            live.add(first + timedelta(days=number), {"x": [float(number)]})
    found = live_profile(tmp_path, Window(date(2013, 1, 2), date(2013, 1, 9)))
    view = found.column("x")
    assert view is not None
    assert (found.rows, view.minimum, view.maximum) == (4, 1.0, 7.0)
    assert live_profile(tmp_path / "nothing", Window(first, first + timedelta(days=7))).rows == 0


def test_a_damaged_day_is_refused_by_name(tmp_path: Path) -> None:
    first = date(2013, 1, 1)
    day_file(tmp_path, first).write_bytes(b"no profile")
    with pytest.raises(Refused) as refusal:
        live_profile(tmp_path, Window(first, first + timedelta(days=1)))
    assert refusal.value.where == str(day_file(tmp_path, first))
