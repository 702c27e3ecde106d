"""The benchmark of policies: our engine agrees with Python on its rules, and what disagrees has no figure."""

import json
from pathlib import Path

from benchmarks.inputs import rules
from benchmarks.measure.rounds import Failure, Task, once
from benchmarks.policies import SOURCES, figure_of, own


def test_our_engine_finds_what_python_finds(tmp_path: Path) -> None:
    told = figure_of(own(tmp_path), rules.expected(SOURCES))
    assert isinstance(told, float)
    assert told > 0


def test_every_rule_is_kept_by_some_sources_and_broken_by_others() -> None:
    assert all(0 < kept < SOURCES for kept in rules.expected(SOURCES))


def test_an_engine_that_finds_something_else_has_no_figure(tmp_path: Path) -> None:
    wrong = rules.expected(SOURCES)
    wrong[3] += 1
    told = figure_of(own(tmp_path), wrong)
    assert isinstance(told, Failure)
    assert "it finds" in told.why


def test_a_program_is_given_the_same_sources_every_time(tmp_path: Path) -> None:
    assert rules.work(20) == rules.work(20)
    task: Task = own(tmp_path)
    assert not isinstance(once(task), Failure)
    assert len(json.loads((task.cwd / rules.RESULT).read_text())["kept"]) == len(rules.RULES)
