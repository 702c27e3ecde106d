from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.trust.serials import SerialLedger


def test_serials_rise_from_one_for_each_environment(tmp_path: Path) -> None:
    ledger = SerialLedger(tmp_path / "serials")
    assert ledger.last("staging") == 0
    assert [ledger.issue("staging") for _ in range(3)] == [1, 2, 3]
    assert ledger.issue("production") == 1
    assert SerialLedger(tmp_path / "serials").last("staging") == 3


def test_no_serial_is_issued_twice(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        issued = list(pool.map(lambda _: SerialLedger(tmp_path).issue("staging"), range(80)))
    assert sorted(issued) == list(range(1, 81))


@given(st.lists(st.integers(1, 50), max_size=20))
def test_what_was_accepted_never_falls(tmp_path_factory: pytest.TempPathFactory, serials: list[int]) -> None:
    ledger, highest = SerialLedger(tmp_path_factory.mktemp("ledger")), 0
    for serial in serials:
        if serial < highest:
            with pytest.raises(Refused, match=f"is {serial}, and {highest} was accepted"):
                ledger.accept("staging", serial)
        else:
            ledger.accept("staging", serial)
        highest = max(highest, serial)
        assert ledger.last("staging") == highest


@pytest.mark.parametrize("content", ["", "-1", "1e3", "seven", "\u0661"])
def test_a_damaged_ledger_is_no_empty_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "staging.serial").write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match="holds no serial"):
        SerialLedger(tmp_path).issue("staging")


@pytest.mark.parametrize("name", ["", "..", "../up", "a/b", "a\x00b", "-x", "a\n"])
def test_an_environments_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="environment"):
        SerialLedger(tmp_path).issue(name)
