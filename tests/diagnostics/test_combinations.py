"""Every combination of the table is refused by a fixture, in the words of the table."""

import re
from pathlib import Path

import pytest
from fixture_folders import found_in

from plimsoll.compiler.project.references.combinations import COMBINATIONS, Combination

_FIXTURE = Path(__file__).parent / "over_starter" / "combinations"


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return [one.message for one in found_in(_FIXTURE, tmp_path_factory.mktemp("combinations") / "project")]


@pytest.mark.parametrize("combination", COMBINATIONS, ids=lambda one: f"{one.asks} needs {one.needs}")
def test_a_fixture_refuses_it(combination: Combination, messages: list[str]) -> None:
    words = re.escape(combination.says).replace("STRATEGY", "[a-z-]+").replace("SERVING", "[A-Za-z ]+")
    assert any(re.fullmatch(words, one) for one in messages)
