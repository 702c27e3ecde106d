"""Every code fires in one fixture at least, and stays silent in one that is as near to it as can be."""

from pathlib import Path

import pytest
from expectations import LIST, Place, place_of
from twins import FOLDER, SIDES, Twin, load_twins

from plimsoll.compiler.codes import CODES

TWINS = load_twins()
EXPECTED = FOLDER / LIST


def expected_of(twin: Twin) -> list[str]:
    return sorted(line for line in EXPECTED.read_text().splitlines() if line.startswith(f"{twin.code} "))


def told(twin: Twin, tmp_path: Path) -> dict[str, list[Place]]:
    return {side: [place_of(one) for one in twin.found(side, tmp_path / side)] for side in SIDES}


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.code)
def test_a_code_fires_and_stays_silent(twin: Twin, tmp_path: Path, update: bool) -> None:
    found = told(twin, tmp_path)
    assert twin.code in {place.code for place in found["fires"]}
    assert twin.code not in {place.code for place in found["silent"]}
    assert {place.code for place in found["silent"] if place.severity == "error"} == set(twin.also)
    lines = sorted(f"{twin.code} {side} {place}" for side in SIDES for place in found[side])
    if update:
        others = [line for line in EXPECTED.read_text().splitlines() if not line.startswith(f"{twin.code} ")]
        EXPECTED.write_text("".join(f"{line}\n" for line in sorted([*others, *lines])))
    assert lines == expected_of(twin)


def test_every_code_has_its_twins() -> None:
    assert sorted(twin.code for twin in TWINS) == sorted(CODES)


def test_nothing_else_is_expected_of_twins() -> None:
    assert {line.partition(" ")[0] for line in EXPECTED.read_text().splitlines()} == set(CODES)
