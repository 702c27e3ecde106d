"""An expression taken apart: its parts say what the engine says of the whole."""

import math
import resource
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plimsoll.compiler.governance import trial
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.engine import EvaluationFailed, bounded_memory, program, variables
from plimsoll.compiler.governance.rules import Rule
from plimsoll.compiler.governance.subjects import Estate
from plimsoll.compiler.governance.trial import Step, unfold
from plimsoll.compiler.project.project import Project

OBJECT = {"a": True, "n": 3, "list": [1, 2, 3], "map": {"x": 1, "y": 2}, "specs": [{"name": "one"}, {"name": "two"}]}


def unfolded(text: str, judged: dict[str, Any] | None = None) -> Step:
    return unfold(text, variables(OBJECT if judged is None else judged, {}))


def told(step: Step) -> list[Any]:
    """A tree in short: what each part is, what became of it, and its parts."""
    worth = step.value if step.state == "value" else step.state
    return [step.text, worth, *map(told, step.steps)]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("object.n", ["object.n", 3]),
        ("object.n > 2", ["object.n > 2", True, ["object.n", 3]]),
        (
            "object.n < 2 && object.list[0] == 1",
            [
                "object.n < 2 && object.list[0] == 1",
                False,
                ["object.n < 2", False, ["object.n", 3]],
                ["object.list[0] == 1", "skipped"],
            ],
        ),
        ("object.a || object.no", ["object.a || object.no", True, ["object.a", True], ["object.no", "skipped"]]),
        ("object.a ? 1 : 2", ["object.a ? 1 : 2", 1, ["object.a", True], ["1", 1], ["2", "skipped"]]),
        (
            "object.list.all(x, x < 2)",
            ["object.list.all(x, x < 2)", False, ["object.list", [1, 2, 3]], ["x: 2", False]],
        ),
        (
            "object.map.exists(k, object.map[k] == 2)",
            [
                "object.map.exists(k, object.map[k] == 2)",
                True,
                ["object.map", {"x": 1, "y": 2}],
                ['k: "y"', True, ["object.map[k]", 2]],
            ],
        ),
        (
            "object.specs.map(s, s.name == 'two', size(s.name))",
            [
                "object.specs.map(s, s.name == 'two', size(s.name))",
                [3],
                ["object.specs", [{"name": "one"}, {"name": "two"}]],
                ["s: one", False, ["s.name", "one"]],
                ["s: two", 3, ["s.name == 'two'", True, ["s.name", "two"]], ["size(s.name)", 3, ["s.name", "two"]]],
            ],
        ),
    ],
)
def test_the_parts_of_an_expression(text: str, tree: list[Any]) -> None:
    assert told(unfolded(text)) == tree


def test_an_element_is_evaluated_as_what_it_is_inside_other_macros() -> None:
    text = "[1u, 2u].all(x, object.list.exists(y, x + 1u == 3u && y == 2))"
    step = unfolded(text)
    (decided,) = [one for one in step.steps if one.note.startswith("this decides")]
    assert (step.value, decided.text, decided.value) == (False, "x: 1", False)
    assert "error" not in str(told(step))


def test_what_has_no_value_says_where_the_way_ends() -> None:
    step = unfolded("object.map.z == 1")
    assert (step.state, step.steps[0].note) == ("error", "object.map has x, y")
    assert unfolded("object.n.z == 1").steps[0].note == "object.n is a number"
    assert unfolded("object.mpa.x == 1").steps[0].note.endswith("did you mean 'map'?")
    assert unfolded("has(object.no.x)").note == "object has a, list, map, n, specs; did you mean 'n'?"


def test_a_side_without_a_value_may_not_matter() -> None:
    step = unfolded("object.no == 1 && object.n == 2")
    assert (step.value, step.steps[0].state, step.steps[1].value) == (False, "error", False)
    assert step.steps[0].note == "another side decides all the same"


def test_comments_and_line_ends_are_left_out() -> None:
    assert unfolded("object.n // so many\n  > 2").text == "object.n > 2"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[" + ", ".join(["1"] * 200) + "].all(x, [" + ", ".join(["1"] * 200) + "].all(y, x == y))", "Iteration"),
        ("!" * 200 + "object.a", "nested deeper"),
    ],
)
def test_what_is_too_much_is_told_and_ends(text: str, why: str) -> None:
    step = unfolded(text)
    assert why in str(step)


