import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plimsoll.contract.refusal import Refused
from plimsoll.runtime.runner import events, plan_order
from plimsoll.runtime.runner.conditions import RETRY_VARIABLES, parse_retry, parse_when, retry_holds, when_holds
from plimsoll.runtime.runner.durations import seconds
from plimsoll.runtime.runner.paths import rewrite
from plimsoll.runtime.runner.substitution import substitute, tags

NAMES = [f"t{n}" for n in range(7)]


@st.composite
def dags(draw):
    """For each task those before it in a shuffled order that it depends on."""
    order = draw(st.permutations(NAMES))
    return {name: sorted(draw(st.sets(st.sampled_from(order[:n])))) if n else [] for n, name in enumerate(order)}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(graph=dags(), parallel=st.integers(1, 4))
def test_every_task_starts_after_what_it_depends_on_and_runs_exactly_once(make_bench, graph, parallel):
    bench = make_bench()
    tasks = [{"name": name, "template": "step", "dependencies": needs} for name, needs in graph.items()]
    step = {"name": "step", "container": {"command": ["true"]}}
    workflow = bench.load([{"name": "main", "dag": {"tasks": tasks}}, step])
    record = bench.run(workflow, max_parallel=parallel)
    assert record.status == "Succeeded"
    for name, needs in graph.items():
        assert all(record.nodes[need].finished <= record.nodes[name].started for need in needs)
    started = [event.node for event in bench.events if isinstance(event, events.StepStarted)]
    assert sorted(started) == sorted(graph)
    waves = {task.name: number for number, wave in enumerate(plan_order(workflow)) for task in wave}
    assert all(waves[need] < waves[name] for name, needs in graph.items() for need in needs)


@given(st.lists(st.one_of(st.sampled_from(["{{a}}", "{{ b }}", "{", "}}", "x"]), st.text(max_size=3))).map("".join))
def test_substitution_is_one_pass(text):
    values = {name: f"<{{{{a}}}}{n}>" for n, name in enumerate(dict.fromkeys(tags(text)))}
    parts = re.split(r"\{\{.*?\}\}", text, flags=re.DOTALL)
    expected = parts[0] + "".join(values[name] + part for name, part in zip(tags(text), parts[1:], strict=True))
    assert substitute(text, values, "") == expected


@given(st.text(), st.text())
def test_a_condition_compares_a_quoted_value_as_it_is(left, right):
    condition = parse_when("'{{a}}' == '{{b}}'", "here")
    assert when_holds(condition, {"a": left, "b": right}) == (left == right)


@given(st.text())
def test_whatever_the_expression_it_is_true_or_false_or_refused(text):
    variables = dict.fromkeys(RETRY_VARIABLES, "1")
    for parse, holds in ((parse_when, when_holds), (parse_retry, retry_holds)):
        try:
            assert holds(parse(text, "here"), variables) in {True, False}
        except Refused:
            continue


@pytest.mark.parametrize(
    "text", ["", "1 ==", "(a", "a b", "'x", "1 == 1 == 1", "f(1)", "a =~ '('", "1 < 'x'", "x.__class__"]
)
def test_an_expression_beyond_the_language_is_refused_at_its_place(text):
    with pytest.raises(Refused) as refused:
        when_holds(parse_when(text, "templates.main.a.when"), {})
    assert refused.value.where == "templates.main.a.when"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/plimsoll/in", "/box/in"),
        ("/plimsoll", "/box"),
        ("--out=/plimsoll/out", "--out=/box/out"),
        ("sqlite:////plimsoll/state/x.db", "sqlite:////box/state/x.db"),
        ("file:///plimsoll/state", "file:///box/state"),
        ("/plimsoll/a:/plimsoll/b", "/box/a:/box/b"),
        ("cat '/plimsoll/in/x'>/plimsoll/out/y", "cat '/box/in/x'>/box/out/y"),
        ('{"path": "/plimsoll/in"}', '{"path": "/box/in"}'),
        ("/plimsolls/in", "/plimsolls/in"),
        ("/mnt/plimsoll/in", "/mnt/plimsoll/in"),
        ("https://plimsoll/x", "https://plimsoll/x"),
        ("https://host/plimsoll/x", "https://host/plimsoll/x"),
        ("s3://bucket/plimsoll", "s3://bucket/plimsoll"),
        ("plimsoll/in", "plimsoll/in"),
    ],
)
def test_only_paths_that_begin_with_the_mount_are_rewritten(text, expected):
    assert rewrite(text, Path("/box")) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("30", 30), ("1.5s", 1.5), ("1m30s", 90), ("2h", 7200), ("250ms", 0.25)]
)
def test_durations(text, expected):
    assert seconds(text, "") == expected


@pytest.mark.parametrize("text", ["", "s", "1w", "-1s", "1 s"])
def test_a_text_that_is_no_duration_is_refused(text):
    with pytest.raises(Refused):
        seconds(text, "here")
