"""The catalogue of codes is whole: every code that is used is explained, and every explained code is used."""

import re
from pathlib import Path

import pytest

import plimsoll.compiler.diagnostics as anchor
from plimsoll.compiler.codes import CODES, RETIRED, Code

COMPILER = Path(anchor.__file__).parent
CODE = re.compile(r'"(PLM-[A-Z]+-[0-9]+)"')


def used_codes() -> set[str]:
    files = [path for path in COMPILER.rglob("*.py") if "codes" not in path.relative_to(COMPILER).parts]
    return {code for path in files for code in CODE.findall(path.read_text())}


def test_every_code_that_is_used_is_explained() -> None:
    assert used_codes() - set(CODES) == set()


def test_every_code_that_is_explained_is_used() -> None:
    assert set(CODES) - used_codes() == set()


def test_codes_count_up_without_gaps() -> None:
    groups: dict[str, list[int]] = {}
    for code in sorted([*CODES, *RETIRED]):
        _, group, number = code.split("-")
        groups.setdefault(group, []).append(int(number))
    assert {group: numbers == list(range(1, len(numbers) + 1)) for group, numbers in groups.items()} == dict.fromkeys(
        groups, True
    )


def test_what_is_retired_has_a_successor() -> None:
    assert RETIRED.keys().isdisjoint(CODES)
    assert set(RETIRED.values()) <= set(CODES)


@pytest.mark.parametrize("one", CODES.values(), ids=list(CODES))
def test_every_page_says_something(one: Code) -> None:
    assert 3 < len(one.title) < 80
    assert one.title[0].islower() or one.title.startswith("YAML")
    assert len(one.meaning) > 20
    assert one.meaning.endswith(".")
    assert one.mend
    assert not one.mend.endswith(".")
    assert one.example