def test_only_so_many_parts_are_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MOST_PARTS", 10)
    step = unfold("object.n == 1 || " * 40 + "object.a", variables(OBJECT, {}))
    assert step.value is True
    assert any(one.state == "unseen" for one in step.steps)


def test_a_condition_in_a_comprehension_is_shown_part_by_part() -> None:
    step = unfolded("[object.a, !object.a].all(x, x ? object.a : object.a)")
    _consistent(step)
    unasked = [one.note for one in _all(step) if one.state == "skipped"]
    assert unasked == ["not asked: the condition is not for it"] * 2


def test_a_text_that_grows_without_end_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plimsoll.compiler.governance.engine.MOST_MEMORY", 50 << 20)
    text = "size('a'" + ".replace('a', 'aaaaaaaaaa')" * 9 + ") > 0"
    with bounded_memory(), pytest.raises(EvaluationFailed, match="more memory than a rule may"):
        program(text).holds(variables({}, {}))
    assert program("size('a') == 1").holds(variables({}, {}))


def test_threads_that_evaluate_at_once_leave_no_limit_behind() -> None:
    """The limit is the process's: who begins first sets it, and who ends last lifts it."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    ended, begun = threading.Event(), threading.Event()

    def other() -> None:
        with bounded_memory():
            begun.set()
            ended.wait(30)

    thread = threading.Thread(target=other)
    with bounded_memory():
        thread.start()
        assert begun.wait(30)
    assert resource.getrlimit(resource.RLIMIT_AS) != before
    ended.set()
    thread.join()
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def _all(step: Step) -> Iterator[Step]:
    yield step
    for one in step.steps:
        yield from _all(one)


def _consistent(step: Step) -> None:
    """What is told of the parts explains what is told of the whole."""
    for one in _all(step):
        assert (one.state == "skipped") <= (not one.steps)
        asked = [part for part in one.steps if part.note != "not asked: the condition is not for it"]
        skipped = [part.state == "skipped" for part in asked]
        assert skipped == sorted(skipped), "after what decides nothing is asked"


def test_the_verdict_on_every_rule_is_explained(catalogue: Catalogue, estate: Callable[..., Project]) -> None:
    project = estate("no key", "one replica", "staging abroad", "many retries")
    judged, seen = Estate(project, date(2027, 3, 1)), 0
    for rule in catalogue.rules.values():
        for one in project.tables.get(rule.judges, {}).values():
            for subject in judged.subjects(one, per_environment=rule.per_environment):
                shared = variables(subject.values, judged.context(subject, rule.reads))
                seen += _held_against(rule, shared)
    assert seen > 100


def _held_against(rule: Rule, shared: Any) -> int:
    texts = [*([rule.when] if rule.when else []), *(condition.expression for condition in rule.conditions)]
    for text in texts:
        step = unfold(text, shared)
        _consistent(step)
        try:
            assert step.value == program(text).value(shared)
        except EvaluationFailed:
            assert step.state == "error"
        assert all(part.state != "unseen" for part in _all(step))
    return len(texts)


def _texts() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(
        ["object.a", "object.n", "object.list", "object.map", "object.no", "true", "2", "x", "'y'"]
    )

    def wider(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        operators = st.sampled_from(["&&", "||", "==", "<", "in", "+"])
        macros = st.sampled_from(["all", "exists", "exists_one", "map", "filter"])
        return st.one_of(
            st.tuples(inner, operators, inner).map(lambda three: "({}) {} ({})".format(*three)),
            st.tuples(inner, inner, inner).map(lambda three: "({}) ? ({}) : ({})".format(*three)),
            st.tuples(inner, macros, inner).map(lambda three: "({}).{}(x, {})".format(*three)),
            inner.map(lambda text: f"!({text})"),
            st.tuples(inner, inner).map(lambda two: f"[{two[0]}, {two[1]}]"),
        )

    return st.recursive(leaves, wider, max_leaves=8)


@given(_texts())
def test_any_expression_is_worth_what_the_engine_says(text: str) -> None:
    try:
        expected: Any = program(text).value(variables(OBJECT, {}))
    except EvaluationFailed:
        expected = EvaluationFailed
    step = unfolded(text)
    _consistent(step)
    if expected is EvaluationFailed:
        assert step.state == "error"
    else:
        assert step.value == expected or (isinstance(expected, float) and math.isnan(expected))
